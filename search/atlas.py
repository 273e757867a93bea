"""The map: every record that has a point, drawn and listed alike; what covers a commune; what
lies near it. Made on the server, from our own outlines."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.catalogue import listing, sections
from cms.catalogue.listing import Choice, Scope
from cms.catalogue.models import Place, Record
from cms.core import vocabularies
from cms.core.records import record_types
from knowledge.territories.models import Territory
from knowledge.territories.outlines import Frame, frame, rings, zone

from .nearby import AWAY, NEARBY, around, at, covering, parameters
from .query import LONGEST_PLACE, RADII, RADIUS, Near

LENGTH = 200  # records of one page, on the map and in the list
CLUSTER = 34.0  # units of the drawing: nearer points share a mark
MAX_TILES = 30

_HAS_POINT = "EXISTS (SELECT 1 FROM cms_catalogue_place place WHERE place.record_id = record.uid)"


@dataclass(slots=True)
class Entry:
    """A record of the list. `distance` in whole kilometres from the place asked for; `anchor` is
    where the map's mark leads."""

    record: Record
    places: list[Place]
    anchor: str
    distance: int | None = None


@dataclass(slots=True)
class Mark:
    """A sign on the map; `x` and `y` are written as the drawing wants them; `anchors` are those
    of its entries."""

    x: str
    y: str
    label: str
    color: str
    anchors: list[str]

    @property
    def count(self) -> int:
        return len(self.anchors)


@dataclass(slots=True)
class Drawing:
    """The map. `outlines` are (name, path, whether it is a department); `tiles` are (address, x,
    y, width, height) of an optional background."""

    view_box: str
    outlines: list[tuple[str, str, bool]]
    marks: list[Mark]
    here: tuple[str, str] | None = None
    tiles: list[tuple[str, str, str, str, str]] = field(default_factory=list)


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
    scope = Scope(locale, _HAS_POINT)
    if located:
        near = at(Near(asked, radius), found)
        scope = Scope(locale, NEARBY, parameters(near))
    total = listing.count(scope, choice)
    count = max(1, -(-total // LENGTH))
    number = min(sections.number_of(request.GET.get("page")), count)
    entries = _entries(scope, choice, number, near=located)
    filters = listing.filters(scope, choice, schemes, total=total)
    kept = {
        "lieu": asked,
        "insee": commune.code if commune and request.GET.get("insee") else "",
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
    context = {
        "page_title": _("Map"),
        "shelf": shelf,
        "entries": entries,
        "drawing": _drawing(entries, commune if located else None, choice),
        "asked": asked,
        "commune": commune,
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


def _entries(scope: Scope, choice: Choice, number: int, *, near: bool) -> list[Entry]:
    """One page of records with their places, the nearest first where a place was asked for. Three
    queries."""
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


def _drawing(entries: Sequence[Entry], here: Territory | None, choice: Choice) -> Drawing | None:
    """The map of these entries, framed by them and by the territories chosen."""
    points = [(place.latitude, place.longitude) for one in entries for place in one.places]
    if here is not None and here.latitude is not None and here.longitude is not None:
        points.append((here.latitude, here.longitude))
    if not points:
        return None
    main = max(("metropole", "overseas"), key=[zone(*point) for point in points].count)
    shown = [point for point in points if zone(*point) == main]
    slugs = [term.partition(":")[2] for term in choice.terms if term.startswith("territory:")]
    land = Territory.objects.filter(outline__isnull=False)
    framed = [one.outline for one in land.filter(slug__in=slugs)]
    found = frame(shown, framed)
    if found is None:
        return None
    return Drawing(
        found.view_box,
        _outlines(found, land),
        _marks(found, entries),
        _written(found, here) if here is not None else None,
        _tiles(found),
    )


def _outlines(found: Frame, land: Any) -> list[tuple[str, str, bool]]:
    """The regions and departments that are in the frame."""
    drawn = []
    for one in land.order_by("-kind", "name_key"):
        if one.latitude is None or _touches(found, one.outline):
            drawn.append((one.name, found.path(one.outline), one.kind == "departement"))
    return drawn


def _touches(found: Frame, outline: Mapping[str, Any]) -> bool:
    longitudes: list[float] = []
    latitudes: list[float] = []
    for ring in rings(outline):
        longitudes += [point[0] for point in ring]
        latitudes += [point[1] for point in ring]
    return (
        min(longitudes) <= found.east
        and max(longitudes) >= found.west
        and min(latitudes) <= found.north
        and max(latitudes) >= found.south
    )


def _written(found: Frame, here: Territory) -> tuple[str, str]:
    x, y = found.project(here.latitude or 0.0, here.longitude or 0.0)
    return f"{x:g}", f"{y:g}"


def _marks(found: Frame, entries: Sequence[Entry]) -> list[Mark]:
    """One mark for each point, points that would touch together."""
    groups: list[tuple[float, float, list[tuple[Entry, Place]]]] = []
    for entry in entries:
        for place in entry.places:
            if not found.holds(place.latitude, place.longitude):
                continue
            x, y = found.project(place.latitude, place.longitude)
            for gx, gy, held in groups:
                if math.hypot(gx - x, gy - y) < CLUSTER:
                    held.append((entry, place))
                    break
            else:
                groups.append((x, y, [(entry, place)]))
    kinds = record_types()
    marks = []
    for x, y, held in groups:
        titles = list(dict.fromkeys(entry.record.title for entry, _place in held))
        where = held[0][1].label
        label = titles[0] if len(titles) == 1 else _("%(count)d contents") % {"count": len(titles)}
        colors = {kinds[one.record.type].color for one, _p in held if one.record.type in kinds}
        marks.append(
            Mark(
                f"{x:g}",
                f"{y:g}",
                f"{label}, {where}" if where else label,
                colors.pop() if len(colors) == 1 else "article",
                list(dict.fromkeys(entry.anchor for entry, _place in held)),
            )
        )
    return marks


def _tiles(found: Frame) -> list[tuple[str, str, str, str, str]]:
    """The background, where a centre has chosen a server of tiles (Web Mercator, 256 pixels)."""
    if not settings.MAP_TILES:
        return []
    for zoom in range(15, 1, -1):
        west, north = _tile(found.north, found.west, zoom)
        east, south = _tile(found.south, found.east, zoom)
        if (east - west + 1) * (south - north + 1) <= MAX_TILES:
            break
    tiles = []
    for x in range(west, east + 1):
        for y in range(north, south + 1):
            left, top = found.project(*_corner(x, y, zoom))
            right, bottom = found.project(*_corner(x + 1, y + 1, zoom))
            address = settings.MAP_TILES.format(z=zoom, x=x, y=y)
            tiles.append(
                (address, f"{left:g}", f"{top:g}", f"{right - left:g}", f"{bottom - top:g}")
            )
    return tiles


def _tile(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    bounded = math.radians(max(-85.0, min(85.0, latitude)))
    size = 1 << zoom
    x = int((longitude + 180) / 360 * size)
    y = int((1 - math.asinh(math.tan(bounded)) / math.pi) / 2 * size)
    return max(0, min(size - 1, x)), max(0, min(size - 1, y))


def _corner(x: int, y: int, zoom: int) -> tuple[float, float]:
    size = 1 << zoom
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / size))))
    return latitude, x / size * 360 - 180
