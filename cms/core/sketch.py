"""A drawing of a few places as numbered circles over a scale: where they lie to each other, on
the outlines of the land where somebody keeps those."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, floor, log10, radians

WIDTH, HEIGHT, MARGIN = 440, 250, 30  # of the drawing, in its own units
KM_PER_DEGREE = 111.2
SMALLEST = 0.02  # in km: places nearer to each other make one circle, not a map
LAND = 10  # in km: on a smaller drawing no outline would tell where one is

Ring = Sequence[Sequence[float]]  # (longitude, latitude) in degrees, as in GeoJSON
# Of the land that touches a box (south, west, north, east in degrees), the rings; whoever keeps
# outlines puts itself here.
lands: list[Callable[[float, float, float, float], Iterable[Ring]]] = []


@dataclass(frozen=True, slots=True)
class Sketch:
    """`dots` are (number from 1, x, y); `bar` is the length of the scale and `distance` what it
    stands for, in the unit "km" or "m"; `land` is the path of the outlines. Whole numbers:
    templates write decimals with a comma."""

    dots: list[tuple[int, int, int]]
    width: int
    height: int
    bar: int
    distance: int
    unit: str
    land: str = ""


def draw(places: Sequence[tuple[float, float]]) -> Sketch | None:
    """The sketch of places given as (latitude, longitude) in degrees. None for fewer than two,
    or for places that are all one."""
    if len(places) < 2:
        return None
    north = max(latitude for latitude, _ in places)
    west = min(longitude for _, longitude in places)
    middle = radians((north + min(latitude for latitude, _ in places)) / 2)
    # Distances in km to the north-west corner; at this size the Earth may be flat.
    east_of = [(longitude - west) * KM_PER_DEGREE * cos(middle) for _, longitude in places]
    south_of = [(north - latitude) * KM_PER_DEGREE for latitude, _ in places]
    wide, high = max(east_of), max(south_of)
    if max(wide, high) < SMALLEST:
        return None
    scale = min(
        (WIDTH - 2 * MARGIN) / max(wide, SMALLEST), (HEIGHT - 2 * MARGIN) / max(high, SMALLEST)
    )
    left = (WIDTH - wide * scale) / 2
    dots = [
        (number, round(left + x * scale), round(MARGIN + y * scale))
        for number, (x, y) in enumerate(zip(east_of, south_of, strict=True), start=1)
    ]
    metres = _round_length(WIDTH / 4 / scale * 1000)
    distance, unit = (metres // 1000, "km") if metres >= 1000 else (metres, "m")
    height = round(high * scale) + 2 * MARGIN
    land = ""
    if max(wide, high) >= LAND:
        down = KM_PER_DEGREE * scale  # units of a degree
        across = down * cos(middle)
        land = _land(west - left / across, north + MARGIN / down, across, down, height)
    return Sketch(dots, WIDTH, height, round(metres / 1000 * scale), distance, unit, land)


def _land(west: float, north: float, across: float, down: float, height: int) -> str:
    """The outlines in a drawing whose top left is there, as a path; `across` and `down` are the
    units of a degree."""
    box = (north - height / down, west, north, west + WIDTH / across)
    path = ""
    for ring in (ring for keeper in lands for ring in keeper(*box)):
        points = [(round((x - west) * across), round((north - y) * down)) for x, y in ring]
        drawn = [one for one, last in zip(points, [None, *points], strict=False) if one != last]
        if len(drawn) > 3:
            path += "M" + "L".join(f"{x},{y}" for x, y in drawn) + "Z"
    return path


def _round_length(metres: float) -> int:
    """The longest length up to this one that is 1, 2 or 5 followed by zeros."""
    power = 10 ** floor(log10(max(metres, 1)))
    return max(step * power for step in (1, 2, 5) if step * power <= max(metres, 1))
