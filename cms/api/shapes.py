"""The shapes of answers about places, dates, addresses and trees, for the OpenAPI document."""

import datetime as dt
import uuid
from typing import Any, Literal

from pydantic import BaseModel, Field

from .schemas import List


class TerritoryEntry(BaseModel):
    """A territory. `within`: the identifiers of the nearest ones in which it lies; `records`:
    public records about it or about something in it."""

    id: str
    kind: Literal["region", "departement", "epci", "commune", "qpv", "free"]
    code: str
    name: str
    other_names: list[str]
    postal_codes: list[str]
    population: int | None
    latitude: float | None
    longitude: float | None
    within: list[str]
    records: int


class Territories(List):
    items: list[TerritoryEntry]


class Address(BaseModel):
    """The record that is at a path, or that has moved from there; `url` is where it is now."""

    path: str
    moved: bool
    uid: uuid.UUID
    type: str
    locale: str
    title: str
    url: str


class Date(BaseModel):
    """A date of a record; `end` is exclusive where it lasts whole days."""

    uid: uuid.UUID
    type: str
    locale: str
    title: str
    summary: str
    url: str
    start: dt.datetime
    end: dt.datetime
    all_day: bool
    status: str
    place: str


class Agenda(List):
    items: list[Date]


class Geometry(BaseModel):
    """Longitude and latitude in degrees (WGS 84)."""

    type: Literal["Point"]
    coordinates: list[float]


class PlaceProperties(BaseModel):
    uid: uuid.UUID
    type: str
    locale: str
    title: str
    url: str
    label: str


class Feature(BaseModel):
    """A place of a record; a record may have several."""

    type: Literal["Feature"]
    geometry: Geometry
    properties: PlaceProperties


class FeatureCollection(List):
    """GeoJSON (RFC 7946); `total` and `next` are as in lists."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


class Standing(BaseModel):
    """A record that stands in a tree; `data` is what only its type has."""

    uid: uuid.UUID
    type: str
    locale: str
    title: str
    summary: str
    url: str
    data: dict[str, Any]


class Branch(BaseModel):
    """A part of a tree, with what stands under it in order. `part` is as in the record's data."""

    part: dict[str, Any]
    url: str
    branches: list["Branch"]
    records: list[Standing]


class Tree(BaseModel):
    """A plan as a tree. `records` are those that stand under no part; `total` counts all."""

    uid: uuid.UUID
    type: str
    locale: str
    title: str
    url: str
    total: int
    branches: list[Branch]
    records: list[Standing]


class DumpHead(BaseModel):
    """The first line of the dump; every other line is a record."""

    since: int = Field(description="Go on with changes?since= this value.")
    total: int
