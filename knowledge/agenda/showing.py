"""What the page of an event shows. Works for a preview too: rows may be in memory only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core import body
from cms.core.moments import ZONES, day, hour, spoken
from cms.core.records import Download
from cms.core.templatetags.relais import in_its_language
from knowledge.base import spoken as shared
from knowledge.base.places import communes_of
from knowledge.base.presenting import Actor, actors

from .dates import Moment, Status

SHOWN = 6  # dates to come; the others are folded
OWN_TIE = "speaker"  # shown as a list of its own, with functions


@dataclass(frozen=True, slots=True)
class Line:
    """A date in words; `status` is "" for one that holds."""

    text: str
    status: str


@dataclass(frozen=True, slots=True)
class Remains:
    """A file of the event with the name of its kind."""

    kind: str
    download: Download


def context(page: Any, found: dict[str, Any]) -> dict[str, Any]:
    """The dates (see `_dates`), `is_past`, `status_label`, `place`, `map_url`, `online_url`
    until the event is over, `registration` ("open", "closed", ""), `programme` (by day),
    `speakers` (actors with their function),
    `remains` (files), `cycle` (EventSeries or None), `same_cycle` (records), `facts`,
    and `ties` without the speakers."""
    now = timezone.now()
    cycle = _cycle(page)
    moments = page.moments()
    communes = communes_of([page])
    point = page.point(communes, page.title)
    place = page.place_text(communes)
    return {
        **_dates(page, moments, now),
        "is_past": bool(moments) and all(one.has_ended(now) for one in moments),
        "status_label": "" if page.status == Status.CONFIRMED else page.get_status_display(),
        "place": place if page.mode != "online" else "",
        "map_url": map_url(point.latitude, point.longitude) if point and place else "",
        "online_url": page.room_online(moments, now)[0],
        **_registration(page, moments, now),
        "programme": programme(page.programme.all()),
        "speakers": speakers(page.speakers.all()),
        "remains": remains(page.documents.all()),
        "same_cycle": page.same_cycle(),
        "cycle": cycle,
        "facts": facts(page, moments, now, cycle),
        "ties": [tie for tie in found["ties"] if tie.relation != OWN_TIE or tie.inverse],
    }


def _dates(page: Any, moments: Sequence[Moment], now: dt.datetime) -> dict[str, Any]:
    """`coming` and `more` lines (those after the first few), `past` ones, and `zone`: the time
    that they share, said once where there are several."""
    zones = {one.zone for one in moments if not one.all_day}
    shared = len(moments) > 1 and len(zones) == 1
    lines: dict[bool, list[Line]] = {True: [], False: []}
    for one in moments:
        text = spoken(one.start, one.end, all_day=one.all_day, zone="" if shared else one.zone)
        told = "" if one.status == page.status else str(one.status_label)
        lines[one.is_past(now)].append(Line(text, told))
    coming = lines[False]
    return {
        "coming": coming[:SHOWN],
        "more": coming[SHOWN:],
        "past": lines[True],
        "zone": ZONES.get(zones.pop(), "") if shared else "",
    }


def map_url(latitude: float, longitude: float) -> str:
    """The place on a public map."""
    mark = urlencode({"mlat": f"{latitude:.5f}", "mlon": f"{longitude:.5f}"})
    return f"https://www.openstreetmap.org/?{mark}#map=16/{latitude:.5f}/{longitude:.5f}"


def _registration(page: Any, moments: Sequence[Moment], now: dt.datetime) -> dict[str, Any]:
    ended = bool(moments) and all(one.has_ended(now) for one in moments)
    off = moments and all(one.status == Status.CANCELLED for one in moments)
    if not page.registration_url or ended or off:
        return {"registration": ""}
    opened = page.registration_open(moments, now)
    limit = page.registration_deadline
    told = ""
    if opened and limit:
        local = timezone.localtime(limit)
        told = f"{day(local.date())}, {hour(local.time())}"
    return {"registration": "open" if opened else "closed", "registration_until": told}


def programme(rows: Any) -> list[dict[str, Any]]:
    """[{"day": in words or "", "items": [{"time", "title", "speaker", "text"}]}], as entered."""
    groups: list[dict[str, Any]] = []
    for row in rows:
        name = day(row.day) if row.day else ""
        if not groups or (name and groups[-1]["day"] != name):
            groups.append({"day": name, "items": []})
        groups[-1]["items"].append(
            {
                "time": hour(row.time) if row.time else "",
                "title": row.title,
                "speaker": row.speaker,
                "text": row.text,
            }
        )
    return groups


def speakers(rows: Any) -> list[Actor]:
    """Those who speak, `role` being their function there. One query; somebody of the directory
    whose record is not public appears under the printed name, or not at all."""
    known = actors(row.person_id for row in rows if row.person_id)
    found = []
    for row in rows:
        one = known.get(row.person_id)
        if one or row.name:
            found.append(Actor(one.name if one else row.name, one.url if one else "",
                               role=row.function, locale=one.locale if one else ""))  # fmt: skip
    return found


def remains(rows: Any) -> list[Remains]:
    """The event's own files that the page may show."""
    chosen = list(rows)
    targets = body.References.load({("document", row.document_id) for row in chosen})
    return [
        Remains(row.get_kind_display(), download)
        for row in chosen
        if (download := targets.download(row.document_id, row.title))
    ]


def _cycle(page: Any) -> Any:
    """The cycle in the words of the page's language. No query in French."""
    if page.series is None:
        return None
    language = page.locale.language_code
    return shared.said(page.series, language, shared.texts([page.series], [language]))


def facts(
    page: Any, moments: Sequence[Moment], now: dt.datetime, cycle: Any = None
) -> list[dict[str, Any]]:
    """The first lines of “En bref”."""
    coming = next((one for one in moments if not one.is_past(now)), None)
    found = []
    if coming and len(moments) > 1:
        found.append((_("Next date"), [str(coming)]))
    elif moments and len(moments) == 1:
        found.append((_("Date"), [str(moments[0])]))
    found.append((_("How to take part"), [page.get_mode_display()]))
    if cycle:
        found.append((_("Cycle"), [in_its_language(cycle.title, cycle)]))
    if page.seats:
        found.append((_("Seats"), [str(page.seats)]))
    return [{"label": label, "texts": texts} for label, texts in found]
