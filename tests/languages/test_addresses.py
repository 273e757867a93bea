"""Addresses in each language: the switcher, hreflang, redirects, and everywhere at once."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.languages import emergency
from tests import factories as make
from tests.languages.conftest import translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(home, guide, english, spanish, into):
    home.copy_for_translation(spanish).save_revision().publish()
    into(Page.objects.get(slug="guides", locale=guide.locale).specific, english)
    return [guide, into(guide, english), into(guide, spanish)]


def test_each_page_says_where_it_is_in_other_languages(client, family):
    guide = family[0]
    assert [page.url for page in family] == [
        "/guides/canari/", "/en/guides/canari/", "/es/guides/canari/",
    ]  # fmt: skip
    for page, language in zip(family, ("fr", "en", "es"), strict=True):
        found = client.get(page.url)
        shown = found.content.decode()
        assert found["Content-Language"] == language
        assert f'<html lang="{language}"' in shown
        for other, code in (*zip(family, ("fr", "en", "es"), strict=True), (guide, "x-default")):
            assert f'hreflang="{code}" href="http://testserver{other.url}"' in " ".join(
                shown.split()
            )
    assert (
        "</small>"
        not in client.get(guide.url).content.decode().split("langs")[1].split("</nav>")[0]
    )


def test_a_page_without_translation_says_so_in_the_switcher(client, family):
    alone = make.GuidePageFactory(title="Seul", slug="seul")
    shown = client.get(alone.url).content.decode()
    switcher = shown.split('class="langs"')[1].split("</nav>")[0]
    assert switcher.count("<small>") == 2
    assert 'href="/en/"' in switcher
    assert 'rel="alternate" hreflang' not in shown


def test_the_search_page_is_the_same_in_each_language(client, family):
    shown = client.get("/recherche/?q=canari").content.decode()
    assert "/en/recherche/?q=canari" in shown
    assert client.get("/en/recherche/?q=canari").status_code == 200


def test_a_section_that_moves_takes_its_translations_along(
    client, family, django_capture_on_commit_callbacks
):
    guide = family[0]
    old = [page.url for page in family]
    target = make.SectionPageFactory(title="Étapes", slug="etapes-clés")
    with django_capture_on_commit_callbacks(execute=True):
        guide.move(target, pos="last-child")
    touches.flush()
    for page, address in zip(family, old, strict=True):
        now = Page.objects.get(pk=page.pk)
        assert "etapes-clés" in now.url_path
        for form in (address, address.rstrip("/")):
            found = client.get(form, follow=True)
            assert found.redirect_chain[-1][0] == now.url, form
            assert found.status_code == 200


def test_a_name_that_changes_leads_on_in_its_language(
    client, family, django_capture_on_commit_callbacks
):
    english = translated(family[0], "en")
    with django_capture_on_commit_callbacks(execute=True):
        english.slug = "canary"
        english.save_revision().publish()
    touches.flush()
    found = client.get("/en/guides/canari/", follow=True)
    assert found.redirect_chain[-1][0] == "/en/guides/canary/"
    assert client.get("/guides/canari/").status_code == 200


@pytest.mark.parametrize("action", ["unpublish", "delete"])
def test_one_action_takes_a_page_away_in_every_language(client, family, action):
    client.force_login(make.UserFactory())
    touches.flush()
    guide = family[0]
    key = guide.translation_key
    assert Record.objects.filter(translation_key=key, gone_at=None).count() == 3
    address = reverse("languages_everywhere", args=[guide.pk])
    shown = client.get(address).content.decode()
    assert all(page.title in shown for page in family)
    assert emergency.touched(guide)[0].page.pk == guide.pk
    client.post(address, {"do": action})
    reason = "unpublished" if action == "unpublish" else "deleted"
    gone = Record.objects.filter(translation_key=key, gone_reason=reason)
    assert gone.exclude(gone_at=None).count() == 3
    assert Page.objects.filter(translation_key=key).count() == (3 if action == "unpublish" else 0)
    deleted = client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").content.decode()
    assert deleted.count('status="deleted"') == 3


def test_what_is_only_in_french_is_marked(client, family):
    english = family[1]
    other = make.GuidePageFactory(title="Un autre guide", slug="autre")
    concept = make.ConceptFactory(label="Mobilité")
    english.related_pages.create(related=other)
    english.descriptors.create(concept=concept)
    english.save()
    touches.flush()
    shown = " ".join(client.get(english.url).content.decode().split())
    assert f'<a href="{other.url}" lang="fr" hreflang="fr">Un autre guide</a>' in shown
    assert '<span lang="fr">Mobilité</span>' in shown
