"""What a session is: its days, its seats, whether one may still register."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from knowledge.trainings.models import TrainingSession
from knowledge.trainings.presenting import days, hours, seats

TODAY = dt.date(2026, 3, 10)
MONDAY = dt.date(2026, 3, 16)
ADDRESS = "https://example.org/inscription"


def session(**fields) -> TrainingSession:
    return TrainingSession(**{"start": MONDAY, **fields})


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"end": dt.date(2026, 3, 15)}, "end"),
        ({"start_time": dt.time(14), "end_time": dt.time(9)}, "end_time"),
        ({"start_time": dt.time(9), "end_time": dt.time(9)}, "end_time"),
        ({"end_time": dt.time(9)}, "start_time"),
        ({"start": None}, "start"),
        ({"start": None, "end": MONDAY, "status": "postponed"}, "start"),
        ({"seats": 10, "seats_taken": 11}, "seats_taken"),
        ({"registration_deadline": dt.date(2026, 3, 17)}, "registration_deadline"),
        ({"latitude": 46.6}, "longitude"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(fields, field):
    with pytest.raises(ValidationError) as error:
        session(**fields).clean()
    assert set(error.value.message_dict) == {field}


@pytest.mark.parametrize(
    "fields",
    [
        {"end": MONDAY},
        {"end": dt.date(2026, 3, 18), "start_time": dt.time(14), "end_time": dt.time(12)},
        {"start": None, "status": "postponed"},
        {"seats": 10, "seats_taken": 10},
        {"registration_deadline": MONDAY},
    ],
)
def test_what_can_be_is_accepted(fields):
    session(**fields).clean()


def test_a_session_without_a_seat_left_is_full_and_takes_no_inscription():
    free = session(seats=12, seats_taken=11, registration_url=ADDRESS)
    assert free.state == "open"
    assert free.takes_inscriptions(TODAY)
    assert "1" in seats(free)
    taken = session(seats=12, seats_taken=12, registration_url=ADDRESS)
    assert taken.state == "full"
    assert not taken.takes_inscriptions(TODAY)
    assert seats(taken) == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "full"},
        {"status": "cancelled"},
        {"status": "postponed"},
        {"registration_url": ""},
        {"start": dt.date(2026, 3, 9)},
        {"registration_deadline": dt.date(2026, 3, 9)},
    ],
)
def test_nobody_is_offered_to_register_where_nobody_can(fields):
    asked = session(**{"registration_url": ADDRESS, **fields})
    assert not asked.takes_inscriptions(TODAY)


def test_the_last_day_of_inscriptions_and_of_the_session_count():
    asked = session(registration_url=ADDRESS, registration_deadline=TODAY)
    assert asked.takes_inscriptions(TODAY)
    running = session(start=dt.date(2026, 3, 8), end=TODAY)
    assert not running.is_past(TODAY)


def test_a_calendar_knows_the_hours_of_one_day_and_the_days_of_several():
    (one,) = session(start_time=dt.time(9), end_time=dt.time(17, 30)).occurrences("Bourges")
    assert one.start.isoformat() == "2026-03-16T09:00:00+01:00"
    assert one.end.isoformat() == "2026-03-16T17:30:00+01:00"
    assert (one.all_day, one.place) == (False, "Bourges")
    several = session(end=dt.date(2026, 3, 18), start_time=dt.time(9), end_time=dt.time(17))
    (found,) = several.occurrences()
    assert found.all_day
    assert found.start.isoformat() == "2026-03-16T00:00:00+01:00"
    assert found.end.isoformat() == "2026-03-19T00:00:00+01:00"
    (cancelled,) = session(status="cancelled").occurrences()
    assert cancelled.status == "cancelled"
    assert session(status="postponed").occurrences() == []
    assert session(start=None, status="postponed").occurrences() == []


def test_of_days_that_do_not_follow_each_other_a_calendar_has_the_first_and_the_last():
    spread = session(
        end=dt.date(2026, 5, 4), schedule="16 mars, 7 avril et 4 mai",
        start_time=dt.time(9), end_time=dt.time(17),
    )  # fmt: skip
    starts = [one.start.isoformat() for one in spread.occurrences()]
    assert starts == ["2026-03-16T09:00:00+01:00", "2026-05-04T09:00:00+02:00"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "16 mars 2026"),
        ({"start": dt.date(2026, 3, 1)}, "1er mars 2026"),
        ({"end": dt.date(2026, 3, 18)}, ("16", "18 mars 2026")),
        ({"end": dt.date(2026, 4, 1)}, ("16 mars", "1er avril 2026")),
        ({"end": dt.date(2027, 1, 4)}, ("16 mars 2026", "4 janvier 2027")),
        ({"schedule": "matin et soir"}, "16 mars 2026 (matin et soir)"),
        ({"start": None, "schedule": "au printemps"}, "au printemps"),
    ],
)
def test_days_are_said_as_people_say_them(fields, said):
    text = days(session(**fields))
    if isinstance(said, str):
        assert text == said
    else:
        first, last = said
        assert first in text
        assert text.endswith(last)
        assert text.count("mars") == (said[0] + said[1]).count("mars")


def test_hours_are_said_as_people_say_them():
    said = hours(session(start_time=dt.time(9), end_time=dt.time(17, 5)))
    assert "9\u00a0h" in said
    assert said.endswith("17\u00a0h\u00a005")
    assert hours(session()) == ""
