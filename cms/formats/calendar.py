"""Dates of records as iCalendar (RFC 5545), in the time zone of the site."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration

from cms.catalogue.agenda import STATUSES

from .notice import permalink
from .text import one_line, writable

EXTENSION = "ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"
REFRESH = dt.timedelta(hours=6)

_WORDS = {"confirmed": "CONFIRMED", "cancelled": "CANCELLED", "postponed": "TENTATIVE"}
_LARGEST = 2**31 - 1  # of RFC 5545's integers


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a record. `end` is exclusive for whole days, and the same as `start` where no end
    is known; `alone`: it is the record's only one; `place_of_day`: 1 for the first of its day."""

    uid: uuid.UUID
    version: int
    modified_at: dt.datetime
    published_at: dt.datetime | None
    title: str
    summary: str
    url: str
    labels: Sequence[str]
    start: dt.datetime
    end: dt.datetime
    all_day: bool
    status: str
    place: str
    alone: bool
    place_of_day: int


def write(dates: Iterable[Dated], *, name: str, site: str, domain: str) -> Iterator[bytes]:
    """A calendar, a part at a time. `domain` makes the identifiers of its events unique among
    those of all sites."""
    whole = Calendar()
    whole.add("prodid", f"-//{one_line(site)}//Relais//FR")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    for label in ("name", "x-wr-calname"):
        whole.add(label, one_line(name))
    whole.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", vDuration(REFRESH))
    whole.add("x-wr-timezone", settings.TIME_ZONE)
    begin, end, _rest = whole.to_ical().partition(b"END:VCALENDAR")
    yield begin
    yield _zone(settings.TIME_ZONE)
    for one in dates:
        yield _event(one, domain, settings.TIME_ZONE, settings.BASE_URL, _status(one.status))
    yield end + b"\r\n"


def identifier(one: Dated, domain: str) -> str:
    """The same for as long as the date is: by the record where it has one date, so that it may
    move; by the day where it has several, so that others may come before it."""
    if one.alone:
        return f"{one.uid}@{domain}"
    day = one.start.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y%m%d")
    again = f"-{one.place_of_day}" if one.place_of_day > 1 else ""
    return f"{one.uid}-{day}{again}@{domain}"


def _status(status: str) -> str:
    """What the title says of it, in words: many calendars do not show a status."""
    return str(STATUSES.get(status, ""))


@lru_cache(maxsize=8)
def _zone(name: str) -> bytes:
    """The rules of a time zone: without them some programs read its hours as UTC."""
    return Timezone.from_tzid(name).to_ical()


@lru_cache(maxsize=5_000)
def _event(one: Dated, domain: str, zone_name: str, base_url: str, status: str) -> bytes:
    """One event. Writing it takes half a millisecond, so it is kept until it changes."""
    zone = ZoneInfo(zone_name)
    found = Event()
    found.add("uid", identifier(one, domain))
    found.add("dtstamp", one.modified_at.astimezone(dt.UTC))
    found.add("last-modified", one.modified_at.astimezone(dt.UTC))
    if one.published_at:
        found.add("created", one.published_at.astimezone(dt.UTC))
    found.add("sequence", min(one.version, _LARGEST))
    start, end = one.start.astimezone(zone), one.end.astimezone(zone)
    if one.all_day:
        found.add("dtstart", start.date())
        found.add("dtend", max(end.date(), start.date() + dt.timedelta(days=1)))
    else:
        found.add("dtstart", start)
        if end > start:
            found.add("dtend", end)
    title = one_line(one.title)
    found.add("summary", f"{status} – {title}" if status else title)
    address = permalink(one.uid)
    found.add("description", "\n\n".join(filter(None, [writable(one.summary), address])))
    if one.place:
        found.add("location", one_line(one.place))
    found.add("url", f"{base_url}{one.url}")
    if one.labels:
        found.add("categories", [one_line(label) for label in one.labels])
    found.add("status", _WORDS.get(one.status, "CONFIRMED"))
    found.add("transp", "TRANSPARENT" if one.all_day else "OPAQUE")
    return found.to_ical()


def title(site: str) -> str:
    """What the site's calendar is called."""
    return _("Agenda – %(site)s") % {"site": site}
