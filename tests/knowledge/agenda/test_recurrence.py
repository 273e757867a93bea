"""Days on which an event recurs, and how its dates are said. No database."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cms.core.moments import day, hour, spoken
from knowledge.agenda.models import EventDate
from knowledge.agenda.recurrence import MOST, Rule, dates_in
from tests.agenda_factories import date

NBSP = "\u00a0"


def days(first: str, **rule) -> list[str]:
    rule = {n: dt.date.fromisoformat(v) if n == "until" else v for n, v in rule.items()}
    return [one.isoformat() for one in Rule(dt.date.fromisoformat(first), **rule).days()]


@pytest.mark.parametrize(
    ("first", "rule", "expected"),
    [
        ("2027-01-12", {}, ["2027-01-12"]),
        (
            "2027-01-30", {"frequency": "daily", "interval": 2, "until": "2027-02-03"},
            ["2027-01-30", "2027-02-01", "2027-02-03"],
        ),
        (
            "2027-01-12",
            {"frequency": "weekly", "weekdays": ["TU", "TH"], "times": 4},
            ["2027-01-12", "2027-01-14", "2027-01-19", "2027-01-21"],
        ),
        (
            "2027-01-12", {"frequency": "weekly", "interval": 2, "times": 2},
            ["2027-01-12", "2027-01-26"],
        ),
        (
            "2027-01-31", {"frequency": "monthly_day", "times": 3},
            ["2027-01-31", "2027-03-31", "2027-05-31"],
        ),
        (
            "2027-01-12", {"frequency": "monthly_weekday", "times": 3},
            ["2027-01-12", "2027-02-09", "2027-03-09"],
        ),
        (
            "2027-01-29", {"frequency": "monthly_weekday", "times": 3},
            ["2027-01-29", "2027-02-26", "2027-03-26"],
        ),
        (
            "2028-02-29", {"frequency": "yearly", "until": "2032-12-31"},
            ["2028-02-29", "2032-02-29"],
        ),
        (
            "2027-01-12",
            {"frequency": "weekly", "times": 3, "left_out": [dt.date(2027, 1, 19)]},
            ["2027-01-12", "2027-01-26"],
        ),
    ],
)  # fmt: skip
def test_a_rule_gives_its_days(first, rule, expected):
    assert days(first, **rule) == expected


def test_a_rule_without_end_never_runs_away():
    assert days("2027-01-12", frequency="daily") == ["2027-01-12"]
    assert len(days("2027-01-12", frequency="daily", until="2199-12-31")) == MOST


def test_dates_left_out_are_read_as_people_write_them():
    expected = [dt.date(2026, 12, 24), dt.date(2026, 12, 31)]
    for text in ("24/12/2026, 31/12/2026", "2026-12-24\n2026-12-31", "24/12/2026;31/12/2026 "):
        assert dates_in(text) == expected
    assert dates_in(" ") == []
    for text in ("31/02/2026", "demain", "24/12", "24/12/2026, x"):
        with pytest.raises(ValueError):
            dates_in(text)


def moments(*args, status="confirmed", **fields):
    return EventDate(**date(*args, **fields)).moments(status)


def test_nine_o_clock_in_winter_is_nine_o_clock_in_summer():
    found = moments(
        "2027-01-15", "09:00", "10:30", recurrence="monthly_weekday", until="2027-07-31"
    )
    assert len(found) == 7
    assert {one.start.hour for one in found} == {9}
    assert {one.start.utcoffset() for one in found} == {
        dt.timedelta(hours=1),
        dt.timedelta(hours=2),
    }
    assert all(one.end - one.start == dt.timedelta(minutes=90) for one in found)


def test_an_hour_overseas_is_that_of_the_place():
    [one] = moments("2027-01-15", "09:00", "10:00", time_zone="America/Guadeloupe")
    assert one.start.isoformat() == "2027-01-15T09:00:00-04:00"


def test_an_all_day_date_ends_at_the_midnight_after_its_last_day():
    [one] = moments("2027-03-27", end_date="2027-03-28")
    assert one.start.isoformat() == "2027-03-27T00:00:00+01:00"
    assert one.end.isoformat() == "2027-03-29T00:00:00+02:00"
    assert one.last_day == dt.date(2027, 3, 28)
    assert not one.is_past(one.end - dt.timedelta(minutes=1))
    assert one.is_past(one.end)


def test_a_date_may_be_cancelled_alone_and_never_outlives_its_event():
    assert moments("2027-01-15", status="postponed")[0].status == "postponed"
    row = date("2027-01-15") | {"status": "cancelled"}
    assert EventDate(**row).moments("confirmed")[0].status == "cancelled"
    row = date("2027-01-15") | {"status": "confirmed"}
    assert EventDate(**row).moments("cancelled")[0].status == "cancelled"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (date("2027-01-12", end_date="2027-01-11"), "end_date"),
        (date("2027-01-12", "16:00", "14:00"), "end_time"),
        (date("2027-01-12", "16:00", end_date="2027-01-13"), "end_time"),
        (date("2027-01-12", "", "14:00"), "start_time"),
        (date("2027-01-12", recurrence="weekly"), "until"),
        (date("2027-01-12", recurrence="weekly", until="2027-01-11"), "until"),
        (date("2027-01-12", recurrence="weekly", until="2027-03-01", times=3), "times"),
        (date("2027-01-12", recurrence="weekly", weekdays="MO", times=3), "weekdays"),
        (date("2027-01-12", recurrence="daily", until="2029-01-12"), "until"),
        (date("2027-01-12", recurrence="weekly", times=3, left_out="13/01/2027"), "left_out"),
        (date("2027-01-12", recurrence="weekly", times=3, left_out="bientôt"), "left_out"),
        (date("2027-01-12", recurrence="weekly", times=1, left_out="12/01/2027"), "left_out"),
        (date("2027-01-12", until="2027-03-01"), "recurrence"),
        (date("2027-01-12", recurrence="weekly", times=0), "times"),
        (date("2027-01-12", recurrence="weekly", times=401), "times"),
        (date("2027-01-12", recurrence="weekly", times=3, interval=0), "interval"),
        (date("0001-01-01"), "start_date"),
        (date("9999-12-31"), "start_date"),
        (date("2027-01-12", time_zone="Mars/Olympus"), "time_zone"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(row, field):
    with pytest.raises(ValidationError) as refused:
        EventDate(**row).full_clean(exclude=["page"])
    assert field in refused.value.message_dict


def test_what_can_be_is_accepted():
    for row in (
        date("2027-01-12"),
        date("2027-01-12", "14:00"),
        date("2027-01-12", "22:00", "01:00", end_date="2027-01-13"),
        date("2027-01-12", recurrence="weekly", weekdays="TU,TH", until="2027-03-01"),
        date("2027-01-12", recurrence="daily", times=400),
        date("2027-01-12", recurrence="weekly", times=3, left_out="19/01/2027"),
    ):
        EventDate(**row).full_clean(exclude=["page"])


def test_dates_are_said_in_french():
    with translation.override("fr"):
        assert day(dt.date(2027, 1, 12)) == f"mardi 12{NBSP}janvier{NBSP}2027"
        assert day(dt.date(2027, 1, 1)) == f"vendredi 1er{NBSP}janvier{NBSP}2027"
        assert (hour(dt.time(14)), hour(dt.time(9, 5))) == (f"14{NBSP}h", f"9{NBSP}h{NBSP}05")


def test_dates_are_said_in_a_sentence():
    with translation.override("en"):
        said = [
            str(moments("2027-01-12", "14:00", "16:30")[0]),
            str(moments("2027-01-12", "14:00")[0]),
            str(moments("2027-01-12")[0]),
            str(moments("2027-01-12", end_date="2027-01-13")[0]),
            str(moments("2026-12-31", end_date="2027-01-01")[0]),
            str(moments("2027-01-12", "14:00", "09:00", end_date="2027-01-13")[0]),
            spoken(dt.datetime(2027, 1, 12, 9), dt.datetime(2027, 1, 12, 10), zone="Asia/Tokyo"),
        ]
    assert [text.replace(NBSP, " ") for text in said] == [
        "Tuesday 12 January 2027, from 14:00 to 16:30 (Paris time)",
        "Tuesday 12 January 2027, at 14:00 (Paris time)",
        "Tuesday 12 January 2027",
        "from Tuesday 12 to Wednesday 13 January 2027",
        "from Thursday 31 December 2026 to Friday 1 January 2027",
        "from Tuesday 12 January 2027, 14:00, to Wednesday 13 January 2027, 09:00 (Paris time)",
        "Tuesday 12 January 2027, from 09:00 to 10:00 (Asia/Tokyo)",
    ]
