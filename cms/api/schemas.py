"""The shapes of answers, for the OpenAPI document. Records leave as stored text: these classes
describe them, a test compares them with what is stored."""

import datetime as dt
import uuid
from typing import Any, Literal

from pydantic import BaseModel, Field


class Concept(BaseModel):
    """A descriptor of a record, labelled in the record's language."""

    scheme: str
    id: str
    label: str


class Picture(BaseModel):
    """The main image; `alt` is empty when it is decorative."""

    image_id: int
    url: str
    width: int
    height: int
    alt: str
    credit: str
    licence: str


class Download(BaseModel):
    """A file; `size` in bytes, `checksum` a SHA-256."""

    document_id: int
    title: str
    url: str
    filename: str
    media_type: str
    size: int
    pages: int | None
    language: str
    checksum: str


class Named(BaseModel):
    """An organisation or a person with what it does here; `uid` is that of its own record, where
    its contact points are if it agreed to publish them; null without a public record."""

    name: str
    role: str
    uid: uuid.UUID | None


class Link(BaseModel):
    """A tie to another public record."""

    relation: str
    uid: uuid.UUID


class Occurrence(BaseModel):
    """A date; `end` is exclusive where it lasts whole days."""

    start: dt.datetime
    end: dt.datetime
    all_day: bool
    status: str
    place: str


class Point(BaseModel):
    """A place on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float
    label: str


class Block(BaseModel):
    """A piece of the body; HTML inside is clean and its links are absolute."""

    type: str
    value: Any


class Record(BaseModel):
    """A public page. `date` is as precise as its source: 2019, 2019-05 or 2019-05-21."""

    version: int = Field(description="Place of the last change on the catalogue's clock.")
    modified_at: dt.datetime
    uid: uuid.UUID
    type: str
    locale: str
    title: str
    summary: str
    abstract: str
    url: str
    published_at: dt.datetime | None
    date: str | None
    authors: list[str]
    licence: str
    concepts: list[Concept]
    territories: list[Concept]
    organisations: list[Named]
    contacts: list[Named]
    links: list[Link]
    occurrences: list[Occurrence]
    points: list[Point]
    image: Picture | None
    downloads: list[Download]
    body: list[Block]
    data: dict[str, Any] = Field(description="What only this type of content has.")


RECORD_FIELDS: tuple[str, ...] = tuple(Record.model_fields)


class List(BaseModel):
    """A page of a list: `total` counts the whole list, `next` is the address of what follows."""

    total: int
    next: str | None


class Records(List):
    items: list[Record]


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


class Change(BaseModel):
    """Where a record stands now. `reason` says why it is gone; `url` is null then."""

    uid: uuid.UUID
    type: str
    locale: str
    version: int
    modified_at: dt.datetime
    change: Literal["updated", "gone"]
    reason: Literal["unpublished", "expired", "private", "deleted"] | None
    url: str | None


class Changes(List):
    items: list[Change]
    until: int = Field(description="Ask again with since= this value: nothing is missed.")


class ConceptEntry(BaseModel):
    """A descriptor of the thesaurus. `label` is in the language asked for, or French."""

    scheme: str
    id: str
    label: str
    labels: dict[str, str]
    alternatives: dict[str, list[str]]
    broader: str | None
    related: list[str]
    scope_note: str
    exact_match: list[str]
    replaced_by: str | None
    records: int = Field(description="Public records that carry it or something narrower.")


class Concepts(List):
    items: list[ConceptEntry]


class TypeEntry(BaseModel):
    """A type of content."""

    name: str
    labels: dict[str, str]
    labels_plural: dict[str, str]
    schema_type: str
    records: int


class Types(List):
    items: list[TypeEntry]


class Status(BaseModel):
    """The state of the catalogue."""

    version: str
    clock: int
    modified_at: dt.datetime | None
    records: int
    gone: int
    locales: list[str]


class ProblemDocument(BaseModel):
    """RFC 9457. `parameter` names the parameter at fault."""

    type: str
    title: str
    status: int
    detail: str
    parameter: str | None = None


class Gone(ProblemDocument):
    """A record that was public once."""

    uid: uuid.UUID
    gone_at: dt.datetime
    reason: Literal["unpublished", "expired", "private", "deleted"]
