"""The demo's agenda: cycles and events, most of them dated from today."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from knowledge.agenda.models import (
    EventDate,
    EventDocument,
    EventPage,
    EventProgrammeItem,
    EventSeries,
    EventSpeaker,
)

from ..centre import Centre, flat
from ..library import read

_COPIED = ("status", "mode", "place_name", "address", "latitude", "longitude", "online_url",
           "replay_url")  # fmt: skip


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published."""
    say("  agenda…")
    content = read("events/agenda.yaml")
    cycles = {one["slug"]: _cycle(one) for one in content["cycles"]}
    entries = [(_event(centre, entry, cycles), entry) for entry in content["events"]]
    for place, (page, entry) in enumerate(entries):
        centre.fill(page, entry)
        _fill(centre, page, entry)
        first = min(row.start_date for row in page.dates.all())
        centre.publish(page, min(first - dt.timedelta(days=40), centre.day(f"-{4 + place}")))


def _cycle(entry: dict[str, Any]) -> EventSeries:
    return EventSeries.objects.create(
        slug=entry["slug"], title=entry["title"], description=flat(entry.get("description"))
    )


def _event(centre: Centre, entry: dict[str, Any], cycles: dict[str, EventSeries]) -> EventPage:
    registration = entry.get("registration") or {}
    page = EventPage(
        series=cycles[entry["series"]] if "series" in entry else None,
        commune=centre.territory(entry["commune"]) if "commune" in entry else None,
        registration_url=registration.get("url", ""),
        registration_deadline=_moment(centre, registration.get("deadline")),
        registration_closed=bool(registration.get("closed")),
        seats=registration.get("seats"),
        **{name: entry[name] for name in _COPIED if name in entry},
    )
    return centre.add(page, "agenda", entry, "event")


def _fill(centre: Centre, page: Any, entry: dict[str, Any]) -> None:
    page.dates = [
        EventDate(
            sort_order=place,
            start_date=(first := _day(centre, one["day"], one)),
            end_date=max(first, _day(centre, one["last"], one)) if "last" in one else None,
            start_time=_hour(one.get("from")),
            end_time=_hour(one.get("to")),
            **{name: one[name] for name in ("recurrence", "interval", "times") if name in one},
        )
        for place, one in enumerate(entry["dates"])
    ]
    page.programme = [
        EventProgrammeItem(
            sort_order=place,
            locale=page.locale,
            day=_day(centre, one["day"], one) if "day" in one else None,
            time=_hour(one.get("time")),
            title=one["title"],
            speaker=one.get("speaker", ""),
            text=one.get("text", ""),
        )
        for place, one in enumerate(entry.get("programme") or [])
    ]
    page.speakers = [
        EventSpeaker(
            sort_order=place,
            locale=page.locale,
            person_id=centre.pages[f"person:{one['person']}"].pk if "person" in one else None,
            name=one.get("name", ""),
            function=one.get("function", ""),
        )
        for place, one in enumerate(entry.get("speakers") or [])
    ]
    page.documents = [
        EventDocument(
            sort_order=place,
            kind=one["kind"],
            document_id=centre.library.documents[one["file"]],
            title=one.get("title", ""),
        )
        for place, one in enumerate(entry.get("documents") or [])
    ]


def _day(centre: Centre, value: Any, row: dict[str, Any]) -> dt.date:
    """The day; one counted from today is moved off the week-end, away from today."""
    day = centre.day(value)
    relative = str(value)[:1] in "+-"
    step = dt.timedelta(days=-1 if str(value).startswith("-") else 1)
    while relative and not row.get("weekend") and day.weekday() > 4:
        day += step
    return day


def _hour(value: str | None) -> dt.time | None:
    return dt.time.fromisoformat(value) if value else None


def _moment(centre: Centre, value: str | None) -> dt.datetime | None:
    """From a day of the content and an hour: "+17 18:00"."""
    if not value:
        return None
    day, hour = value.split()
    return dt.datetime.combine(
        centre.day(day), dt.time.fromisoformat(hour), timezone.get_current_timezone()
    )
