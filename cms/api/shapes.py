"""The shapes of answers about places, dates, addresses, trees and searches, for the OpenAPI
document."""

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


class FoundInFile(BaseModel):
    """The file in which the extract stands; `page` from 1, null when not known."""

    title: str
    url: str
    page: int | None


class Hit(BaseModel):
    """A result. Texts named …_html are escaped, with mark elements only."""

    uid: uuid.UUID
    type: str
    title: str
    title_html: str
    extract_html: str
    summary: str
    url: str
    distance: int | None = Field(description="Kilometres from the place asked for, if one was.")
    date: dt.date | None
    concepts_html: list[str]
    found_in: FoundInFile | None
    pick: bool = Field(
        description="Editors put it first for this search. Such an item comes before the others of"
        " the first page; total counts it only where the search finds it."
    )


class FacetValue(BaseModel):
    """`count` respects every other filter; `depth` is the level in a tree, from 0."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int


class Facet(BaseModel):
    """A filter: send `value` as `parameter`."""

    name: str
    label: str
    parameter: str
    values: list[FacetValue]


class Expanded(BaseModel):
    """A descriptor's name in the query, and the others that were searched for too."""

    label: str
    others: list[str]


class Covering(BaseModel):
    """A record that applies to a commune because it applies to `territory`."""

    territory: str
    uid: uuid.UUID
    type: str
    title: str
    url: str
    ended: bool = Field(description="Its period is over: it applied, and no longer does.")


class Place(BaseModel):
    """The commune around which was searched, with the plans and contracts that apply to it."""

    insee: str
    name: str
    latitude: float
    longitude: float
    covering: list[Covering]


class Results(List):
    items: list[Hit]
    facets: list[Facet]
    engine: Literal["postgresql", "elasticsearch"]
    degraded: bool
    relaxed: bool = Field(description="Nothing had every word: these have some.")
    place: Place | None = Field(description="Where the search is around, if near was given.")
    expanded: list[Expanded]


class Suggestion(BaseModel):
    """`detail` says what it is, or what the label stands for; it may be empty."""

    label: str
    detail: str
    url: str


class SuggestionGroup(BaseModel):
    """Suggestions of a kind; `label` is the kind's, in the language asked for."""

    name: Literal["titles", "concepts", "organisations", "places"]
    label: str
    items: list[Suggestion]


class Suggestions(BaseModel):
    """`total` counts the suggestions of all groups."""

    total: int
    groups: list[SuggestionGroup]
