"""The map: every record that has a point, drawn and listed alike; what covers a commune; what
lies near it. Made on the server, from our own outlines."""

from dataclasses import replace
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

from .drawing import Entry, drawings
from .nearby import AWAY, NEARBY, around, at, covering, guessed, kilometres, parameters
from .query import LONGEST_PLACE, RADII, RADIUS, Near

LENGTH = 200  # records of one page, on the map and in the list
SHOWN = 20  # of them that the list shows, the others being folded

HAS_POINT = "EXISTS (SELECT 1 FROM cms_catalogue_place place WHERE place.record_id = record.uid)"


@require_safe
def atlas(request: HttpRequest) -> HttpResponse:
    """`/carte/`: `lieu` is a commune by name, postal or INSEE code, `rayon` kilometres around it;
    the other parameters are the filters of every list. Always 200: what cannot be read is left
    out."""
    locale = (get_language() or "fr").split("-")[0]
    schemes = vocabularies.schemes()
    choice = replace(Choice.parse(request.GET, schemes), letter="", year=0)
    asked = " ".join(request.GET.get("lieu", "").replace("\x00", "").split())[:LONGEST_PLACE]
    found = around(asked, request.GET.get("insee", ""))
    commune, located = found.commune, found.located
    radius = _radius(request.GET.get("rayon", ""))
    scope = Scope(locale, HAS_POINT)
    near = at(Near(asked, radius), found) if located else None
    if near is not None:
        scope = Scope(locale, NEARBY, parameters(near))
    total = listing.count(scope, choice)
    count = max(1, -(-total // LENGTH))
    number = min(paging.number_of(request.GET.get("page")), count)
    entries = entries_of(scope, choice, number, near)
    filters = listing.filters(scope, choice, schemes, total=total)
    kept = {
        "lieu": asked,
        "insee": commune.code if commune and request.GET.get("insee") else "",
        "rayon": radius if asked else "",
    }
    shelf = sections.SectionList(
        "title",
        total,
        listing.count(Scope(locale, HAS_POINT), Choice()),
        choice,
        filters=filters,
        chips=sections.chips(choice, filters, schemes),
        pages=sections.pages(number, count, choice, schemes),
        has_ends=True,
        kept=[(name, str(value)) for name, value in kept.items() if value],
    )
    shelf.keep()
    maps = drawings(entries, commune if located else None, choice)
    context = {
        "page_title": _("Map"),
        "shelf": shelf,
        "entries": entries,
        "shown": f":{SHOWN}",
        "folded": entries[SHOWN:],
        "drawing": maps[0] if maps else None,
        "insets": maps[1:],
        "asked": asked,
        "commune": commune,
        "guessed": guessed(found),
        "others": found.others,
        "radius": radius,
        "radii": RADII,
        "located": located,
        "covering": covering(commune, locale) if commune else [],
        "attribution": settings.MAP_TILES_ATTRIBUTION if settings.MAP_TILES else "",
    }
    return render(request, "search/atlas.html", context)


def _radius(text: str) -> int:
    return int(text) if text in {str(one) for one in RADII} else RADIUS


def entries_of(scope: Scope, choice: Choice, number: int, near: Near | None) -> list[Entry]:
    """One page of records with their places; where a place was asked for, those that lie around
    it, the nearest first. Three queries."""
    condition, values = listing.where(scope, choice)
    distance = AWAY if near else "NULL::float"
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
        if near and kilometres(near, place.latitude, place.longitude) > near.radius:
            continue
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
