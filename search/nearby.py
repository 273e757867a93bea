"""Around a commune: the one that a reader means, how far things lie from it, what covers it.

For the map, the search page and the API.
"""

import datetime as dt
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.catalogue.models import Record
from cms.core import vocabularies
from cms.core.records import record_types
from knowledge.base.periods import last_day
from knowledge.territories.finding import find_place
from knowledge.territories.models import Territory
from knowledge.territories.terms import lines

from .query import NEAR, InvalidQuery, Near, SearchQuery

_NAMED = re.compile(r"%\((\w+)\)s")
OTHERS = 8  # communes of the same name that are offered

# Kilometres from a place of a record to a point (haversine); parameters: latitude, longitude.
DISTANCE = """
    12742 * asin(least(1, sqrt(
        power(sin(radians(place.latitude - %(latitude)s::float) / 2), 2)
        + cos(radians(%(latitude)s::float)) * cos(radians(place.latitude))
        * power(sin(radians(place.longitude - %(longitude)s::float) / 2), 2))))
"""
# Besides: radius. A box first, so that the index on positions serves.
_INSIDE = f"""
    place.latitude BETWEEN %(latitude)s::float - %(radius)s::float / 111.0
        AND %(latitude)s::float + %(radius)s::float / 111.0
    AND {DISTANCE} <= %(radius)s::float
"""
# Whether `record` has a place there.
NEARBY = f"""
    EXISTS (SELECT 1 FROM cms_catalogue_place place
        WHERE place.record_id = record.uid AND {_INSIDE})
"""
# The nearest place of `record`.
AWAY = f"""
    (SELECT min({DISTANCE}) FROM cms_catalogue_place place WHERE place.record_id = record.uid)
"""


@dataclass(frozen=True, slots=True)
class Around:
    """What was asked for as a place: `commune` is the one meant, None where none is called so;
    `others` may be meant too."""

    asked: str = ""
    commune: Territory | None = None
    others: Sequence[Territory] = ()

    @property
    def located(self) -> bool:
        """Whether we know where the commune lies."""
        return self.commune is not None and self.commune.latitude is not None


@dataclass(frozen=True, slots=True)
class Covering:
    """What applies to a commune because it applies to `territory`: contracts with whom to call,
    and those whose period is over."""

    territory: str
    records: list[tuple[Record, list[dict[str, Any]]]]
    ended: list[Record]


def guessed(found: Around) -> str:
    """A sentence where no commune is called as typed and one of a name alike is taken; else ""."""
    if not found.located or not hasattr(found.commune, "alike"):
        return ""
    return _("No commune is called “%(asked)s”: this is around %(commune)s.") % {
        "asked": found.asked, "commune": found.commune,
    }  # fmt: skip


def around(asked: str, code: str = "") -> Around:
    """The commune of a name, a postal or an INSEE code: the one with that INSEE `code` if it is
    among them, else the likeliest. Three queries at most, none for nothing."""
    communes = find_place(asked) if asked else []
    exact = [one for one in communes if one.code == code]
    chosen = next(iter([*exact, *communes]), None)
    others = [one for one in communes if chosen is not None and one.pk != chosen.pk]
    return Around(asked, chosen, others[:OTHERS])


def located(query: SearchQuery) -> SearchQuery:
    """The query with the point around which it searches. Raises InvalidQuery where there is no
    such commune, or nobody knows where it lies."""
    if query.near is None or query.near.latitude is not None:
        return query
    found = around(query.near.place, query.near.code)
    if not found.located:
        raise InvalidQuery(NEAR, unknown(found))
    return replace(query, near=at(query.near, found))


def at(near: Near, found: Around) -> Near:
    """What was asked, with the point that was found."""
    commune = found.commune
    if commune is None:
        return near
    return replace(near, latitude=commune.latitude, longitude=commune.longitude)


def unknown(found: Around) -> str:
    """Why a place cannot be searched around, as a sentence."""
    if found.commune is None:
        return _("No commune is called “%(asked)s”. Try its postal code.") % {"asked": found.asked}
    return _("We do not know where %(commune)s lies.") % {"commune": found.commune}


def kilometres(near: Near, latitude: float, longitude: float) -> float:
    """From the point searched around to another; 0 without one. As `DISTANCE` says it in SQL."""
    if near.latitude is None or near.longitude is None:
        return 0.0
    across = math.radians(latitude - near.latitude) / 2
    along = math.radians(longitude - near.longitude) / 2
    slant = math.cos(math.radians(near.latitude)) * math.cos(math.radians(latitude))
    half = math.sin(across) ** 2 + slant * math.sin(along) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


def records_within(near: Near) -> tuple[str, tuple[Any, ...]]:
    """A query for the uids of the records that have a place there, and its values in order."""
    known = parameters(near)
    values = tuple(known[name] for name in _NAMED.findall(_INSIDE))
    inside = _NAMED.sub("%s", _INSIDE)
    return f"SELECT place.record_id FROM cms_catalogue_place place WHERE {inside}", values


def parameters(near: Near | None) -> dict[str, float | int | None]:
    """The values of the conditions above; all None without a place."""
    return {
        "latitude": near.latitude if near else None,
        "longitude": near.longitude if near else None,
        "radius": near.radius if near else None,
    }


def covering(commune: Territory, locale: str) -> list[Covering]:
    """What applies to a commune, the nearest territory first, of each the newest first: records of
    the types that cover their territories, each with its contacts as long as it is in force.
    Three queries."""
    nodes = lines([commune.pk]).get(commune.pk, [])
    kinds = [name for name, kind in record_types().items() if kind.covers]
    terms = [f"{vocabularies.TERRITORY}:{node.slug}" for node in nodes]
    found = list(
        Record.objects.filter(
            gone_at__isnull=True, locale=locale, type__in=kinds, terms__overlap=terms
        )
        .defer("document")
        .order_by(F("date").desc(nulls_last=True), "title_key", "uid")
    )
    today = timezone.localdate()
    ended = {one.uid for one in found if _is_over(one, today)}
    called = _contacts([one for one in found if one.uid not in ended])
    grouped: list[Covering] = []
    seen: set[Any] = set()
    for node, term in zip(nodes, terms, strict=True):
        here = [one for one in found if term in one.terms and one.uid not in seen]
        seen |= {one.uid for one in here}
        if here:
            rows = [(one, called.get(one.uid, [])) for one in here if one.uid not in ended]
            grouped.append(Covering(node.name, rows, [one for one in here if one.uid in ended]))
    return grouped


def _is_over(record: Record, today: dt.date) -> bool:
    """Whether the period that a record says of itself has ended."""
    period = json.loads(record.json, strict=False)["data"].get("period") or {}
    return bool(period.get("end")) and last_day(period["end"]) < today


def _contacts(records: Sequence[Record]) -> dict[Any, list[dict[str, Any]]]:
    """By record: whom to call, with what they agreed to publish. One query."""
    wanted: dict[Any, list[dict[str, Any]]] = {
        one.uid: json.loads(one.json, strict=False)["contacts"] for one in records
    }
    uids = {contact["uid"] for contacts in wanted.values() for contact in contacts}
    if not uids:
        return {}
    rows = Record.objects.filter(uid__in=uids, gone_at__isnull=True)
    known = {
        str(one.uid): {
            "name": one.title,
            "url": one.url,
            "contact": json.loads(one.json, strict=False)["data"].get("contact") or {},
        }
        for one in rows
    }
    return {
        uid: [{**known[c["uid"]], "role": c["role"]} for c in contacts if c["uid"] in known]
        for uid, contacts in wanted.items()
    }
