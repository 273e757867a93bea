"""Records on a map as GeoJSON (RFC 7946): a feature for each, in WGS 84, longitude first."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from cms.core.records import record_types

from .notice import permalink

EXTENSION = "geojson"
MEDIA_TYPE = "application/geo+json"
DIGITS = 6  # of a degree: a tenth of a metre


@dataclass(frozen=True, slots=True)
class Located:
    """A record; `url` relative to the site; `date` as precise as its source ("2019-03"); `places`
    are (longitude, latitude, label), none for what stands nowhere."""

    uid: UUID
    type: str
    title: str
    summary: str
    url: str
    date: str
    labels: Sequence[str]
    places: Sequence[tuple[float, float, str]]


def write(records: Iterable[Located], *, batch: int = 200) -> Iterator[bytes]:
    """A FeatureCollection, a part at a time. What stands nowhere has a geometry of null, as the
    RFC wants it (§3.2)."""
    labels = {name: str(kind.label) for name, kind in record_types().items()}
    yield b'{"type":"FeatureCollection","features":['
    parts: list[str] = []
    before = ""
    for one in records:
        text = json.dumps(_feature(one, labels), ensure_ascii=False, separators=(",", ":"))
        parts.append(before + text)
        before = ",\n"
        if len(parts) == batch:
            yield "".join(parts).encode()
            parts.clear()
    yield "".join(parts).encode() + b"]}\n"


def _feature(one: Located, labels: dict[str, str]) -> dict[str, Any]:
    places = [place for place in one.places if _is_on_earth(place)]
    points = [[round(place[0], DIGITS), round(place[1], DIGITS)] for place in places]
    geometry: dict[str, Any] | None = None
    if points:
        several = len(points) > 1
        geometry = {
            "type": "MultiPoint" if several else "Point",
            "coordinates": points if several else points[0],
        }
    return {
        "type": "Feature",
        "id": str(one.uid),
        "geometry": geometry,
        "properties": {
            "uid": str(one.uid),
            "type": one.type,
            "type_label": labels.get(one.type, one.type),
            "title": one.title,
            "summary": one.summary,
            "date": one.date or None,
            "descriptors": list(one.labels),
            "places": [place[2] for place in places],
            "url": settings.BASE_URL + one.url,
            "permalink": permalink(one.uid),
        },
    }


def _is_on_earth(place: tuple[float, float, str]) -> bool:
    """JSON has no word for what is no number, and maps break on it."""
    return (
        all(math.isfinite(one) for one in place[:2])
        and -180 <= place[0] <= 180
        and (-90 <= place[1] <= 90)
    )
