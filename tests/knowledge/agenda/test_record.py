"""An event's record says what its page says."""

import datetime as dt
import json
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from cms.catalogue import touches
from cms.catalogue.models import Occurrence, Record
from cms.catalogue.rendering import BASE
from cms.catalogue.tasks import sweep
from cms.core import vocabularies
from cms.core.moments import ZONES
from knowledge.agenda.models import EventPage
from knowledge.base.models import PageDownload
from tests.agenda_factories import EventPageFactory, EventSeriesFactory, date
from tests.factories import DocumentFactory, GuidePageFactory, locale
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def flush():
    while touches.flush().left:
        pass


def day(offset: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=offset)).isoformat()


def full(**fields):
    """An event with everything; `fields` take the place of what it has."""
    if "commune" not in fields:
        fields["commune"] = TerritoryFactory(
            kind="commune", name="Lorvain", latitude=46.63, longitude=1.06, code="36018"
        )
    if "series" not in fields:
        fields["series"] = EventSeriesFactory(title="Aller vers", slug="aller-vers")
    options = {
        "title": "Rencontre régionale",
        "mode": "hybrid",
        "online_url": "https://visio.example.org/salle",
        "registration_url": "https://inscription.example.org/",
        "seats": 40,
        "dates": [date(day(20), "14:00", "16:30"), date(day(-20), "09:00", "10:00")],
        "programme": [
            {"title": "Accueil", "time": dt.time(14), "speaker": "L’équipe"},
            {"title": "Table ronde", "time": dt.time(14, 30), "text": "Trois territoires."},
        ],
        "speakers": [{"name": "Sacha Exemple", "function": "Coordination"}],
        "documents": [("minutes", DocumentFactory(title="Compte rendu de la rencontre"))],
    }
    return EventPageFactory(**options | fields)


def answer_of(page):
    flush()
    record = Record.objects.get(page_id=page.pk)
    return record, json.loads(record.json.replace(BASE, ""))


def html_of(client, page):
    flush()
    response = client.get(Record.objects.get(page_id=page.pk).url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_record_and_the_page_say_the_same(client):
    page = full()
    record, answer = answer_of(page)
    html = html_of(client, page)
    data = answer["data"]
    assert data["event_mode"] == "hybrid"
    assert (data["cycle"], data["cycle_title"]) == ("aller-vers", "Aller vers")
    assert data["place"] == {
        "name": "Salle des fêtes", "address": "", "commune": "Lorvain", "commune_code": "36018",
    }  # fmt: skip
    assert data["registration"]["seats"] == 40
    assert [one["title"] for one in data["programme"]] == ["Accueil", "Table ronde"]
    assert data["speakers"] == [{"name": "Sacha Exemple", "function": "Coordination", "uid": None}]
    assert data["documents"][0]["kind"] == "minutes"
    assert answer["downloads"][0]["title"] == "Compte rendu de la rencontre"
    assert answer["points"] == [
        {"latitude": 46.63, "longitude": 1.06, "label": "Salle des fêtes, Lorvain"}
    ]
    assert answer["date"] == day(-20)
    assert {"event_mode:hybrid", "cycle:aller-vers"} <= set(record.terms)
    for text in (
        "Salle des fêtes, Lorvain", "Table ronde", "Trois territoires.", "Sacha Exemple",
        "Coordination", "Aller vers", "https://inscription.example.org/", "openstreetmap.org",
        "https://visio.example.org/salle", answer["downloads"][0]["url"],
    ):  # fmt: skip
        assert text in html, text
    for word in ("Table ronde", "Sacha Exemple", "Lorvain", "Aller vers"):
        assert word in record.document["body"], word


def test_the_address_online_goes_by_itself_when_the_event_is_over(client):
    page = full(dates=[date(day(-20), "09:00", "10:00"), date(day(2), "14:00", "16:30")])
    end = max(one.end for one in page.moments())
    for moment, told in ((end - dt.timedelta(minutes=1), True), (end, False)):
        with patch("django.utils.timezone.now", return_value=moment):
            sweep()
            record, answer = answer_of(page)
            assert answer["data"]["online_url"] == ("https://visio.example.org/salle" * told)
            api = client.get(f"/api/v1/records/{record.uid}").content.decode()
            for exit_ in (html_of(client, page), api):
                assert ("visio.example.org" in exit_) is told


def test_the_address_online_of_what_is_past_or_cancelled_is_told_to_nobody(client):
    past = full(dates=[date(day(-20), "09:00", "10:00")])
    cancelled = full(title="Annulée", status="cancelled", series=None, commune=None)
    for page in (past, cancelled):
        assert answer_of(page)[1]["data"]["online_url"] == ""
        assert "visio.example.org" not in html_of(client, page)


def test_every_date_is_an_occurrence_with_its_offset():
    page = EventPageFactory(
        dates=[
            date("2027-01-15", "09:00", "10:00", recurrence="monthly_weekday", times=7),
            date("2027-03-27", end_date="2027-03-28", status="cancelled"),
        ],
    )
    _record, answer = answer_of(page)
    starts = [one["start"] for one in answer["occurrences"]]
    assert len(starts) == 8
    assert starts[0] == "2027-01-15T09:00:00+01:00"
    assert starts[-1] == "2027-07-16T09:00:00+02:00"
    [whole] = [one for one in answer["occurrences"] if one["all_day"]]
    assert whole["end"] == "2027-03-29T00:00:00+02:00"
    assert whole["status"] == "cancelled"
    assert {one["place"] for one in answer["occurrences"]} == {"Salle des fêtes"}
    assert Occurrence.objects.count() == 8


def test_the_cycle_is_named_in_filters_and_its_new_title_is_projected():
    page = full()
    series = page.series
    scheme = vocabularies.schemes()["cycle"]
    assert (
        vocabularies.values(scheme, ["aller-vers", "x"], "fr")["aller-vers"].label == "Aller vers"
    )
    flush()
    series.title = "Aller vers les habitants"
    series.save()
    assert answer_of(page)[1]["data"]["cycle_title"] == "Aller vers les habitants"
    series.delete()
    assert answer_of(page)[1]["data"]["cycle"] is None


def test_a_speaker_of_the_directory_is_tied_both_ways_and_named_only_while_public(client):
    person = GuidePageFactory(title="Camille Exemple")
    page = full(speakers=[{"person": person, "function": "Médiation"}])
    _record, answer = answer_of(page)
    uid = str(Record.objects.get(page_id=person.pk).uid)
    assert answer["data"]["speakers"] == [
        {"name": "Camille Exemple", "function": "Médiation", "uid": uid}
    ]
    assert {"relation": "speaker", "uid": uid, "locale": "fr"} in answer["links"]
    assert html_of(client, page).count("Camille Exemple") == 1
    assert "Rencontre régionale" in html_of(client, person)
    person.unpublish()
    _record, answer = answer_of(page)
    assert answer["data"]["speakers"] == []
    assert "Camille" not in json.dumps(answer, ensure_ascii=False)
    assert "Camille" not in html_of(client, page)


def test_many_dates_are_folded_and_their_time_zone_is_said_once(client):
    row = date(day(1), "09:00", "10:00", recurrence="daily", times=40, time_zone="Indian/Reunion")
    html = html_of(client, EventPageFactory(dates=[row]))
    big = html[html.index('<ul class="dates">') : html.index('<ul class="dates past">')]
    assert big.count("<li>") == 6
    assert html[html.index('<ul class="dates past">') :].count("</li>") >= 34
    main = html[html.index('<div class="when">') : html.index('<section class="brief"')]
    name = str(ZONES["Indian/Reunion"])
    assert main.casefold().count(name.casefold()) == 1


def test_an_event_whose_place_nobody_knows_is_still_published(client):
    page = EventPageFactory(place_name="", dates=[date("2023-09-04")])
    _record, answer = answer_of(page)
    assert answer["occurrences"][0]["place"] == ""
    assert answer["points"] == []
    assert "openstreetmap" not in html_of(client, page)


def test_past_dates_are_folded_and_what_comes_stands_first(client):
    html = html_of(client, full(documents=[]))
    shown, folded = html.index('<ul class="dates">'), html.index('class="dates past"')
    assert shown < folded
    assert "<details" in html[shown:folded]


def test_what_remains_comes_first_once_the_event_is_over(client):
    page = full(dates=[date(day(-3), "14:00")], replay_url="https://video.example.org/1")
    html = html_of(client, page)
    assert html.index("https://video.example.org/1") < html.index("Table ronde")
    assert "https://inscription.example.org/" not in html
    assert "https://visio.example.org/salle" not in html
    coming = full(dates=[date(day(3), "14:00")], slug="a-venir", title="À venir", series=None,
                  commune=None)  # fmt: skip
    html = html_of(client, coming)
    assert html.index("Table ronde") < html.index("Compte rendu de la rencontre")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, True),
        ({"registration_closed": True}, False),
        ({"registration_deadline": timezone.now() - dt.timedelta(hours=1)}, False),
        ({"registration_deadline": timezone.now() + dt.timedelta(days=1)}, True),
        ({"status": "cancelled"}, False),
        ({"day": -1}, False),
        ({"day": 0}, True),
    ],
)
def test_one_registers_only_while_it_is_open(client, fields, shown):
    if "day" in fields:  # of today: the file may have been read before midnight
        fields = {"dates": [date(day(fields["day"]))]}
    html = html_of(client, full(**fields))
    assert ("https://inscription.example.org/" in html) is shown


def test_a_file_that_the_page_offers_is_there_beside_the_registration(client):
    page = full()
    PageDownload.objects.create(page=page, document=DocumentFactory(title="Plan d’accès"))
    _record, answer = answer_of(page)
    urls = [one["url"] for one in answer["downloads"]]
    html = html_of(client, page)
    assert len(urls) == 2
    assert all(url in html for url in urls)


def test_a_postponed_event_says_so_on_its_page(client):
    page = full(status="postponed")
    assert str(page.get_status_display()) in html_of(client, page)


def test_an_event_online_has_no_place():
    page = full(mode="online")
    _record, answer = answer_of(page)
    assert "Lorvain" not in answer["occurrences"][0]["place"]


def test_other_events_of_the_cycle_are_shown_and_private_ones_are_not(client):
    page = full()
    other = EventPageFactory(title="Deuxième séance", series=page.series, dates=[date(day(5))])
    hidden = EventPageFactory(title="Séance retirée", series=page.series, live=False)
    html = html_of(client, page)
    assert other.title in html
    assert hidden.title not in html


def test_a_translation_keeps_what_is_not_language():
    page = full()
    translate_object(page, [locale("en")])
    source, _new = TranslationSource.update_or_create_from_instance(page)
    Translation.objects.get(source=source, target_locale=locale("en")).save_target(publish=False)
    english = EventPage.objects.get(translation_key=page.translation_key, locale=locale("en"))
    english.get_latest_revision().publish()
    english = EventPage.objects.get(pk=english.pk)
    assert english.series == page.series
    assert english.commune == page.commune
    assert [one.start for one in english.moments()] == [one.start for one in page.moments()]
    assert [row.title for row in english.programme.all()] == ["Accueil", "Table ronde"]
    assert english.programme.first().locale == locale("en")
    assert [row.kind for row in english.documents.all()] == ["minutes"]


def test_queries_do_not_grow_with_the_batch():
    person = GuidePageFactory(title="Camille Exemple")
    series = EventSeriesFactory(slug="meme-cycle")
    pages = [
        full(
            title=f"Événement {number}", series=series, slug=f"e-{number}",
            commune=TerritoryFactory(kind="commune", code=f"3600{number}"),
            speakers=[{"person": person}], documents=[("slides", DocumentFactory())],
        )
        for number in range(5)
    ]  # fmt: skip
    flush()
    pages = list(EventPage.objects.filter(pk__in=[p.pk for p in pages]).select_related("locale"))
    with CaptureQueriesContext(connection) as one:
        EventPage.describe_many(pages[:1])
    with CaptureQueriesContext(connection) as five:
        EventPage.describe_many(pages)
    assert len(one) == len(five)
