"""How a date with hours is said: “mardi 12 janvier 2027, de 14 h à 16 h 30 (heure de Paris)”."""

import datetime as dt

from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

NBSP = "\u00a0"

# The time zones of the French territories (IANA), and how their time is called.
ZONES = {
    "Europe/Paris": gettext_lazy("Paris time"),
    "America/Guadeloupe": gettext_lazy("Guadeloupe time"),
    "America/Martinique": gettext_lazy("Martinique time"),
    "America/Cayenne": gettext_lazy("French Guiana time"),
    "America/St_Barthelemy": gettext_lazy("Saint-Barthélemy time"),
    "America/Marigot": gettext_lazy("Saint-Martin time"),
    "America/Miquelon": gettext_lazy("Saint-Pierre-et-Miquelon time"),
    "Indian/Reunion": gettext_lazy("Réunion time"),
    "Indian/Mayotte": gettext_lazy("Mayotte time"),
    "Indian/Kerguelen": gettext_lazy("Kerguelen time"),
    "Pacific/Noumea": gettext_lazy("New Caledonia time"),
    "Pacific/Wallis": gettext_lazy("Wallis and Futuna time"),
    "Pacific/Tahiti": gettext_lazy("Tahiti time"),
    "Pacific/Marquesas": gettext_lazy("Marquesas time"),
    "Pacific/Gambier": gettext_lazy("Gambier time"),
}


def _is_french() -> bool:
    return (get_language() or "").startswith("fr")


def day(date: dt.date, *, month: bool = True, year: bool = True) -> str:
    """The day with its name: "vendredi 1er janvier 2027"; without year, or month, where the
    next date says it."""
    number = "1er" if date.day == 1 and _is_french() else str(date.day)
    parts = [formats.date_format(date, "l"), number]
    parts += [formats.date_format(date, "F")] if month else []
    parts += [str(date.year)] if year else []
    return f"{parts[0]} {NBSP.join(parts[1:])}"


def hour(time: dt.time) -> str:
    """The hour as people write it: "14 h", "9 h 30"; "14:00" in other languages."""
    if not _is_french():
        return time.strftime("%H:%M")
    minutes = f"{NBSP}{time.minute:02d}" if time.minute else ""
    return f"{time.hour}{NBSP}h{minutes}"


def hours(start: dt.datetime, end: dt.datetime) -> str:
    """The hours of one day: "de 14 h à 16 h 30", "à 14 h" where no end is known."""
    if start == end:
        return _("at %(start)s") % {"start": hour(start.time())}
    names = {"start": hour(start.time()), "end": hour(end.time())}
    return _("from %(start)s to %(end)s") % names


def spoken(start: dt.datetime, end: dt.datetime, *, all_day: bool = False, zone: str = "") -> str:
    """One date in words. Both ends in the zone in which they are to be read; `end` is exclusive
    for all-day dates; `zone`, an IANA name, is named for dates with hours."""
    first, last = start.date(), end.date()
    if all_day:
        last = max(first, last - dt.timedelta(days=1))
    if first == last:
        text = day(first) if all_day else f"{day(first)}, {hours(start, end)}"
    elif all_day:
        text = span(first, last)
    else:
        names = {
            "first": day(first), "start": hour(start.time()),
            "last": day(last), "end": hour(end.time()),
        }  # fmt: skip
        text = _("from %(first)s, %(start)s, to %(last)s, %(end)s") % names
    if all_day or not zone:
        return text
    return f"{text} ({ZONES.get(zone, zone)})"


def span(first: dt.date, last: dt.date) -> str:
    """Several days on end: "du mardi 12 au mercredi 13 janvier 2027"."""
    same_year = first.year == last.year
    same_month = same_year and first.month == last.month
    names = {"first": day(first, month=not same_month, year=not same_year), "last": day(last)}
    return _("from %(first)s to %(last)s") % names
