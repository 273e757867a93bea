"""When a project took place, as precisely as its dates are known."""

from django.utils.translation import pgettext

from cms.core.records import PartialDate
from cms.core.templatetags.relais import partial_date


def ends_before_start(start: str, end: str) -> bool:
    """Whether an end comes before a start, both in ISO form; compared as far as both are
    precise: "2023" may be the end of what began in 2023-05."""
    size = min(len(start), len(end))
    return bool(size) and end[:size] < start[:size]


def spoken_period(start: PartialDate | None, end: PartialDate | None) -> str:
    """The period in words: "mars 2022 – juin 2023", "depuis mars 2022", "2024"; "" for none."""
    first, last = partial_date(start or ""), partial_date(end or "")
    if start and end:
        return first if first == last else f"{first} – {last}"
    if start:
        if start.precision == "day":
            return pgettext("day", "since %(date)s") % {"date": first}
        return pgettext("month or year", "since %(date)s") % {"date": first}
    if end:
        if end.precision == "day":
            return pgettext("day", "until %(date)s") % {"date": last}
        return pgettext("month or year", "until %(date)s") % {"date": last}
    return ""
