"""Calendars, read back by another program than the one that wrote them."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.catalogue import projection, touches
from cms.catalogue.models import Record
from cms.core.records import Occurrence, Point, RecordDraft
from search import sync
from tests import synthetic
from tests.agenda_factories import EventPageFactory, date
from tests.factories import GuidePageFactory, SectionPageFactory
from tests.territory_factories import TerritoryFactory
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _before_these_days(monkeypatch):
    """What is long over is in no calendar: here it is November 2026, and time goes on."""
    late = timezone.now() - dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)
    now = timezone.now
    monkeypatch.setattr("django.utils.timezone.now", lambda: now() - late)


def read(client, address="/agenda.ics"):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.getvalue()
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    return icalendar.Calendar.from_ical(text)


def events(found):
    return sorted(found.walk("VEVENT"), key=lambda event: str(event["UID"]))


def uid(page):
    touches.flush()
    return Record.objects.get(page_id=page.pk).uid


def at(found, first, last):
    """(title, start, end) of what a calendar program shows between two days."""
    return [
        (str(event["SUMMARY"]), event["DTSTART"].dt, event["DTEND"].dt)
        for event in recurring_ical_events.of(found).between(first, last)
    ]


def store(*dates, title="Journée", number=0, **fields):
    """A record with these occurrences, which stands for no page."""
    draft = RecordDraft(
        page_id=2_000_000 + number, title=title, url=f"/x/{number}/", occurrences=list(dates),
        **fields,
    )  # fmt: skip
    key = uuid.uuid5(synthetic.NAMESPACE, f"date {number}")
    row = projection.row(draft, kind="event", locale="fr", translation_key=key)
    projection.store([row])
    return row.uid


def hours(day, start, end=None, **fields):
    begin = dt.datetime.fromisoformat(f"{day}T{start}").replace(tzinfo=PARIS)
    finish = dt.datetime.fromisoformat(f"{day}T{end}").replace(tzinfo=PARIS) if end else begin
    return Occurrence(begin, finish, **fields)


def days(first, after, **fields):
    start, end = (dt.datetime.fromisoformat(one).replace(tzinfo=PARIS) for one in (first, after))
    return Occurrence(start, end, all_day=True, **fields)


def test_an_event_keeps_its_hours_across_the_change_of_time(client):
    for number, day in enumerate(["2027-03-27", "2027-03-29", "2027-10-30", "2027-11-01"]):
        store(hours(day, "14:00", "16:30"), title=day, number=number)
    found = read(client)
    for event in found.walk("VEVENT"):
        start = event["DTSTART"]
        assert start.params["TZID"] == "Europe/Paris"
        assert (start.dt.hour, event["DTEND"].dt.hour) == (14, 16)
    assert [zone["TZID"] for zone in found.walk("VTIMEZONE")] == ["Europe/Paris"]
    [shown] = at(found, dt.date(2027, 3, 27), dt.date(2027, 3, 28))
    assert shown[1].astimezone(dt.UTC).hour == 13
    [shown] = at(found, dt.date(2027, 3, 29), dt.date(2027, 3, 30))
    assert shown[1].astimezone(dt.UTC).hour == 12


def test_whole_days_are_days_and_their_end_is_the_day_after(client):
    store(days("2027-10-30", "2027-11-01"))
    [event] = read(client).walk("VEVENT")
    assert event["DTSTART"].dt == dt.date(2027, 10, 30)
    assert event["DTEND"].dt == dt.date(2027, 11, 1)
    assert event["DTSTART"].params["VALUE"] == "DATE"


def test_a_date_without_an_end_has_none(client):
    store(hours("2027-01-12", "14:00"))
    [event] = read(client).walk("VEVENT")
    assert "DTEND" not in event


def test_identifiers_are_unique_hold_the_domain_and_stay(client, settings):
    settings.OAI_NAMESPACE = "ressources.example.org"
    alone = store(hours("2027-01-12", "14:00"), number=1)
    store(hours("2027-01-12", "9:00".zfill(5)), hours("2027-01-12", "14:00"),
          hours("2027-01-19", "14:00"), number=2)  # fmt: skip
    before = [str(event["UID"]) for event in events(read(client))]
    assert len(set(before)) == 4
    assert all(one.endswith("@ressources.example.org") for one in before)
    assert f"{alone}@ressources.example.org" in before
    # The only date moves; another date comes before two others.
    store(hours("2027-02-12", "16:00"), number=1)
    store(hours("2027-01-05", "14:00"), hours("2027-01-12", "09:30"), hours("2027-01-12", "14:00"),
          hours("2027-01-19", "14:00"), number=2)  # fmt: skip
    after = [str(event["UID"]) for event in events(read(client))]
    assert set(before) < set(after)
    assert len(set(after)) == 5


def test_a_change_is_told_by_sequence_and_date(client):
    store(hours("2027-01-12", "14:00"))
    [before] = read(client).walk("VEVENT")
    store(hours("2027-01-12", "15:00"))
    [after] = read(client).walk("VEVENT")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt
    assert after["UID"] == before["UID"]


@pytest.mark.parametrize(
    ("status", "word", "begins"),
    [("cancelled", "CANCELLED", "Annul"), ("postponed", "TENTATIVE", "Report"),
     ("confirmed", "CONFIRMED", "Journée")],
)  # fmt: skip
def test_what_is_cancelled_stays_and_says_so(client, status, word, begins):
    store(hours("2027-01-12", "14:00", status=status))
    [event] = read(client).walk("VEVENT")
    assert event["STATUS"] == word
    assert str(event["SUMMARY"]).startswith(begins)


def test_signs_and_long_lines_are_read_back_as_they_were(client):
    title = "Santé; prévention, \\ « échanges » : " + "é" * 100 + " 😀"
    store(
        hours("2027-01-12", "14:00", place="Salle A, 2; rue\nHaute"),
        title=title,
        summary='Une ligne\nBEGIN:VEVENT\r\n"deux"',
    )
    [event] = read(client).walk("VEVENT")
    assert str(event["SUMMARY"]) == title
    assert str(event["LOCATION"]) == "Salle A, 2; rue Haute"
    assert "\nBEGIN:VEVENT\n" in str(event["DESCRIPTION"]).replace("\r\n", "\n")


def test_pages_of_any_type_with_dates_are_in_it(client):
    event = EventPageFactory(title="Journée", dates=[date("2027-01-12", "14:00", "16:30")])
    TrainingPageFactory(title="Former", sessions=[{"start": 10, "end": 11}, {"start": 40}])
    GuidePageFactory(title="Un guide")
    touches.flush()
    found = read(client)
    titles = sorted(str(one["SUMMARY"]) for one in found.walk("VEVENT"))
    assert titles == ["Former", "Former", "Journée"]
    [shown] = at(found, dt.date(2027, 1, 12), dt.date(2027, 1, 13))
    assert shown[1] == dt.datetime(2027, 1, 12, 14, tzinfo=PARIS)
    event.unpublish()
    touches.flush()
    assert "Journée" not in [str(one["SUMMARY"]) for one in read(client).walk("VEVENT")]


def test_filters_are_those_of_the_list(client):
    EventPageFactory(title="Journée", dates=[date("2027-01-12")])
    TrainingPageFactory(title="Former", sessions=[{"start": 10}])
    touches.flush()
    assert {
        str(e["SUMMARY"]) for e in read(client, "/agenda.ics?type=training").walk("VEVENT")
    } == {"Former"}
    assert not read(client, "/agenda.ics?territory=rien").walk("VEVENT")
    assert not read(client, "/en/agenda.ics").walk("VEVENT")


def test_the_recent_past_stays_and_a_year_can_be_asked_for(client):
    now = timezone.localtime()
    store(days("2019-05-02", "2019-05-03"), title="Ancien", number=1)
    recent = (now - dt.timedelta(days=30)).date()
    store(days(str(recent), str(recent + dt.timedelta(days=1))), title="Récent", number=2)
    assert [str(e["SUMMARY"]) for e in read(client).walk("VEVENT")] == ["Récent"]
    year = read(client, "/agenda.ics?annee=2019").walk("VEVENT")
    assert [str(e["SUMMARY"]) for e in year] == ["Ancien"]


def test_one_record_has_a_calendar_of_its_own_with_all_its_dates(client):
    page = EventPageFactory(
        title="Cycle d’ateliers", dates=[date("2019-01-08", "9:00".zfill(5)), date("2027-01-12")]
    )
    address = f"/notices/{uid(page)}.ics"
    own = {str(event["UID"]) for event in read(client, address).walk("VEVENT")}
    assert len(own) == 2
    assert {str(event["UID"]) for event in read(client).walk("VEVENT")} < own
    response = client.get(address)
    assert 'filename="cycle-dateliers.ics"' in response["Content-Disposition"]
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_record_without_dates_or_gone_has_no_calendar(client):
    guide = GuidePageFactory()
    assert client.get(f"/notices/{uid(guide)}.ics").status_code == 404
    event = EventPageFactory()
    found = uid(event)
    event.unpublish()
    touches.flush()
    assert client.get(f"/notices/{found}.ics").status_code == 410
    assert client.get(f"/notices/{uuid.uuid4()}.ics").status_code == 404


def test_the_calendar_costs_the_same_queries_whatever_it_holds(client):
    store(hours("2027-01-12", "14:00"), number=0)
    with CaptureQueriesContext(connection) as few:
        client.get("/agenda.ics")
    for number in range(1, 8):
        store(hours("2027-01-12", "14:00"), days("2027-02-01", "2027-02-03"), number=number)
    with CaptureQueriesContext(connection) as more:
        tag = client.get("/agenda.ics")["ETag"]
    assert len(more) == len(few) <= 4
    assert client.get("/agenda.ics", headers={"If-None-Match": tag}).status_code == 304


def test_a_calendar_takes_every_filter_of_lists(client):
    here = store(hours("2027-01-12", "14:00"), title="Ici", number=1, points=[Point(46.63, 1.06)])
    store(hours("2027-01-13", "14:00"), title="Ailleurs", number=2)

    def shown(query):
        found = read(client, f"/agenda.ics?{query}").walk("VEVENT")
        return {str(event["SUMMARY"]) for event in found}

    sync.follow_postgres()
    assert shown("q=ailleurs") == {"Ailleurs"}
    assert shown("carte=1") == shown("lettre=i") == {"Ici"}
    assert shown("annee=2027&nombre=1") == {"Ici"}
    assert shown("annee=2026") == set()
    assert shown("a-venir=1&order=title&page=2") == {"Ici", "Ailleurs"}
    TerritoryFactory(kind="commune", code="36018", name="Le Blanc", latitude=46.63, longitude=1.06)
    assert shown("pres-de=Le+Blanc") == {"Ici"}
    section = SectionPageFactory(slug="agenda-vide")
    assert shown(f"rubrique={section.pk}") == set()
    assert here


@pytest.mark.parametrize(
    "query",
    ["type=%00", "type=rien", "annee=99999", "annee=0", "annee=2026-13", "concept=%20",
     "concept=" + "x" * 9_000, "%FF=%FE", "territory=%00&lettre=%F0%9F%98%80", "q=1&page=-1",
     "sujet=1", "annee=2026&annee=2027", "pres-de=nulle+part"],
)  # fmt: skip
def test_a_misspelt_filter_never_gives_every_date(client, query):
    response = client.get(f"/agenda.ics?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert client.head(f"/agenda.ics?{query}").status_code == 400


def test_pages_and_the_agenda_offer_it(client):
    event = EventPageFactory(title="Journée", dates=[date("2027-01-12", "14:00")])
    found = uid(event)
    assert f'href="/notices/{found}.ics"' in client.get(event.url).content.decode()
    section = event.get_parent()
    text = client.get(section.get_url()).content.decode()
    assert "/agenda.ics?type=event" in text
    past = EventPageFactory(title="Passée", dates=[date("2019-01-12")])
    assert f"/notices/{uid(past)}.ics" not in client.get(past.url).content.decode()
