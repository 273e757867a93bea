"""The map as SVG: each land is drawn by itself, an ocean between them by nobody."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.catalogue.listing import Choice
from cms.catalogue.models import Place, Record
from cms.core.records import record_types
from knowledge.territories.models import Territory
from knowledge.territories.outlines import WIDTH, Frame, Geometry, frame, rings, zone

CLUSTER = 34.0  # units of a drawing: nearer points share a mark
INSET = 240.0  # units of the width of a small drawing: its marks are large beside the land
REACH = 4.0  # degrees from the middle of an overseas department, islands and forests included
APART = 8.0  # degrees of a square of the earth where we know no land
MAX_TILES = 30

Point = tuple[float, float]  # latitude and longitude


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
    """A map. `outlines` are (name, path, whether it is a department); `name` is that of the land,
    "" for the first of several; `tiles` are (address, x, y, width, height) of an optional
    background."""

    view_box: str
    outlines: list[tuple[str, str, bool]]
    marks: list[Mark]
    name: str = ""
    here: tuple[str, str] | None = None
    tiles: list[tuple[str, str, str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Land:
    """What one drawing shows: its name, the places of records, the outlines that frame it."""

    name: str
    points: list[Point] = field(default_factory=list)
    outlines: list[Geometry] = field(default_factory=list)


def drawings(entries: Sequence[Entry], here: Territory | None, choice: Choice) -> list[Drawing]:
    """The lands on which these entries are, each framed by its own: the one that has most of them,
    then the others (overseas departments beside the metropole). One query."""
    drawable = Q(outline__isnull=False) | Q(kind="departement")
    places_known = list(Territory.objects.filter(drawable).order_by("-kind", "name_key"))
    overseas = [one for one in places_known if _is_overseas(one)]
    known = [one for one in places_known if one.outline]
    lands: dict[Any, _Land] = {}
    places = [
        ((place.latitude, place.longitude), place.label)
        for entry in entries
        for place in entry.places
    ]
    if here is not None and here.latitude is not None and here.longitude is not None:
        places.append(((here.latitude, here.longitude), here.name))
    for point, label in places:
        key, name = _land(point, overseas)
        lands.setdefault(key, _Land(str(name or label or _("Elsewhere")))).points.append(point)
    slugs = [term.partition(":")[2] for term in choice.terms if term.startswith("territory:")]
    for one in known:
        key, _name = _land(_start(one.outline), overseas)
        if key in lands and (one.slug in slugs or key == one.pk):
            lands[key].outlines.append(one.outline)
    shown = sorted(lands.values(), key=lambda land: (-len(land.points), land.name))
    return [
        _drawing(found, land.name if place else "", entries, here, known)
        for place, land in enumerate(shown)
        if (found := frame(land.points, land.outlines, INSET if place else WIDTH))
    ]


def _land(point: Point, overseas: Sequence[Any]) -> tuple[Any, Any]:
    """On which land a point is, as a key and a name: the metropole, an overseas department, or a
    square of the earth of which we know no name ("")."""
    if zone(*point) == "metropole":
        return "metropole", _("Metropolitan France")
    near = [(math.dist(point, (one.latitude, one.longitude)), one.pk, one.name) for one in overseas]
    distance, number, name = min(near, default=(APART, 0, ""))
    if distance < REACH:
        return number, name
    return tuple(round(degrees / APART) for degrees in point), ""


def _start(outline: Geometry) -> Point:
    longitude, latitude = next(rings(outline))[0]
    return latitude, longitude


def _is_overseas(one: Territory) -> bool:
    if one.kind != "departement" or one.latitude is None or one.longitude is None:
        return False
    return zone(one.latitude, one.longitude) == "overseas"


def _box(outline: Geometry) -> tuple[float, float, float, float]:
    """South, west, north and east, in degrees."""
    points = [point for ring in rings(outline) for point in ring]
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


def _drawing(
    found: Frame,
    name: str,
    entries: Sequence[Entry],
    here: Territory | None,
    known: Sequence[Any],
) -> Drawing:
    return Drawing(
        found.view_box,
        _outlines(found, known),
        _marks(found, entries),
        name,
        _written(found, here) if here is not None else None,
        _tiles(found),
    )


def _outlines(found: Frame, known: Sequence[Any]) -> list[tuple[str, str, bool]]:
    """The regions and departments that are in the frame."""
    return [
        (one.name, found.path(one.outline), one.kind == "departement")
        for one in known
        if one.latitude is None or _touches(found, one.outline)
    ]


def _touches(found: Frame, outline: Geometry) -> bool:
    south, west, north, east = _box(outline)
    return (
        west <= found.east and east >= found.west and south <= found.north and north >= found.south
    )


def _written(found: Frame, here: Territory) -> tuple[str, str] | None:
    if not found.holds(here.latitude or 0.0, here.longitude or 0.0):
        return None
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
