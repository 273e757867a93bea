"""Outlines and points as SVG: a map without tiles, made on the server.

Longitudes are shortened by the cosine of the map's middle latitude, so that distances are alike
both ways there (equirectangular projection); coordinates are in units of the viewBox, rounded to
one decimal."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Geometry = Mapping[str, Any]  # GeoJSON: Polygon or MultiPolygon

WIDTH = 1000.0
# The least height and width of a map, in degrees: some thirty kilometres around a lone point.
LEAST = 0.3
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Frame:
    """The piece of land that a map shows, in degrees, and the size of its viewBox."""

    south: float
    west: float
    north: float
    east: float
    width: float
    height: float

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"

    def project(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a place stands in the viewBox, from the top left."""
        x = (longitude - self.west) / (self.east - self.west) * self.width
        y = (self.north - latitude) / (self.north - self.south) * self.height
        return round(x, 1), round(y, 1)

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the place is on the map."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def path(self, geometry: Geometry) -> str:
        """The value of `d` that draws an outline; points that fall on the one before are left
        out, and rings that become a line."""
        drawn = []
        for ring in rings(geometry):
            points = [self.project(latitude, longitude) for longitude, latitude in ring]
            kept = [p for p, before in zip(points, [None, *points], strict=False) if p != before]
            if len(kept) > 3:
                drawn.append("M" + "L".join(f"{x:g},{y:g}" for x, y in kept[:-1]) + "Z")
        return "".join(drawn)


def frame(
    points: Iterable[tuple[float, float]], outlines: Iterable[Geometry] = (), width: float = WIDTH
) -> Frame | None:
    """The frame of all these points (latitude, longitude) and outlines with a margin; None when
    there are none. Only they are framed: overseas points make an overseas map."""
    places = [*points]
    for geometry in outlines:
        places += [
            (latitude, longitude) for ring in rings(geometry) for longitude, latitude in ring
        ]
    if not places:
        return None
    latitudes, longitudes = zip(*places, strict=True)
    south, north = _widened(min(latitudes), max(latitudes), 1)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    west, east = _widened(min(longitudes), max(longitudes), shrink)
    height = (north - south) / ((east - west) * shrink) * width
    return Frame(south, west, north, east, width, round(height, 1))


def zone(latitude: float, longitude: float) -> str:
    """ "metropole" or "overseas": points of both on one map would show two dots and an ocean."""
    return "metropole" if 41 <= latitude <= 51.5 and -5.5 <= longitude <= 10 else "overseas"


def rings(geometry: Geometry) -> Iterator[Sequence[Sequence[float]]]:
    """The rings, (longitude, latitude) each, of a Polygon or MultiPolygon."""
    coordinates = geometry["coordinates"]
    for polygon in [coordinates] if geometry["type"] == "Polygon" else coordinates:
        yield from polygon


def _widened(low: float, high: float, shrink: float) -> tuple[float, float]:
    margin = max((high - low) * MARGIN, (LEAST / shrink - (high - low)) / 2)
    return low - margin, high + margin
