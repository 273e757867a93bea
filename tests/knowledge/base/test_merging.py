"""A page marked as the duplicate of another: nothing that others knew of it is lost."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupPagePermission, Page, PageViewRestriction

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.replacing import uses
from knowledge.base import merging
from knowledge.base.models import PageIdentifier, PageOrganisation, PageRelated
from knowledge.calls.models import CallPage
from knowledge.guides.models import GuideChapter, GuidePage, GuideTool
from tests.call_factories import CallPageFactory
from tests.factories import (
    ConceptFactory,
    ConceptSchemeFactory,
    GuidePageFactory,
    HomePageFactory,
    SectionPageFactory,
    UserFactory,
    locale,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def pair():
    """A duplicate and the page to keep, with what they share and what they do not."""
    first, second = ConceptFactory(label="Évaluation"), ConceptFactory(label="Diagnostic")
    other = GuidePageFactory(title="Guide voisin")
    duplicate = GuidePageFactory(
        title="Évaluer (copie)", slug="copie", concepts=[first, second], related=[other]
    )
    kept = GuidePageFactory(title="Évaluer", slug="evaluer", concepts=[first])
    PageOrganisation.objects.create(page=duplicate, role="publisher", name="Relais")
    PageIdentifier.objects.create(page=duplicate, scheme="hal", value="hal-1")
    return duplicate, kept


def concepts(page) -> list[str]:
    return [str(row.concept) for row in page.descriptors.all()]


def test_the_kept_page_receives_what_it_lacks(pair, user):
    duplicate, kept = pair
    uid = Record.objects.filter(page_id=duplicate.pk).values_list("uid", flat=True)
    touches.flush()
    old = str(uid.get())
    merging.merge(duplicate, kept, user)
    kept = GuidePage.objects.get(pk=kept.pk)
    assert concepts(kept) == ["Évaluation", "Diagnostic"]
    assert [row.related.title for row in kept.related_pages.all()] == ["Guide voisin"]
    assert [row.name for row in kept.organisations.all()] == ["Relais"]
    identifiers = {(row.scheme, row.value) for row in kept.identifiers.all()}
    assert ("hal", "hal-1") in identifiers
    assert ("relais", old) in identifiers
    assert any(scheme == "url" and value.endswith("/copie/") for scheme, value in identifiers)
    assert not kept.has_unpublished_changes


def test_readers_of_the_duplicate_are_led_to_the_other(pair, user, client):
    duplicate, kept = pair
    touches.flush()
    record = Record.objects.get(page_id=duplicate.pk)
    address, uid = record.url, record.uid
    Redirect.add_redirect("/tres-vieux", redirect_to=duplicate)
    merging.merge(duplicate, kept, user)
    touches.flush()
    response = client.get(address)
    assert response.status_code == 301
    assert response["Location"].endswith("/evaluer/")
    assert client.get("/tres-vieux")["Location"].endswith("/evaluer/")
    assert client.get(f"/api/v1/records/{uid}").status_code == 410


def test_pages_that_pointed_to_the_duplicate_point_to_the_other(pair, user):
    duplicate, kept = pair
    reader = GuidePageFactory(title="Lecteur", related=[duplicate])
    both = GuidePageFactory(title="Les deux", related=[duplicate, kept])
    newer = GuidePageFactory(title="Plus récent", supersedes=duplicate)
    GuideTool.objects.create(page=reader, locale=reader.locale, title="Ici", tool_page=duplicate)
    for page in (reader, both, newer):
        page.save_revision()
    merging.merge(duplicate, kept, user)
    for page in (reader, both, newer):
        GuidePage.objects.get(pk=page.pk).get_latest_revision().publish()
        page.refresh_from_db()
    assert [row.related_id for row in reader.related_pages.all()] == [kept.pk]
    assert [row.tool_page_id for row in reader.tools.all()] == [kept.pk]
    assert {row.related_id for row in both.related_pages.all()} == {kept.pk}
    assert newer.supersedes_id == kept.pk


def test_the_kept_page_is_not_tied_to_itself(pair, user):
    duplicate, kept = pair
    PageRelated.objects.create(page=kept, related=duplicate)
    PageRelated.objects.create(page=duplicate, related=kept)
    GuidePage.objects.filter(pk=kept.pk).update(supersedes=duplicate)
    GuidePage.objects.get(pk=kept.pk).save_revision()
    merging.merge(duplicate, kept, user)
    kept = GuidePage.objects.get(pk=kept.pk)
    assert kept.supersedes_id is None
    assert [row.related.title for row in kept.related_pages.all()] == ["Guide voisin"]


def test_what_is_being_written_on_the_kept_page_stays_a_draft(pair, user):
    duplicate, kept = pair
    draft = GuidePage.objects.get(pk=kept.pk)
    draft.title = "Titre en cours"
    draft.save_revision()
    merging.merge(duplicate, GuidePage.objects.get(pk=kept.pk), user)
    kept = GuidePage.objects.get(pk=kept.pk)
    assert kept.title == "Évaluer"
    assert concepts(kept) == ["Évaluation", "Diagnostic"]
    latest = kept.get_latest_revision_as_object()
    assert latest.title == "Titre en cours"
    assert concepts(latest) == ["Évaluation", "Diagnostic"]
    kept.get_latest_revision().publish()
    assert GuidePage.objects.get(pk=kept.pk).descriptors.count() == 2


def test_a_vocabulary_that_takes_one_value_keeps_it(user):
    scheme = ConceptSchemeFactory(slug="etapes", multiple=False)
    one, two = (
        ConceptFactory(label="Un", scheme=scheme),
        ConceptFactory(label="Deux", scheme=scheme),
    )
    duplicate, kept = GuidePageFactory(concepts=[one]), GuidePageFactory(concepts=[two])
    merging.merge(duplicate, kept, user)
    assert concepts(GuidePage.objects.get(pk=kept.pk)) == ["Deux"]


def test_an_error_leaves_everything_as_it_was(pair, user, monkeypatch):
    duplicate, kept = pair
    monkeypatch.setattr(merging, "_lead", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merging.merge(duplicate, kept, user)
    assert GuidePage.objects.get(pk=duplicate.pk).live
    assert concepts(GuidePage.objects.get(pk=kept.pk)) == ["Évaluation"]


def address(page) -> str:
    return reverse("relais_duplicate", args=[page.pk])


def test_an_editor_sees_what_will_happen_then_confirms(pair, user, client):
    duplicate, kept = pair
    GuidePageFactory(title="Lecteur", related=[duplicate])
    linking = GuidePageFactory(
        title="Texte lié",
        chapters=[("Un", f'<p><a linktype="page" id="{duplicate.pk}">ici</a></p>')],
    )
    linking.save()
    client.force_login(user)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[duplicate.pk])).content.decode()
    assert address(duplicate) in edit
    assert client.get(address(duplicate)).status_code == 200
    shown = client.post(address(duplicate), {"kept": kept.pk})
    html = shown.content.decode()
    for text in ("Diagnostic", "Lecteur", "/copie/", "hal-1"):
        assert text in html, text
    assert GuidePage.objects.get(pk=duplicate.pk).live
    done = client.post(address(duplicate), {"kept": kept.pk, "confirmed": "on"})
    assert done.status_code == 302
    assert not GuidePage.objects.get(pk=duplicate.pk).live


def test_pages_that_cannot_be_merged_are_refused_at_the_field(pair, user, client):
    duplicate, _kept = pair
    client.force_login(user)
    draft = GuidePageFactory(live=False)
    for wrong in (duplicate.pk, SectionPageFactory().pk, draft.pk, "abc", ""):
        response = client.post(address(duplicate), {"kept": wrong, "confirmed": "on"})
        assert response.status_code == 200
        assert "kept" in response.context["form"].errors
    assert GuidePage.objects.get(pk=duplicate.pk).live
    assert client.get(address(SectionPageFactory())).status_code == 404


def test_only_those_who_publish_both_may_merge(pair, client):
    duplicate, kept = pair
    group = Group.objects.create(name="Rubrique seule")
    codes = ("change_page", "publish_page")
    kind = ContentType.objects.get_for_model(Page)
    for permission in Permission.objects.filter(content_type=kind, codename__in=codes):
        GroupPagePermission.objects.create(group=group, page=duplicate, permission=permission)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    editor = UserFactory(is_superuser=False, is_staff=False)
    editor.groups.add(group)
    client.force_login(editor)
    response = client.post(address(duplicate), {"kept": kept.pk, "confirmed": "on"})
    assert "kept" in response.context["form"].errors
    assert client.get(address(kept)).status_code == 302  # sent away by the admin
    assert GuidePage.objects.get(pk=duplicate.pk).live


def test_nothing_uses_the_duplicate_any_more(pair, user):
    duplicate, kept = pair
    owner = GuidePage.objects.get(pk=GuidePageFactory(related=[duplicate]).pk)
    owner.save_revision().publish()
    assert uses(duplicate) == [owner]
    merging.merge(duplicate, kept, user)
    assert uses(duplicate) == []
    assert owner in uses(kept)


def test_readers_are_not_led_to_a_page_that_is_not_public(pair):
    duplicate, kept = pair
    assert merging.refusal(duplicate, kept) == ""
    PageViewRestriction.objects.create(page=kept, restriction_type="login")
    assert merging.refusal(duplicate, kept)


def to(page) -> str:
    return f'<p>Voir <a linktype="page" id="{page.pk}">la méthode</a>.</p>'


def cards(page) -> list[dict]:
    item = {"title": "Aller plus loin", "summary": "", "page": page.pk, "url": ""}
    items = [{"type": "item", "value": item, "id": "00000000-0000-4000-8000-000000000001"}]
    return [{"type": "cards", "value": {"items": items}}]


def test_links_in_texts_lead_to_the_page_that_is_kept(pair, user, client):
    duplicate, kept = pair
    chapter = GuidePageFactory(title="Par un chapitre", chapters=[("Un", to(duplicate))])
    chapter.save_revision().publish()
    call = CallPageFactory(
        title="Par une carte", body=cards(duplicate),
        eligibility=[{"type": "paragraph", "value": to(duplicate)}],
    )  # fmt: skip
    call.save_revision().publish()
    touches.flush()
    merging.merge(duplicate, kept, user)
    touches.flush()
    for page in (chapter, call):
        html = client.get(Record.objects.get(page_id=page.pk).url).content.decode()
        assert 'href="/guides/evaluer/"' in html, page
        assert "/copie/" not in html
        said = Record.objects.get(page_id=page.pk).json
        assert "/guides/evaluer/" in said
        latest = type(page).objects.get(pk=page.pk).get_latest_revision().content
        assert f'id="{duplicate.pk}"' not in str(latest).replace("\\", "")
        latest_page = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
        latest_page.save_revision().publish()
    call = CallPage.objects.get(pk=call.pk)
    assert call.body[0].value["items"][0]["page"].pk == kept.pk
    assert uses(duplicate) == []


def test_a_draft_keeps_what_is_being_written_and_gets_the_new_link(pair, user):
    duplicate, kept = pair
    page = GuidePageFactory(title="En ligne", chapters=[("Un", "<p>Rien encore.</p>")])
    page.save_revision().publish()
    draft = GuidePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.title = "En cours"
    draft.chapters.add(
        GuideChapter(title="Deux", locale=page.locale, sort_order=1,
                     body=[{"type": "paragraph", "value": to(duplicate)}])
    )  # fmt: skip
    draft.save_revision()
    assert page.pk in {one.pk for one in merging.plan(duplicate, kept, user).mentions}
    merging.merge(duplicate, kept, user)
    page = GuidePage.objects.get(pk=page.pk)
    assert (page.title, page.has_unpublished_changes) == ("En ligne", True)
    draft = page.get_latest_revision_as_object()
    assert draft.title == "En cours"
    [_first, second] = draft.chapters.all()
    assert f'id="{kept.pk}"' in second.body[0].value.source


@pytest.fixture
def english(pair):
    """The duplicate in English; the page to keep has none yet."""
    HomePageFactory(locale=locale("en"))
    page = pair[0].copy_for_translation(locale("en"), copy_parents=True)
    page.title, page.slug = "To evaluate (copy)", "copy"
    page.save_revision().publish()
    return GuidePage.objects.get(pk=page.pk)


def test_a_translation_is_merged_into_that_of_the_page_that_is_kept(pair, english, user, client):
    duplicate, kept = pair
    other = kept.copy_for_translation(locale("en"), copy_parents=True)
    other.title, other.slug = "To evaluate", "evaluate"
    other.save_revision().publish()
    reader = GuidePageFactory(
        title="Reader", parent=other.get_parent().specific, chapters=[("One", to(english))]
    )
    touches.flush()
    old = Record.objects.get(page_id=english.pk).url
    client.force_login(user)
    shown = client.post(address(duplicate), {"kept": kept.pk}).content.decode()
    assert "To evaluate (copy)" in shown
    client.post(address(duplicate), {"kept": kept.pk, "confirmed": "on"})
    touches.flush()
    assert not GuidePage.objects.get(pk=english.pk).live
    assert client.get(old)["Location"].endswith("/evaluate/")
    chapter = reader.chapters.get()
    assert f'id="{other.pk}"' in chapter.body[0].value.source


def test_a_translation_without_its_like_stays_and_the_screen_says_so(pair, english, user, client):
    duplicate, kept = pair
    client.force_login(user)
    shown = client.post(address(duplicate), {"kept": kept.pk})
    plan = shown.context["plan"]
    assert [page.pk for page, _reason in plan.staying] == [english.pk]
    assert "To evaluate (copy)" in shown.content.decode()
    client.post(address(duplicate), {"kept": kept.pk, "confirmed": "on"})
    assert GuidePage.objects.get(pk=english.pk).live
    assert not GuidePage.objects.get(pk=duplicate.pk).live
