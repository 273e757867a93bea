"""A page's HTML shows of files and of other pages what its record says, and no more."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core import showing
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def section() -> Page:
    make.HomePageFactory(title="Relais")
    return make.SectionPageFactory(title="Guides", slug="guides")


@pytest.fixture
def closed() -> Collection:
    found = Collection.get_first_root_node().add_child(name="Interne")
    CollectionViewRestriction.objects.create(collection=found, restriction_type="login")
    return found


def html(client: Client, page: Page) -> str:
    touches.flush()
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


def test_files_of_a_closed_collection_are_not_shown(client, section, closed) -> None:
    document = make.DocumentFactory(title="Canari document", collection=closed)
    image = make.ImageFactory(alt_text="Canari texte", credit="Canari crédit", collection=closed)
    blocks = [
        ("download", {"document": document.pk, "title": ""}),
        ("download", {"document": document.pk, "title": "Canari titre"}),
        ("image", {"image": image.pk, "caption": "Canari légende"}),
        ("paragraph", f'<p>Le <a linktype="document" id="{document.pk}">rapport</a>.</p>'),
    ]
    guide = make.GuidePageFactory(
        parent=section, hero_image=image, documents=[document], chapters=[("Un", blocks)]
    )
    section.specific.__class__.objects.filter(pk=section.pk).update(hero_image=image)
    for page in (guide, section):
        shown = html(client, page)
        assert "Canari" not in shown
        assert "/documents/" not in shown
        assert f"/{image.pk}/" not in shown
    assert "<a>rapport</a>" in html(client, guide)

    CollectionViewRestriction.objects.all().delete()
    shown = html(client, guide)
    for word in ("document", "texte", "crédit", "titre", "légende"):
        assert f"Canari {word}" in shown
    assert f'<a href="{document.url}">rapport</a>' in shown
    assert "Canari texte" in html(client, section)


@pytest.mark.parametrize("editor", [False, True])
def test_a_link_to_what_is_not_public_keeps_only_its_words(client, section, editor) -> None:
    if editor:
        client.force_login(make.UserFactory())
    private = make.GuidePageFactory(parent=section, slug="canari-reserve")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft = make.GuidePageFactory(parent=section, slug="canari-brouillon", live=False)
    public = make.GuidePageFactory(parent=section, slug="ouvert")
    links = " ".join(
        f'<a linktype="page" id="{page.pk}">{page.slug[:4]}</a>'
        for page in (private, draft, public)
    )
    blocks = [
        ("paragraph", f"<p>{links}</p>"),
        ("callout", {"kind": "example", "title": "", "content": f"<p>{links}</p>"}),
        ("step", {"title": "Une", "duration": "", "content": f"<p>{links}</p>"}),
        ("list", {"ordered": False, "items": [links]}),
        ("video", {"url": "https://example.org/v", "title": "V", "transcript": f"<p>{links}</p>"}),
    ]
    guide = make.GuidePageFactory(parent=section, slug="a", chapters=[("Un", blocks)])
    shown = html(client, guide)
    article = shown[shown.index("<article") : shown.index("</article>")]
    assert "canari-" not in article
    assert article.count("<a>cana</a> <a>cana</a>") == 5
    assert article.count('<a href="/guides/ouvert/">ouve</a>') == 5
    assert "canari-" not in Record.objects.get(page_id=guide.pk).json


def test_a_preview_shows_the_links_and_files_of_the_draft(client, section) -> None:
    client.force_login(make.UserFactory())
    document, public = make.DocumentFactory(), make.GuidePageFactory(parent=section, slug="b")
    guide = make.GuidePageFactory(parent=section, slug="a")
    chapter = guide.chapters.get()
    chapter.body = json.dumps(
        [
            {"type": "download", "value": {"document": document.pk, "title": "La grille"}},
            {"type": "paragraph", "value": f'<p><a linktype="page" id="{public.pk}">b</a></p>'},
        ]
    )
    guide.chapters = [chapter]
    guide.save_revision()
    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[guide.pk]))
    shown = response.content.decode()
    assert f'<a href="{document.url}">La grille</a>' in shown
    assert '<a href="/guides/b/">b</a>' in shown


def test_queries_grow_with_neither_links_nor_chapters_nor_related_pages(
    client, rf, section
) -> None:
    others = [make.GuidePageFactory(parent=section, slug=f"o{n}") for n in range(10)]

    def chapters(pages: list[Page]) -> list[tuple[str, str]]:
        return [(p.slug, f'<p><a linktype="page" id="{p.pk}">x</a></p>') for p in pages]

    few, many = (
        make.GuidePageFactory(parent=section, related=chosen, chapters=chapters(chosen))
        for chosen in (others[:1], others)
    )
    html(client, few)  # content types and sites are cached by the process
    cost = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page.url).content.decode().count("/guides/o9/") in (0, 2)
        cost.append(len(queries))
    assert cost[0] == cost[1], cost

    previewed = [page.save_revision().as_object() for page in (few, many)]
    cost = []
    for page in previewed:
        with CaptureQueriesContext(connection) as queries:
            page.get_context(rf.get("/"))
            showing.targets(page)
        cost.append(len(queries))
    assert cost[0] == cost[1], cost


def crumb(shown: str) -> list[tuple[str, str]]:
    trail = shown[shown.index('class="crumb"') :].split("</nav>")[0]
    return re.findall(r'<a href="([^"]*)">([^<]*)</a>', trail)


def test_the_breadcrumb_names_public_sections_only(client, section) -> None:
    draft = make.SectionPageFactory(title="Canari", slug="canari", live=False)
    guide = make.GuidePageFactory(parent=draft, slug="a")
    assert crumb(html(client, guide)) == [("/", "Accueil")]
    below = make.GuidePageFactory(parent=section, slug="b")
    assert crumb(html(client, below)) == [("/", "Accueil"), ("/guides/", "Guides")]


def test_the_breadcrumb_leaves_out_sections_that_speak_another_language(client, section) -> None:
    english = make.locale("en")
    home = make.HomePageFactory().copy_for_translation(english)
    home.save_revision().publish()
    alias = section.copy_for_translation(english, alias=True)
    guide = make.GuidePageFactory(parent=alias, slug="real")
    assert crumb(html(client, guide)) == [("/en/", "Home")]


def test_a_section_counts_its_records_once(client, section) -> None:
    for number in range(3):
        make.GuidePageFactory(parent=section, title=f"Guide {number}")
    html(client, section)
    with CaptureQueriesContext(connection) as queries:
        client.get(section.url)
    counts = [q for q in queries if q["sql"].startswith("SELECT record.type, bool_or")]
    assert len(counts) == 1
    assert not [q for q in queries if q["sql"].startswith("SELECT count(*) FROM cms_catalogue")]


def test_a_language_without_a_home_page_has_no_pages(client, section) -> None:
    make.locale("es")
    make.GuidePageFactory(parent=section, slug="a")
    touches.flush()
    for address in ("/es/", "/es/guides/", "/es/guides/a/"):
        assert client.get(address).status_code == 404, address
    assert client.get("/es/recherche/").status_code == 200
    for address in ("/", "/guides/", "/guides/a/"):
        assert client.get(address).status_code == 200, address
