"""What a page says of other pages: nothing that a visitor may not read, in few queries."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page, PageViewRestriction

from cms.catalogue import touches
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _language_of_the_process() -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with translation.override("fr"):
        yield


def flush() -> None:
    while touches.flush().left:
        pass


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    flush()


@pytest.fixture
def guides() -> Page:
    make.HomePageFactory(title="Relais ressources")
    section = make.SectionPageFactory(title="Guides", slug="guides", show_in_menus=True)
    for title in ("Écouter", "Animer", "Évaluer"):
        make.GuidePageFactory(parent=section, title=title)
    flush()
    return section


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"[ \n]+", " ", response.content.decode())


def test_a_section_lists_its_guides_from_a_to_z_with_one_link_each(client, guides) -> None:
    html = shown(client, guides.url)
    assert html.index("Animer") < html.index("Écouter") < html.index("Évaluer")
    assert html.count('href="/guides/animer/"') == 1
    assert "3 ressources, de A à Z" in html


def test_a_private_guide_leaves_the_list_and_the_counts(client, guides) -> None:
    restrict(Page.objects.get(slug="animer"))
    assert "Animer" not in shown(client, guides.url)
    home = shown(client, "/")
    assert "Animer" not in home
    assert "2 ressources" in home


def test_a_private_or_unpublished_section_leaves_the_menu(client, guides) -> None:
    make.SectionPageFactory(title="Brouillons", show_in_menus=True, live=False)
    reserved = make.SectionPageFactory(title="Comité", show_in_menus=True)
    make.GuidePageFactory(parent=reserved, title="Compte rendu secret")
    restrict(reserved)
    for address in ("/", guides.url, "/nulle-part/"):
        html = client.get(address).content.decode()
        assert "Guides" in html
        assert not [word for word in ("Brouillons", "Comité", "secret") if word in html]


def test_the_state_of_accessibility_is_said_on_every_page(client, guides) -> None:
    said = "Accessibilité\u00a0: non conforme"
    assert said in shown(client, "/")
    make.SectionPageFactory(title="Accessibilité", slug="accessibilite")
    assert f'<a href="/accessibilite/">{said}</a>' in shown(client, guides.url)


@pytest.mark.parametrize("page", ["2", "99", "-1", "0", "abc", "%00", "1e9"])
def test_any_page_number_of_a_long_section_is_answered(client, guides, page: str) -> None:
    assert client.get(f"{guides.url}?page={page}").status_code == 200


def test_a_long_section_is_cut_in_pages_that_link_to_each_other(client, guides) -> None:
    for number in range(30):
        make.GuidePageFactory(parent=guides, title=f"Méthode {number:02}")
    flush()
    first, second = shown(client, guides.url), shown(client, f"{guides.url}?page=2")
    assert 'href="?page=2"' in first
    assert "Méthode 28" not in first
    assert "Méthode 28" in second
    assert "page 2" in second.split("</title>")[0]


def test_queries_do_not_grow_with_the_section(
    client, guides, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    shown(client, guides.url)  # content types and site are cached by the process
    with django_assert_max_num_queries(25) as few:
        shown(client, guides.url)
    for number in range(20):
        make.GuidePageFactory(parent=guides, title=f"Méthode {number}")
    flush()
    with django_assert_max_num_queries(len(few.captured_queries)):
        shown(client, guides.url)


def test_the_home_page_shows_the_newest_first_and_counts_by_section(client, guides) -> None:
    html = shown(client, "/")
    assert html.index("Évaluer") < html.index("Animer") < html.index("Écouter")
    assert "3 ressources" in html


def test_languages_are_offered_only_where_a_translation_is_public(client, guides) -> None:
    english = make.locale("en")
    assert 'hreflang="en"' not in shown(client, guides.url)
    make.HomePageFactory().copy_for_translation(english).save_revision().publish()
    translated = guides.copy_for_translation(english)
    html = shown(client, guides.url)
    assert 'rel="alternate" hreflang' not in html
    assert 'href="/en/" hreflang="en"' in html  # the home page, and it says so
    translated.save_revision().publish()
    flush()
    html = shown(client, guides.url)
    assert 'href="/en/guides/" hreflang="en"' in html
    assert '<html lang="en">' in shown(client, "/en/guides/")


def test_a_page_kept_by_a_password_asks_for_it_and_says_nothing_else(client, guides) -> None:
    kept = Page.objects.get(slug="animer")
    PageViewRestriction.objects.create(page=kept, restriction_type="password", password="sesame")
    flush()
    asked = client.get(kept.url).content.decode()
    assert "Mot de passe demandé" in asked
    assert "Animer" not in asked
    assert 'type="password"' in asked
