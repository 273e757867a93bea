"""The map: every record that has a point, drawn and listed alike; what covers a commune; what
lies near it. Made on the server, from our own outlines."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.catalogue import listing, paging, sections
from cms.catalogue.listing import Choice, Scope
from cms.catalogue.models import Place, Record
from cms.core import vocabularies
from cms.core.records import record_types
from knowledge.territories.finding import find_place
from knowledge.territories.models import Territory
from knowledge.territories.terms import lines

from .drawing import Entry, drawings

LENGTH = 200  # records of one page, on the map and in the list
RADII = (10, 20, 30, 50, 100)  # kilometres
RADIUS = 30
LONGEST = 100  # characters of a place's name that are read

_HAS_POINT = "EXISTS (SELECT 1 FROM cms_catalogue_place place WHERE place.record_id = record.uid)"
# Kilometres between two places on a sphere (haversine).
_DISTANCE = """
    12742 * asin(least(1, sqrt(
        power(sin(radians(place.latitude - %(latitude)s) / 2), 2)
        + cos(radians(%(latitude)s)) * cos(radians(place.latitude))
        * power(sin(radians(place.longitude - %(longitude)s) / 2), 2))))
"""
# A box first, so that the index on positions serves.
_NEAR = f"""
    EXISTS (SELECT 1 FROM cms_catalogue_place place WHERE place.record_id = record.uid
        AND place.latitude BETWEEN %(latitude)s - %(radius)s / 111.0
            AND %(latitude)s + %(radius)s / 111.0
        AND {_DISTANCE} <= %(radius)s)
"""


@dataclass(slots=True)
class Covering:
    """What applies to a commune because it applies to `territory`: a contract, with whom to
    call."""

    territory: str
    records: list[tuple[Record, list[dict[str, Any]]]]


@require_safe
def atlas(request: HttpRequest) -> HttpResponse:
    """`/carte/`: `lieu` is a commune by name, postal or INSEE code, `rayon` kilometres around it;
    the other parameters are the filters of every list. Always 200: what cannot be read is left
    out."""
    locale = (get_language() or "fr").split("-")[0]
    schemes = vocabularies.schemes()
    choice = replace(Choice.parse(request.GET, schemes), letter="", year=0)
    asked = " ".join(request.GET.get("lieu", "").replace("\x00", "").split())[:LONGEST]
    communes = find_place(asked) if asked else []
    chosen = _chosen(communes, request.GET.get("insee", ""))
    located = chosen is not None and chosen.latitude is not None
    radius = _radius(request.GET.get("rayon", ""))
    scope = Scope(locale, _HAS_POINT)
    if located and chosen is not None:
        scope = Scope(
            locale,
            _NEAR,
            {"latitude": chosen.latitude, "longitude": chosen.longitude, "radius": radius},
        )
    total = listing.count(scope, choice)
    count = max(1, -(-total // LENGTH))
    number = min(paging.number_of(request.GET.get("page")), count)
    entries = _entries(scope, choice, number, near=located)
    filters = listing.filters(scope, choice, schemes, total=total)
    kept = {
        "lieu": asked,
        "insee": chosen.code if chosen and request.GET.get("insee") else "",
        "rayon": radius if asked else "",
    }
    shelf = sections.SectionList(
        "title",
        total,
        listing.count(Scope(locale, _HAS_POINT), Choice()),
        choice,
        filters=filters,
        chips=sections.chips(choice, filters, schemes),
        pages=sections.pages(number, count, choice, schemes),
        has_ends=True,
        kept=[(name, str(value)) for name, value in kept.items() if value],
    )
    shelf.keep()
    maps = drawings(entries, chosen if located else None, choice)
    context = {
        "page_title": _("Map"),
        "shelf": shelf,
        "entries": entries,
        "drawing": maps[0] if maps else None,
        "insets": maps[1:],
        "asked": asked,
        "commune": chosen,
        "others": [one for one in communes if chosen is None or one.pk != chosen.pk][:8],
        "radius": radius,
        "radii": RADII,
        "located": located,
        "covering": covering(chosen, locale) if chosen else [],
        "attribution": settings.MAP_TILES_ATTRIBUTION if settings.MAP_TILES else "",
    }
    return render(request, "search/atlas.html", context)


def _chosen(communes: Sequence[Territory], code: str) -> Territory | None:
    """The commune meant: the one whose code is in the address, else the likeliest."""
    exact = [one for one in communes if one.code == code]
    return next(iter([*exact, *communes]), None)


def _radius(text: str) -> int:
    return int(text) if text in {str(one) for one in RADII} else RADIUS


def _entries(scope: Scope, choice: Choice, number: int, *, near: bool) -> list[Entry]:
    """One page of records with their places, the nearest first where a place was asked for. Three
    queries."""
    condition, values = listing.where(scope, choice)
    distance = (
        f"(SELECT min({_DISTANCE}) FROM cms_catalogue_place place"
        " WHERE place.record_id = record.uid)"
        if near
        else "NULL::float"
    )
    rows = listing.rows(
        f"SELECT record.uid, {distance} AS distance FROM cms_catalogue_record record"
        f" WHERE {condition} ORDER BY distance, record.title_key, record.uid"
        " LIMIT %(size)s OFFSET %(start)s",
        {**values, "size": LENGTH, "start": (number - 1) * LENGTH},
    )
    uids = [uid for uid, _distance in rows]
    records = Record.objects.defer("json", "document").in_bulk(uids)
    places: dict[Any, list[Place]] = {}
    for place in Place.objects.filter(record_id__in=uids).order_by("pk"):
        places.setdefault(place.record_id, []).append(place)
    return [
        Entry(
            records[uid],
            places.get(uid, []),
            f"lieu-{str(uid)[:8]}",
            round(away) if away is not None else None,
        )
        for uid, away in rows
        if uid in records
    ]


def covering(commune: Territory, locale: str) -> list[Covering]:
    """What applies to a commune, the nearest territory first: records of the types that cover
    their territories, each with its contacts. Three queries."""
    nodes = lines([commune.pk]).get(commune.pk, [])
    kinds = [name for name, kind in record_types().items() if kind.covers]
    terms = [f"{vocabularies.TERRITORY}:{node.slug}" for node in nodes]
    found = list(
        Record.objects.filter(
            gone_at__isnull=True, locale=locale, type__in=kinds, terms__overlap=terms
        )
        .defer("document")
        .order_by("title_key", "uid")
    )
    called = _contacts(found)
    grouped: list[Covering] = []
    seen: set[Any] = set()
    for node, term in zip(nodes, terms, strict=True):
        here = [one for one in found if term in one.terms and one.uid not in seen]
        seen |= {one.uid for one in here}
        if here:
            rows = [(one, called.get(one.uid, [])) for one in here]
            grouped.append(Covering(node.name, rows))
    return grouped


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
