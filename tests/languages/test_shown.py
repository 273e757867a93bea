"""What a page in another language shows beside its own text: filters, calendars, errors."""

import json
import re

import pytest
from django.utils import translation
from django.utils.translation import gettext
from django.views.defaults import bad_request, server_error
from wagtail.models import PageViewRestriction

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.records import record_uid
from search import sync
from tests import factories as make
from tests.agenda_factories import EventPageFactory
from tests.directory_factories import OrganisationPageFactory

pytestmark = pytest.mark.django_db


def shown(client, address):
    return " ".join(client.get(address).content.decode().split())


def uid(page):
    return Record.objects.get(page_id=page.pk).uid


def test_a_filter_that_has_a_name_only_in_french_says_so(client, guide, english, into):
    spoken = make.ConceptFactory(label="Santé mentale", english="Mental health")
    silent = make.ConceptFactory(label="Mobilité")
    for concept in (spoken, silent):
        guide.descriptors.create(concept=concept)
    guide.save()
    into(guide, english)
    touches.flush()
    sync.follow_postgres()
    text = shown(client, "/en/recherche/?q=canari")
    assert '<span class="name" lang="fr">Mobilité</span>' in text
    assert '<span class="name">Mental health</span>' in text
    french = shown(client, "/recherche/?q=canari")
    assert '<span class="name">Mobilité</span>' in french
    [value] = re.findall(r'value="([^"]+)"[^>]*> <span class="name" lang="fr">Mobilité', text)
    chosen = shown(client, f"/en/recherche/?concept={value}")
    assert '<span lang="fr">Mobilité</span>' in chosen  # above the results


def test_the_calendar_of_a_translation_is_its_own_and_names_the_other(client, home, english, into):
    event = EventPageFactory(title="Journée", summary="Une rencontre.")
    page = into(event, english)
    touches.flush()
    assert f'href="/notices/{uid(page)}.ics"' in shown(client, page.url)
    calendar = client.get(f"/notices/{uid(page)}.ics").getvalue().decode().replace("\r\n ", "")
    assert "SUMMARY;LANGUAGE=en:EN Journée" in calendar
    [link] = [line for line in calendar.splitlines() if line.startswith("LINK;")]
    assert str(uid(event)) in link


def test_the_agenda_of_a_language_has_its_own_dates(client, home, english, into):
    event = EventPageFactory(title="Journée", summary="Une rencontre.")
    into(event.get_parent().specific, english)
    section = into(event, english).get_parent()
    EventPageFactory(title="Seulement en français")
    touches.flush()
    text = shown(client, section.get_url())
    assert "/en/agenda.ics?type=event" in text
    calendar = client.get("/en/agenda.ics?type=event").getvalue().decode()
    assert "EN Journée" in calendar
    assert "Seulement en français" not in calendar


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("view", [server_error, bad_request])
def test_what_goes_wrong_is_said_in_the_language_of_the_visitor(rf, view, language):
    with translation.override(language):
        answer = view(rf.get("/"), *([None] if view is bad_request else []))
        said = answer.content.decode()
        home = gettext("Home page")
    assert f'<html lang="{language}">' in said
    assert ("La page" in said or "Cette adresse" in said) <= (language == "fr")
    assert f">{home}</a>" in said
    assert f'href="{"/" if language == "fr" else f"/{language}/"}"' in said


def test_a_section_where_nothing_is_translated_leads_to_french(client, guide, english, into):
    section = into(guide.get_parent().specific, english)
    touches.flush()
    link = f'<a href="{guide.get_parent().get_url()}" hreflang="fr">'
    text = shown(client, section.get_url())
    assert link in text.split('<p class="empty">')[1].split("</p>")[0]
    into(guide, english)
    touches.flush()
    assert '<p class="empty">' not in shown(client, section.get_url())
    assert '<p class="empty">' not in shown(client, guide.get_parent().get_url())


def test_a_record_names_what_it_is_tied_to_in_its_own_language(client, guide, english, into):
    both = make.GuidePageFactory(title="Les deux", slug="les-deux")
    alone = make.GuidePageFactory(title="En français seulement", slug="seulement")
    for page in (both, alone):
        guide.related_pages.create(related=page)
    guide.save()
    into(both, english)
    page = into(guide, english)
    touches.flush()
    found = client.get(f"/api/v1/records/{uid(page)}?expand=translations").json()
    assert {(one["title"], one["locale"]) for one in found["related"]} == {
        ("EN Les deux", "en"), ("En français seulement", "fr"),
    }  # fmt: skip


def said(page):
    """What the API answers of a page, now."""
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk, gone_at=None).json, strict=False)


def ties(page):
    """(relation, uid, language) of each tie in a page's answer."""
    return [(one["relation"], one["uid"], one["locale"]) for one in said(page)["links"]]


def test_ties_are_in_the_language_of_the_record_as_translations_come_and_go(guide, english, into):
    old = make.GuidePageFactory(title="Ancien guide", slug="ancien")
    guide.supersedes = old
    guide.save()
    page = into(guide, english)
    in_french = [("supersedes", record_uid(old.translation_key, "fr"), "fr")]
    in_english = [("supersedes", record_uid(old.translation_key, "en"), "en")]
    in_french, in_english = ([(a, str(b), c) for a, b, c in one] for one in (in_french, in_english))
    assert ties(page) == in_french
    spoken = into(old, english)
    assert ties(page) == in_english
    assert ties(guide) == in_french
    spoken.unpublish()
    assert ties(page) == in_french
    spoken.save_revision().publish()
    assert ties(page) == in_english
    closed = PageViewRestriction.objects.create(page=spoken, restriction_type="login")
    assert ties(page) == in_french
    closed.delete()
    assert ties(page) == in_english
    spoken.delete()
    assert ties(page) == in_french


def test_an_organisation_whose_translation_is_deleted_is_named_in_french(guide, english, into):
    body = OrganisationPageFactory(title="Organisme")
    guide.organisations.create(organisation=body, role="publisher")
    guide.save()
    page = into(guide, english)
    spoken = into(body, english)

    def named():
        return [one["name"] for one in said(page)["organisations"]]

    assert named() == ["EN Organisme"]
    spoken.delete()
    assert named() == ["Organisme"]


def test_related_pages_follow_a_translation_that_is_closed_and_opened(guide, english, into):
    other = make.GuidePageFactory(title="Autre", slug="autre")
    guide.related_pages.create(related=other)
    guide.save()
    page = into(guide, english)
    spoken = into(other, english)

    def related():
        return said(page)["data"]["related"]

    english_uid = [str(record_uid(other.translation_key, "en"))]
    assert related() == english_uid
    closed = PageViewRestriction.objects.create(page=spoken, restriction_type="login")
    assert related() == [str(record_uid(other.translation_key, "fr"))]
    closed.delete()
    assert related() == english_uid
    spoken.delete()
    assert related() == [str(record_uid(other.translation_key, "fr"))]
