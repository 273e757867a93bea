"""The agenda: the dates of records in the order of time, what comes next or a past year.

A date is to come until the midnight that ends its last day, in the time zone of the site: what
began this morning is still there tonight. Each date of a record is an entry of its own.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from cms.core.moments import spoken
from cms.core.vocabularies import Scheme

from .listing import Choice, Scope, rows, where
from .models import Record

PAGE = 30

# What is said of a date besides the date itself; nothing for one that holds.
STATUSES = {
    "postponed": pgettext_lazy("of an event", "Postponed"),
    "cancelled": pgettext_lazy("of an event", "Cancelled"),
}

# `end` is exclusive, and the same as `start` where no end is known.
_TO_COME = """(occurrence."end" > %(agenda_day)s OR occurrence.start >= %(agenda_day)s)"""
_YEAR = "extract(year FROM occurrence.start AT TIME ZONE %(agenda_zone)s)::int"


@dataclass(frozen=True, slots=True)
class Entry:
    """One date of a record, in the time zone of the site; `end` is exclusive for all-day dates.
    `month` is the first day of the month under which it stands; `homonym` tells that another
    entry of the page has the same title."""

    record: Record
    start: dt.datetime
    end: dt.datetime
    all_day: bool
    status: str
    place: str
    month: dt.date
    homonym: bool = False

    def __str__(self) -> str:
        return spoken(self.start, self.end, all_day=self.all_day)

    @property
    def status_label(self) -> Any:
        return STATUSES.get(self.status, "")


@dataclass(frozen=True, slots=True)
class Month:
    first: dt.date
    entries: list[Entry]


@dataclass(slots=True)
class AgendaPage:
    """One page of the agenda. `total`: dates on all its pages; `years`: past years with their
    numbers of dates, newest first; `year`: the one that is shown, 0 for what comes next;
    `coming`: the number of dates to come."""

    entries: list[Entry]
    total: int
    coming: int
    years: list[tuple[int, int]]
    year: int
    number: int
    pages: int
    zone: str = field(default_factory=lambda: settings.TIME_ZONE)

    @property
    def months(self) -> list[Month]:
        """The entries under their months, in the order of the list."""
        found: list[Month] = []
        for entry in self.entries:
            if not found or found[-1].first != entry.month:
                found.append(Month(entry.month, []))
            found[-1].entries.append(entry)
        return found

    @property
    def records(self) -> list[Record]:
        """Those of the entries, each once."""
        return list({entry.record.uid: entry.record for entry in self.entries}.values())


@dataclass(frozen=True, slots=True)
class YearLink:
    year: int
    count: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses around a page of the agenda, "" for none."""

    following: str
    preceding: str
    coming: str
    years: list[YearLink]


def today(now: dt.datetime | None = None) -> dt.datetime:
    """The midnight with which the day began, in the time zone of the site."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    return dt.datetime.combine(local.date(), dt.time(), local.tzinfo)


def narrowed(scope: Scope, choice: Choice, now: dt.datetime | None = None) -> Scope:
    """The scope with only the records that have a date in the agenda as chosen: filters then
    count what the list shows."""
    part = _TO_COME if not choice.year else f"NOT {_TO_COME} AND {_YEAR} = %(agenda_year)s"
    condition = (
        f"({scope.condition}) AND EXISTS (SELECT FROM cms_catalogue_occurrence occurrence"
        f" WHERE occurrence.record_id = record.uid AND {part})"
    )
    values = {
        "agenda_day": today(now),
        "agenda_zone": settings.TIME_ZONE,
        "agenda_year": choice.year,
    }
    return replace(scope, condition=condition, parameters={**scope.parameters, **values})


def agenda(
    scope: Scope, choice: Choice, page: int = 1, now: dt.datetime | None = None
) -> AgendaPage:
    """A page of dates: those to come, the next one first; with a year chosen, its past ones,
    the latest first. A page that does not exist is the nearest one. Three queries."""
    day = today(now)
    condition, values = where(scope, choice, now=now)
    values |= {"agenda_day": day, "agenda_zone": settings.TIME_ZONE}
    source = (
        "FROM cms_catalogue_occurrence occurrence"
        " JOIN cms_catalogue_record record ON record.uid = occurrence.record_id"
        f" WHERE {condition}"
    )
    counts = dict(
        rows(
            f"SELECT CASE WHEN {_TO_COME} THEN 0 ELSE {_YEAR} END, count(*) {source} GROUP BY 1",
            values,
        )
    )
    total = counts.get(choice.year, 0)
    pages = max(1, -(-total // PAGE))
    number = min(max(page, 1), pages)
    return AgendaPage(
        entries=_entries(source, values, choice.year, number, day),
        total=total,
        coming=counts.get(0, 0),
        years=sorted(((y, n) for y, n in counts.items() if y), reverse=True),
        year=choice.year,
        number=number,
        pages=pages,
    )


def _entries(
    source: str, values: Mapping[str, Any], year: int, number: int, day: dt.datetime
) -> list[Entry]:
    if year:
        part, order = f"NOT {_TO_COME} AND {_YEAR} = %(agenda_year)s", "DESC"
    else:
        part, order = _TO_COME, "ASC"
    found = rows(
        'SELECT record.uid, occurrence.start, occurrence."end", occurrence.all_day,'
        f" occurrence.status, occurrence.place {source} AND {part}"
        f" ORDER BY occurrence.start {order}, record.title_key, record.uid, occurrence.id"
        " LIMIT %(size)s OFFSET %(offset)s",
        {**values, "agenda_year": year, "size": PAGE, "offset": (number - 1) * PAGE},
    )
    records = Record.objects.defer("document").in_bulk([row[0] for row in found])
    known = [row for row in found if row[0] in records]
    titles = Counter(records[row[0]].title_key for row in known)
    entries = []
    for uid, start, end, all_day, status, place in known:
        local = start.astimezone(day.tzinfo)
        shown = local if year else max(local, day)  # what runs already stands under today
        entries.append(
            Entry(
                records[uid],
                local,
                end.astimezone(day.tzinfo),
                all_day,
                status,
                place,
                shown.date().replace(day=1),
                titles[records[uid].title_key] > 1,
            )
        )
    return entries


def links(shown: AgendaPage, choice: Choice, schemes: Mapping[str, Scheme]) -> Links:
    """Where the page leads, with the filters that are chosen: addresses of the list itself."""

    def address(year: int, page: int = 1) -> str:
        return replace(choice, year=year).address(schemes, page=page if page > 1 else 0)

    more, before = shown.number < shown.pages, shown.number > 1
    return Links(
        following=address(shown.year, shown.number + 1) if more else "",
        preceding=address(shown.year, shown.number - 1) if before else "",
        coming=address(0),
        years=[YearLink(y, n, address(y), y == shown.year) for y, n in shown.years],
    )
