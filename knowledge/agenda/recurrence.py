"""The days on which something recurs, from a small rule (RFC 5545, as `dateutil` reads it)."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from dateutil import rrule
from django.db import models
from django.utils.translation import gettext_lazy as _

# Dates of one event: five years of every working day would be a timetable, not an event.
MOST = 400

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Frequency(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY_DAY = "monthly_day", _("Every month, on the same day of the month (the 12th)")
    MONTHLY_WEEKDAY = "monthly_weekday", _("Every month, on the same weekday (the 2nd Tuesday)")
    YEARLY = "yearly", _("Every year")


_RULES = {
    Frequency.DAILY: rrule.DAILY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY_DAY: rrule.MONTHLY,
    Frequency.MONTHLY_WEEKDAY: rrule.MONTHLY,
    Frequency.YEARLY: rrule.YEARLY,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """`first` is the first day; `until` the last day possible or `times` the number of days,
    those of `left_out` included; `weekdays` are for weekly rules (none: that of `first`)."""

    first: dt.date
    frequency: str = ""
    interval: int = 1
    weekdays: Sequence[str] = ()
    until: dt.date | None = None
    times: int | None = None
    left_out: Sequence[dt.date] = ()

    def days(self, most: int = MOST) -> list[dt.date]:
        """The days in order, at most so many. A fifth weekday of a month is its last one; a
        month without a 31st is skipped, as RFC 5545 says."""
        skipped = set(self.left_out)
        return [day for day in self.every(most) if day not in skipped]

    def every(self, most: int = MOST) -> list[dt.date]:
        """The days, those left out included. A rule without an end gives its first day only."""
        if not self.frequency or (self.until is None and self.times is None):
            return [self.first]
        midnight = dt.time()
        until = dt.datetime.combine(self.until, midnight) if self.until else None
        found = rrule.rrule(
            _RULES[Frequency(self.frequency)],
            dtstart=dt.datetime.combine(self.first, midnight),
            interval=max(self.interval, 1),
            until=until,
            count=None if until else self.times,
            byweekday=self._weekdays(),
        )
        return [moment.date() for moment in islice(found, most)]

    def _weekdays(self) -> list[rrule.weekday] | None:
        if self.frequency == Frequency.WEEKLY and self.weekdays:
            return [rrule.weekday(WEEKDAYS.index(name)) for name in self.weekdays]
        if self.frequency == Frequency.MONTHLY_WEEKDAY:
            place = (self.first.day - 1) // 7 + 1
            return [rrule.weekday(self.first.weekday(), -1 if place > 4 else place)]
        return None


def dates_in(text: str) -> list[dt.date]:
    """The days written in a text, one a line or separated by commas: 24/12/2026 or 2026-12-24.
    ValueError, with the words that are no day."""
    found = []
    for word in filter(None, re.split(r"[,;\s]+", text)):
        french = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", word)
        try:
            if french:
                day, month, year = map(int, french.groups())
                found.append(dt.date(year, month, day))
            else:
                found.append(dt.date.fromisoformat(word))
        except ValueError as error:
            raise ValueError(word) from error
    return found
