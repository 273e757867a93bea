"""The list of an agenda: what comes next, today included; the past by year."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cms.catalogue import agenda, touches
from cms.catalogue.listing import Choice, Scope, filters
from cms.core import vocabularies
from tests.agenda_factories import EventPageFactory, EventSeriesFactory, date
from tests.factories import GuidePageFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 11, 25, 18, 0, tzinfo=PARIS)
SCOPE = Scope("fr")
HERE = Scope("fr", "record.type = %(kind)s", {"kind": "event"})


@pytest.fixture(autouse=True)
def _french():
    with translation.override("fr"):
        yield


def event(title, *dates, **fields):
    return EventPageFactory(title=title, dates=dates, **fields)


def flush():
    while touches.flush().left:
        pass


def page(choice=None, number=1, scope=SCOPE, now=NOW):
    flush()
    return agenda.agenda(scope, choice or Choice(), number, now)


def titles(found):
    return [entry.record.title for entry in found.entries]


def test_what_comes_next_comes_first_and_the_past_is_not_there():
    event("Plus tard", date("2027-01-12", "14:00", "16:30"))
    event("Hier", date("2026-11-24", "14:00", "16:30"))
    event("Demain", date("2026-11-26", "14:00", "16:30"))
    GuidePageFactory(title="Sans date")
    found = page()
    assert titles(found) == ["Demain", "Plus tard"]
    assert (found.total, found.coming, found.years) == (2, 2, [(2026, 1)])


@pytest.mark.parametrize(
    "row",
    [
        date("2026-11-25", "08:00", "09:30"),
        date("2026-11-25", "08:00"),
        date("2026-11-25"),
        date("2026-11-24", end_date="2026-11-25"),
        date("2026-11-24", "22:00", "00:30", end_date="2026-11-25"),
    ],
    ids=["began this morning", "no end known", "all day", "last day", "since yesterday"],
)
def test_the_running_day_stays_until_its_midnight(row):
    event("Aujourd’hui", row)
    assert titles(page(now=NOW.replace(hour=23, minute=59))) == ["Aujourd’hui"]
    midnight = dt.datetime(2026, 11, 26, 0, 0, tzinfo=PARIS)
    assert titles(page(now=midnight)) == []
    assert titles(page(Choice(year=2026), now=midnight)) == ["Aujourd’hui"]


def test_the_midnight_is_that_of_the_site_not_of_greenwich():
    event("Soirée", date("2026-11-25", "20:00", "22:00"))
    half_past_midnight = dt.datetime(2026, 11, 25, 23, 30, tzinfo=dt.UTC)
    assert titles(page(now=half_past_midnight)) == []


def test_an_all_day_date_overseas_is_the_same_day_in_the_list():
    event("Journée", date("2026-11-26", time_zone="Indian/Reunion"))
    [entry] = page().entries
    assert (entry.start.date(), entry.all_day) == (dt.date(2026, 11, 26), True)
    assert str(entry) == "jeudi 26\u00a0novembre\u00a02026"


def test_each_date_of_an_event_is_an_entry_and_months_stand_over_them():
    event(
        "Permanence",
        date("2026-12-08", "10:00", "12:00", recurrence="monthly_weekday", times=3),
    )
    found = page()
    assert titles(found) == ["Permanence"] * 3
    firsts = [(month.first.isoformat(), len(month.entries)) for month in found.months]
    assert firsts == [("2026-12-01", 1), ("2027-01-01", 1), ("2027-02-01", 1)]


def test_what_runs_since_last_month_stands_under_this_one():
    event("Exposition", date("2026-10-01", end_date="2026-12-31"))
    event("Rencontre", date("2026-11-27", "14:00", "15:00"))
    [month] = page().months
    assert month.first == dt.date(2026, 11, 1)
    assert [one.record.title for one in month.entries] == ["Exposition", "Rencontre"]


def test_homonyms_are_told_apart_by_their_date_and_their_place():
    lorvain = TerritoryFactory(kind="commune", name="Lorvain")
    sormel = TerritoryFactory(kind="commune", name="Sormel")
    row = date("2027-01-12", "14:00", "16:30")
    event("Forum", row, commune=lorvain, slug="forum-lorvain")
    event("Forum", row, commune=sormel, slug="forum-sormel")
    event("Atelier", row)
    found = page()
    assert {entry.place for entry in found.entries if entry.homonym} == {
        "Salle des fêtes, Lorvain",
        "Salle des fêtes, Sormel",
    }
    assert [entry.homonym for entry in found.entries] == [False, True, True]
    html = shown()
    names = re.findall(r'<a href="/agenda/[^"]*">(.*?)</a>', html, re.DOTALL)
    assert len(names) == 3
    assert len(set(names)) == 3


def test_cancelled_and_postponed_events_stay_and_say_so():
    row = date("2027-01-12", "14:00", "16:30")
    event("Annulé", row, status="cancelled")
    event("Reporté", row, status="postponed")
    event("Tenu", row)
    found = page()
    assert [entry.status for entry in found.entries] == ["cancelled", "postponed", "confirmed"]
    assert [bool(str(entry.status_label)) for entry in found.entries] == [True, True, False]
    for entry in found.entries[:2]:
        assert str(entry.status_label) in shown()


def test_past_years_are_counted_and_read_backwards():
    for day in ("2023-09-04", "2025-03-02", "2025-06-01", "2024-12-31"):
        event(f"Le {day}", date(day, "09:00", "17:00"))
    found = page(Choice(year=2025))
    assert titles(found) == ["Le 2025-06-01", "Le 2025-03-02"]
    assert found.years == [(2025, 2), (2024, 1), (2023, 1)]
    assert (found.total, found.coming, found.year) == (2, 0, 2025)
    assert titles(page(Choice(year=1999))) == []


def test_a_year_begins_at_the_midnight_of_the_site():
    event("Réveillon", date("2025-01-01", "00:15", "02:00"))
    assert page().years == [(2025, 1)]


def test_a_long_agenda_has_pages_that_are_real_addresses():
    event("Chaque jour", date("2026-12-01", "09:00", "10:00", recurrence="daily", times=65))
    first, last = page(), page(number=3)
    assert (len(first.entries), first.total, first.pages) == (30, 65, 3)
    assert len(last.entries) == 5
    assert len({entry.start for number in (1, 2, 3) for entry in page(number=number).entries}) == 65
    assert page(number=99).number == 3
    assert page(number=-4).number == 1
    schemes = vocabularies.schemes()
    choice = Choice(terms=("event_mode:onsite",))
    found = agenda.links(page(choice, 2), choice, schemes)
    assert found.following == "?event_mode=onsite&page=3"
    assert found.preceding == "?event_mode=onsite"
    assert agenda.links(first, Choice(), schemes).preceding == ""
    assert 'href="?page=2"' in shown()


def test_filters_restrict_dates_years_and_counts():
    cycle = EventSeriesFactory(slug="aller-vers", title="Aller vers")
    rows = (date("2025-05-05"), date("2027-01-12"))
    event("En ligne", *rows, mode="online", series=cycle)
    event("Sur place", *rows)
    choice = Choice(terms=("cycle:aller-vers",))
    found = page(choice)
    assert (titles(found), found.years) == (["En ligne"], [(2025, 1)])
    years = agenda.links(found, choice, vocabularies.schemes()).years
    assert [(one.address, one.count) for one in years] == [("?cycle=aller-vers&annee=2025", 1)]


def test_filters_can_count_what_the_list_shows():
    event("Passé", date("2025-05-05"), mode="online")
    event("À venir", date("2027-01-12"), mode="online")
    event("Sur place", date("2027-01-13"))
    flush()
    schemes = vocabularies.schemes()

    def counted(choice):
        scope = agenda.narrowed(HERE, choice, NOW)
        found = filters(scope, choice, schemes, total=10)
        (modes,) = [one for one in found if one.name == "event_mode"]
        return {value.value: value.count for value in modes.values}

    assert counted(Choice()) == {"online": 1, "onsite": 1}
    assert counted(Choice(terms=("event_mode:online",), year=2025)) == {"online": 1}


def test_a_withdrawn_event_leaves_the_agenda():
    gone = event("Retiré", date("2027-01-12"))
    flush()
    gone.unpublish()
    assert titles(page()) == []


def test_another_language_has_its_own_agenda():
    event("En français", date("2027-01-12"))
    assert titles(page(scope=Scope("en"))) == []


def test_queries_do_not_grow_with_the_agenda():
    def queries(choice):
        with CaptureQueriesContext(connection) as made:
            list(agenda.agenda(SCOPE, choice, 1, NOW).months)
        return len(made)

    event("Une", date("2027-01-12"), date("2025-01-12"))
    flush()
    few = queries(Choice()), queries(Choice(year=2025))
    event("D’autres", date("2026-12-01", recurrence="daily", times=90))
    for number in range(8):
        event(f"Encore {number}", date("2027-02-01"), date(f"20{10 + number}-02-01"))
    flush()
    assert (queries(Choice()), queries(Choice(year=2025))) == few == (3, 3)


def test_an_empty_agenda_says_so():
    flush()
    html = shown()
    assert '<div class="empty">' in html
    assert "<ul" not in html


@pytest.mark.parametrize("year", ["0", "99999", "2025'", "-1", "٢٠٢٥", ""])
def test_a_year_that_is_none_is_left_out(year):
    choice = Choice.parse(QueryDict(mutable=False, query_string=f"annee={year}"), {})
    assert choice.year == 0
    assert page(choice).total == 0


def shown(choice=None, number=1):
    flush()
    choice = choice or Choice()
    found = agenda.agenda(SCOPE, choice, number, NOW)
    links = agenda.links(found, choice, vocabularies.schemes())
    return render_to_string("components/agenda_list.html", {"agenda": found, "agenda_links": links})
