"""What the page of a training shows besides its text: sessions and facts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cms.core.records import PartialDate
from knowledge.base.dates import spoken
from knowledge.base.places import communes_of
from knowledge.base.presenting import Actor, actors

from .lheo import plain
from .sessions import HELD, SessionStatus, TrainingSession

NBSP = "\u00a0"
BRIEF = 140  # signs, of a text in “En bref”


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as readers see it: `days` and `hours` in words, `place`, `state` ("full"…) with
    its name, `seats` in words; `registration` is an address, "" where nobody can register."""

    days: str
    hours: str
    place: str
    online_url: str
    state: str
    state_label: str
    seats: str
    registration: str
    deadline: dt.date | None


def present_sessions(page: Any) -> tuple[list[Shown], list[Shown]]:
    """Those to come, the nearest first and those without a day last; those that are past, the
    latest first."""
    rows = list(page.sessions.all())
    communes = communes_of(rows)
    today = timezone.localdate()
    rows.sort(key=lambda row: (row.start is None, row.start or today, row.sort_order or 0))
    upcoming = [row for row in rows if not row.is_past(today)]
    past = [row for row in reversed(rows) if row.is_past(today)]
    return _all(upcoming, communes, today), _all(past, communes, today)


def _all(rows: Sequence[TrainingSession], communes: Any, today: dt.date) -> list[Shown]:
    return [_shown(row, communes, today) for row in rows]


def _shown(row: TrainingSession, communes: Any, today: dt.date) -> Shown:
    past = row.is_past(today)
    places = [row.place_text(communes), _("online") if row.is_online else ""]
    opens = row.takes_inscriptions(today)
    label = "" if row.state == SessionStatus.OPEN else str(SessionStatus(row.state).label)
    return Shown(
        days=days(row),
        hours=hours(row),
        place=_(" and ").join(filter(None, places)),
        online_url=row.room_online(timezone.now()),
        state=row.state,
        state_label="" if past and row.state == SessionStatus.FULL else label,
        seats="" if past else seats(row),
        registration=row.registration_url if opens else "",
        deadline=row.registration_deadline if opens else None,
    )


def days(row: TrainingSession) -> str:
    """The days of a session as one says them."""
    if row.start is None:
        return row.schedule or _("Dates to be announced")
    last = row.last_day or row.start
    if last == row.start:
        said = _day(row.start)
    else:
        words = {"first": _first(row.start, last), "last": _day(last)}
        said = pgettext("days", "from %(first)s to %(last)s") % words
    return f"{said} ({row.schedule})" if row.schedule else said


def _day(day: dt.date) -> str:
    words = spoken(PartialDate(day))
    return f"1er{words[1:]}" if day.day == 1 else words


def _first(day: dt.date, last: dt.date) -> str:
    """The first of two days, without what it shares with the last one."""
    number = "1er" if day.day == 1 else str(day.day)
    if day.year != last.year:
        return _day(day)
    return number if day.month == last.month else f"{number} {formats.date_format(day, 'F')}"


def hours(row: TrainingSession) -> str:
    """“de 9 h à 17 h”; "" where they are not told."""
    if row.start_time is None:
        return ""
    if row.end_time is None:
        return pgettext("hours", "from %(hour)s") % {"hour": hour(row.start_time)}
    return pgettext("hours", "from %(first)s to %(last)s") % {
        "first": hour(row.start_time), "last": hour(row.end_time),
    }  # fmt: skip


def hour(time: dt.time) -> str:
    """“9 h”, “13 h 30”."""
    minutes = f"{NBSP}{time.minute:02d}" if time.minute else ""
    return f"{time.hour}{NBSP}h{minutes}"


def seats(row: TrainingSession) -> str:
    """How many seats there are, or are left, while one can hope for one."""
    if row.state != SessionStatus.OPEN or row.seats is None:
        return ""
    left = row.seats_left
    if left is None:
        return ngettext("%(n)d seat", "%(n)d seats", row.seats) % {"n": row.seats}
    return ngettext(
        "%(n)d seat left of %(all)d", "%(n)d seats left of %(all)d", left
    ) % {"n": left, "all": row.seats}  # fmt: skip


def duration(page: Any) -> str:
    """Hours, then the duration in words."""
    if not page.duration_hours:
        return page.duration_text
    number = formats.number_format(page.duration_hours.normalize(), use_l10n=True)
    said = ngettext("%(n)s hour", "%(n)s hours", int(page.duration_hours)) % {"n": number}
    return f"{said}, {page.duration_text}" if page.duration_text else said


def price(page: Any) -> str:
    """“Gratuit”, “350 €”, then what the price covers."""
    if page.is_free:
        said = _("Free of charge")
    elif page.price_euros is not None:
        said = f"{_amount(page.price_euros)}{NBSP}€"
    else:
        return page.price_text
    return f"{said}, {page.price_text}" if page.price_text else said


def _amount(value: Decimal) -> str:
    places = 0 if value == value.to_integral_value() else 2
    return formats.number_format(value, places, use_l10n=True, force_grouping=True)


def _short(text: str) -> str:
    """The beginning of a text that stands in full further down, whole words."""
    whole = " ".join(text.split())
    if len(whole) <= BRIEF:
        return whole
    return f"{whole[:BRIEF].rpartition(' ')[0].rstrip(' ,;:.')}…"


def next_session(upcoming: Sequence[Shown]) -> Shown | None:
    """The nearest session that is held and has places, else the nearest that is held."""
    held = [one for one in upcoming if one.state in HELD]
    return next((one for one in held if one.state != SessionStatus.FULL), next(iter(held), None))


def speakers(page: Any) -> list[tuple[Actor, str]]:
    """Who leads it, with their function there; somebody whose record is not public appears under
    the name as printed, or not at all."""
    rows = list(page.speakers.all())
    known = actors(row.person_id for row in rows if row.person_id)
    found = []
    for row in rows:
        actor = known.get(row.person_id) or (Actor(row.name) if row.name else None)
        if actor:
            found.append((actor, row.function))
    return found


def facts(page: Any) -> list[dict[str, Any]]:
    """The first lines of “En bref”."""
    certified = " ".join(
        filter(
            None, [page.certification, page.certification_code and f"({page.certification_code})"]
        )
    )
    found = [
        (_("Duration"), duration(page)),
        (_("Modality"), str(page.get_modality_display())),
        (_("Price"), price(page)),
        (_("Who it is for"), _short(plain(page.audience))),
        (_("Prerequisites"), _short(plain(page.prerequisites))),
        (_("Access for disabled people"), _short(page.accessibility)),
        (_("Certification"), certified),
    ]
    return [{"label": label, "texts": [text]} for label, text in found if text]
