"""Dates of records as iCalendar (RFC 5545), in the time zone of the site."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Timezone, vDuration

from cms.catalogue.agenda import STATUSES

from .notice import permalink
from .text import one_line, writable

EXTENSION = "ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"
REFRESH = dt.timedelta(hours=6)

_WORDS = {"confirmed": "CONFIRMED", "cancelled": "CANCELLED", "postponed": "TENTATIVE"}
_LARGEST = 2**31 - 1  # of RFC 5545's integers
_LINE = 75  # octets of a line, its end left out
_BATCH = 100  # events sent at once


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
    locale: str = ""
    translations: Sequence[uuid.UUID] = ()  # the same in other languages


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
    yield begin + _zone(settings.TIME_ZONE)
    hours = _Hours(settings.TIME_ZONE)
    parts: list[bytes] = []
    for one in dates:
        parts.append(_event(one, domain, hours))
        if len(parts) == _BATCH:
            yield b"".join(parts)
            parts.clear()
    yield b"".join(parts) + end + b"\r\n"


def identifier(one: Dated, domain: str, zone: ZoneInfo) -> str:
    """The same for as long as the date is: by the record where it has one date, so that it may
    move; by the day where it has several, so that others may come before it."""
    if one.alone:
        return f"{one.uid}@{domain}"
    day = f"{one.start.astimezone(zone):%Y%m%d}"
    again = f"-{one.place_of_day}" if one.place_of_day > 1 else ""
    return f"{one.uid}-{day}{again}@{domain}"


def _status(status: str) -> str:
    """What the title says of it, in words: many calendars do not show a status."""
    return str(STATUSES.get(status, ""))


@lru_cache(maxsize=8)
def _zone(name: str) -> bytes:
    """The rules of a time zone: without them some programs read its hours as UTC."""
    return Timezone.from_tzid(name).to_ical()


class _Hours:
    """How moments are written in one time zone."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.zone = ZoneInfo(name)

    def lines(self, one: Dated) -> Iterator[str]:
        start, end = one.start.astimezone(self.zone), one.end.astimezone(self.zone)
        if one.all_day:
            last = max(end.date(), start.date() + dt.timedelta(days=1))
            yield f"DTSTART;VALUE=DATE:{start:%Y%m%d}"
            yield f"DTEND;VALUE=DATE:{last:%Y%m%d}"
        else:
            yield f"DTSTART;TZID={self.name}:{start:%Y%m%dT%H%M%S}"
            if end > start:
                yield f"DTEND;TZID={self.name}:{end:%Y%m%dT%H%M%S}"


def _event(one: Dated, domain: str, hours: _Hours) -> bytes:
    """One event. Written here, because the library takes half a millisecond for each."""
    changed = f"{one.modified_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    status = _status(one.status)
    name = one_line(one.title)
    address = permalink(one.uid)
    about = "\n\n".join(filter(None, [writable(one.summary), address]))
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(identifier(one, domain, hours.zone))}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{min(one.version, _LARGEST)}",
        *hours.lines(one),
        f"SUMMARY{_language(one.locale)}:" + _text(f"{status} – {name}" if status else name),
        f"DESCRIPTION{_language(one.locale)}:" + _text(about),
        f"URL:{_uri(settings.BASE_URL + one.url)}",
        f"STATUS:{_WORDS.get(one.status, 'CONFIRMED')}",
        f"TRANSP:{'TRANSPARENT' if one.all_day else 'OPAQUE'}",
    ]
    # The same in another language (RFC 9253).
    lines += [f"LINK;LINKREL=alternate;VALUE=URI:{_uri(permalink(o))}" for o in one.translations]
    if one.published_at:
        lines.append(f"CREATED:{one.published_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}")
    if one.place:
        lines.append("LOCATION:" + _text(one_line(one.place)))
    if one.labels:
        lines.append("CATEGORIES:" + ",".join(_text(one_line(label)) for label in one.labels))
    lines.append("END:VEVENT")
    return b"".join(map(_folded, lines))


def _language(locale: str) -> str:
    return f";LANGUAGE={locale}" if locale else ""


def _text(text: str) -> str:
    """A value of type TEXT (RFC 5545 §3.3.11)."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _uri(address: str) -> str:
    """An address, without what would end its line."""
    return "".join(address.split())


def _folded(line: str) -> bytes:
    """The line with its end, cut where it is longer than 75 octets, never inside a sign (§3.1)."""
    data = line.encode()
    if len(data) <= _LINE:
        return data + b"\r\n"
    parts: list[bytes] = []
    start, room = 0, _LINE
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:  # inside a sign of several octets
            end -= 1
        parts.append(data[start:end])
        start, room = end, _LINE - 1
    parts.append(data[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def title(site: str) -> str:
    """What the site's calendar is called."""
    return _("Agenda – %(site)s") % {"site": site}
