"""Editors' picks: first for their searches, never what a visitor may not see."""

import datetime as dt
import html

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.catalogue import touches
from cms.core import replacing
from search import remembered
from search.desk.models import Pick, PickPage
from search.desk.texts import text_key
from tests.factories import GuidePageFactory, UserFactory, locale
from tests.search.conftest import configured, index_everything

ADD = "wagtailsnippets_search_pick:add"


def pick(*pages, texts="jardin partagé", **fields) -> Pick:
    made = Pick.objects.create(texts=texts, keys=list(map(text_key, texts.splitlines())), **fields)
    for place, page in enumerate(pages):
        PickPage.objects.create(pick=made, page=page, sort_order=place)
    return made


@pytest.fixture(
    params=["postgresql", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
)
def guides(request, db):
    """Twenty-two guides about gardens, and one about something else."""

    def build() -> dict:
        made = {
            number: GuidePageFactory(
                title=f"Jardin partagé numéro {number}", slug=f"jardin-{number}"
            )
            for number in range(22)
        }
        made["other"] = GuidePageFactory(title="Cuisiner ensemble", slug="cuisiner")
        touches.flush()
        index_everything()
        return made

    if request.param == "postgresql":
        with override_settings(ELASTICSEARCH_URL=""):
            yield build()
        return
    with configured(request.getfixturevalue("elasticsearch_url"), "picks"):
        yield build()


def seen(address: str):
    response = Client().get(address)
    assert response.status_code == 200
    context = response.context
    return (
        [hit.title for hit in context["picks"]],
        [hit.title for hit in context["result"].hits],
        context["result"].total,
        response.content.decode(),
    )


def test_a_pick_that_is_a_hit_comes_first_once_and_is_counted_once(guides):
    before = seen("/recherche/?q=jardin partagé")
    last = seen("/recherche/?q=jardin partagé&page=2")[1][-1]
    page = next(page for page in guides.values() if page.title == last)
    pick(page)
    picks, hits, total, html = seen("/recherche/?q=Jardin  PARTAGE")
    assert picks == [last]
    assert (hits, total) == (before[1], before[2])
    assert html.count(f'<a href="{page.url}">') == 1
    assert "Sélection de la rédaction" in html
    second = seen("/recherche/?q=jardin partagé&page=2")
    assert second[0] == []
    assert last not in second[1]
    assert len(picks) + len(hits) + len(second[1]) == total == 22


def test_a_pick_that_is_no_hit_stands_above_and_changes_no_total(guides):
    pick(guides["other"], guides[3])
    picks, hits, total, _html = seen("/recherche/?q=jardin partagé")
    assert picks == ["Cuisiner ensemble", "Jardin partagé numéro 3"]
    assert "Jardin partagé numéro 3" not in hits
    assert total == 22


def test_a_pick_alone_is_a_page_with_what_else_to_do(guides):
    pick(guides["other"], texts="xyzzyx")
    picks, hits, total, html = seen("/recherche/?q=xyzzyx")
    assert (picks, hits, total) == (["Cuisiner ensemble"], [], 0)
    assert html.index("Cuisiner ensemble") < html.index('class="empty')
    pick(guides["other"], texts="cuisiner ensemble")
    picks, hits, total, html = seen("/recherche/?q=cuisiner ensemble")
    assert (picks, hits, total) == (["Cuisiner ensemble"], [], 1)
    assert 'class="empty' not in html


def test_several_ways_of_writing(guides):
    pick(guides["other"], texts="potager\nJardins d’insertion")
    for typed in ("Potager", "jardins d'insertion", "JARDINS D’INSERTION !"):
        assert seen(f"/recherche/?q={typed}")[0] == ["Cuisiner ensemble"]
    for typed in ("potagers", "potager urbain", "-potager jardin"):
        assert seen(f"/recherche/?q={typed}")[0] == []


def test_filters_orders_and_other_languages_have_no_picks(guides):
    pick(guides["other"])
    for more in ("&order=title", "&order=newest", "&type=guide", "&locale=en"):
        assert seen(f"/recherche/?q=jardin partagé{more}")[0] == []


def test_days(guides):
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    made = pick(guides["other"])
    for starts, ends, shown in (
        (today, today, True),
        (today + day, None, False),
        (None, today - day, False),
        (today - day, today + day, True),
    ):
        made.starts_on, made.ends_on = starts, ends
        made.save()
        assert bool(seen("/recherche/?q=jardin partagé")[0]) is shown


def test_what_a_visitor_may_not_see_is_never_picked(guides):
    draft = GuidePageFactory(title="Brouillon", slug="brouillon", live=False)
    gone, private = guides[1], guides[2]
    pick(draft, gone, private, guides["other"])
    gone.unpublish()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    touches.flush()
    for address in ("/recherche/?q=jardin partagé", "/recherche/?q=jardin partagé&page=2"):
        html = seen(address)[3]
        for hidden in ("Brouillon", gone.title + "<", private.title + "<"):
            assert hidden not in html
    remembered.forget()  # one sent again has no context
    assert seen("/recherche/?q=jardin partagé")[0] == ["Cuisiner ensemble"]


def test_the_api_marks_picks(guides):
    def answer(more: str = "") -> dict:
        return Client().get(f"/api/v1/search?q=jardin partagé{more}").json()

    before = answer()
    assert not any(item["pick"] for item in before["items"])
    last = answer("&page=2")["items"][-1]["title"]
    pick(guides["other"], next(one for one in guides.values() if one.title == last))
    now = answer()
    assert (now["total"], now["next"]) == (before["total"], before["next"])
    assert [item["title"] for item in now["items"]] == [
        "Cuisiner ensemble", last, *(item["title"] for item in before["items"]),
    ]  # fmt: skip
    assert [item["pick"] for item in now["items"]] == [True, True] + [False] * 20
    assert last not in [item["title"] for item in answer("&page=2")["items"]]
    assert not any(item["pick"] for item in answer("&type=guide")["items"])


# In the admin


@pytest.fixture
def admin(db, client):
    client.force_login(UserFactory())
    return client


def posted(admin, *pages, address: str = "", **fields):
    address = address or reverse(ADD)
    data = {
        "texts": "jardin partagé", "locale": "fr", "starts_on": "", "ends_on": "", "note": "",
        "pages-TOTAL_FORMS": len(pages), "pages-INITIAL_FORMS": 0, "pages-MIN_NUM_FORMS": 0,
        "pages-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for place, page in enumerate(pages):
        data |= {f"pages-{place}-page": page.pk, f"pages-{place}-ORDER": place + 1}
    return admin.post(address, data | fields)


def errors(response) -> dict:
    assert response.status_code == 200
    shown = response.context["form"]
    found = {name: [str(text) for text in texts] for name, texts in shown.errors.items()}
    formset = shown.formsets["pages"]
    found |= {"pages": [str(text) for text in formset.non_form_errors()]}
    for place, one in enumerate(formset.forms):
        for name, texts in one.errors.items():
            found[f"pages-{place}-{name}"] = [str(text) for text in texts]
    return {name: texts for name, texts in found.items() if texts}


def test_an_editor_makes_a_pick(admin):
    first, second = GuidePageFactory(title="Premier"), GuidePageFactory(title="Second")
    assert admin.get(reverse(ADD)).status_code == 200
    response = posted(
        admin, second, first, texts="Jardin partagé\r\n\r\npotager ", note="Printemps"
    )
    assert response.status_code == 302, errors(response)
    made = Pick.objects.get()
    assert made.keys == ["jardin partage", "potager"]
    assert [row.page.title for row in made.pages.all()] == ["Second", "Premier"]


def test_mistakes_are_said_at_the_field(admin):
    guide = GuidePageFactory(title="Un guide")
    english = GuidePageFactory(title="A guide", locale=locale("en"))
    later, sooner = "2026-05-02", "2026-05-01"
    assert list(errors(posted(admin, guide, starts_on=later, ends_on=sooner))) == ["ends_on"]
    assert list(errors(posted(admin, guide, texts="potager\nPotager !"))) == ["texts"]
    assert list(errors(posted(admin, guide, texts="?!"))) == ["texts"]
    assert list(errors(posted(admin, guide, texts="x" * 300))) == ["texts"]
    assert list(errors(posted(admin, guide, texts=""))) == ["texts"]
    assert list(errors(posted(admin))) == ["pages"]
    assert next(iter(errors(posted(admin, *[guide] * 6)))) == "pages"
    assert list(errors(posted(admin, guide, guide))) == ["pages-1-page"]
    assert list(errors(posted(admin, english))) == ["pages-0-page"]
    assert list(errors(posted(admin, guide.get_parent()))) == ["pages-0-page"]
    assert not Pick.objects.exists()


def test_one_search_has_one_pick_at_a_time(admin):
    guide = GuidePageFactory(title="Un guide")
    pick(guide, texts="jardin partagé\npotager", ends_on=dt.date(2026, 5, 31))
    found = errors(posted(admin, guide, texts="Potager"))
    assert "Potager" in found["texts"][0]
    assert "31/05/2026" in found["texts"][0]
    assert posted(admin, guide, texts="Potager", starts_on="2026-06-01").status_code == 302
    assert posted(admin, guide, texts="Potager", locale="en").status_code == 200  # other language
    made = Pick.objects.first()
    address = reverse("wagtailsnippets_search_pick:edit", args=[made.pk])
    assert posted(admin, guide, address=address, texts=made.texts, ends_on="2026-05-31")


def test_the_list_is_filtered_by_what_is_current(admin):
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    hidden = GuidePageFactory(title="Guide caché", live=False)
    pick(hidden, texts="toujours")
    pick(texts="bientôt", starts_on=today + day)
    pick(texts="autrefois", ends_on=today - day)
    touches.flush()
    address = reverse("wagtailsnippets_search_pick:list")
    for state, expected in (
        ("current", "toujours"),
        ("coming", "bientôt"),
        ("past", "autrefois"),
    ):
        page = admin.get(address, {"state": state}).content.decode()
        table = page.split('id="listing-results"')[1]
        assert expected in table
        for other in {"toujours", "bientôt", "autrefois"} - {expected}:
            assert other not in table
    page = admin.get(address).content.decode()
    assert "Guide caché (non publique : pas affichée)" in page.replace("\u00a0", " ")


def test_a_page_that_takes_the_place_of_another_takes_its_pick(admin):
    old, new = GuidePageFactory(title="Ancien"), GuidePageFactory(title="Nouveau")
    made = pick(old)
    assert made in replacing.uses(old)
    replacing.replace(old, new)
    assert [row.page.title for row in Pick.objects.get().pages.all()] == ["Nouveau"]
    assert replacing.uses(old) == []


def test_the_chooser_of_a_pick_offers_what_readers_can_open(admin):
    public = GuidePageFactory(title="Le sommeil en ligne")
    GuidePageFactory(title="Le sommeil, brouillon", live=False)
    assert '"userPerms": "relais_public"' in html.unescape(admin.get(reverse(ADD)).content.decode())
    parent = public.get_parent().pk
    for address in (
        reverse("wagtailadmin_choose_page_child", args=[parent]),
        reverse("wagtailadmin_choose_page_search"),
    ):
        asked = {"user_perms": "relais_public", "q": "sommeil", "multiple": "1"}
        shown = admin.get(address, asked).content.decode()
        assert "en ligne" in shown
        assert "brouillon" not in shown
        assert "brouillon" in admin.get(address, {"q": "sommeil"}).content.decode()
