"""Periods between two dates that are as precise as their source."""

import calendar
import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .dates import parse, spoken


def is_before(end: str, start: str) -> bool:
    """Whether an end is before a start for sure: "2019" is not before "2019-03"."""
    size = min(len(start), len(end))
    return bool(size) and end[:size] < start[:size]


def check_period(start: str, end: str, field: str = "end") -> None:
    """ValidationError at the field of the end when it is before the start. Text that is no date
    is the field's own error."""
    if is_before(end, start):
        raise ValidationError({field: _("The end is before the start.")})


def last_day(text: str) -> dt.date:
    """The last day that a date covers: "2019" ends on 31 December."""
    date = parse(text)
    if date.precision == "day":
        return date.value
    month = 12 if date.precision == "year" else date.value.month
    return dt.date(date.value.year, month, calendar.monthrange(date.value.year, month)[1])


def covers(start: str, end: str, day: dt.date) -> bool:
    """Whether a day lies in a period; without an end the period is the start alone."""
    if not start:
        return False
    return parse(start).value <= day <= last_day(end or start)


def period_text(start: str, end: str) -> str:
    """The period as it is printed: "2021-2026", "de mars 2019 à juin 2020", "2014"."""
    if not start or not end or start == end:
        known = start or end
        return spoken(parse(known)) if known else ""
    if len(start) == 4 and len(end) == 4:
        return f"{start}-{end}"
    return _("from %(start)s to %(end)s") % {
        "start": spoken(parse(start)), "end": spoken(parse(end)),
    }  # fmt: skip
