"""The shapes of answers, for the OpenAPI document. Records leave as stored text: these classes
describe them, a test compares them with what is stored."""

import datetime as dt
import uuid
from typing import Any, Literal

from pydantic import BaseModel, Field


class Identifier(BaseModel):
    """What the same thing is called elsewhere: an ISBN, a DOI, a SIRET…"""

    scheme: str
    value: str


class Concept(BaseModel):
    """A descriptor of a record, labelled in the record's language; the rest with
    expand=concepts."""

    scheme: str
    id: str
    label: str
    labels: dict[str, str] | None = None
    broader: str | None = None
    scope_note: str | None = None
    exact_match: list[str] | None = None


class PlaceNamed(BaseModel):
    """A territory of a record; the rest with expand=territories."""

    scheme: str
    id: str
    label: str
    kind: str | None = None
    code: str | None = None
    name: str | None = None
    postal_codes: list[str] | None = None
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None


class Rendition(BaseModel):
    """A size in which a picture is offered, in pixels."""

    width: int
    height: int
    media_type: str
    url: str


class Picture(BaseModel):
    """The main image; `alt` is empty when it is decorative."""

    image_id: int
    url: str
    width: int
    height: int
    alt: str
    credit: str
    licence: str
    renditions: list[Rendition]


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


class Organisation(Named):
    """An organisation with what it does here; the rest with expand=organisations, where it has a
    public record."""

    type: str | None = None
    url: str | None = None
    summary: str | None = None
    identifiers: list[Identifier] | None = None


class Translation(BaseModel):
    """The same in another language."""

    uid: uuid.UUID
    locale: str
    title: str
    url: str


class Link(BaseModel):
    """A tie to another public record: in the language of this one where there is one, else in the
    language in which it was chosen."""

    relation: str
    uid: uuid.UUID
    locale: str


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
    territories: list[PlaceNamed]
    organisations: list[Organisation]
    contacts: list[Named]
    links: list[Link]
    occurrences: list[Occurrence]
    points: list[Point]
    identifiers: list[Identifier]
    image: Picture | None
    downloads: list[Download]
    body: list[Block]
    data: dict[str, Any] = Field(description="What only this type of content has.")


# What is stored, and so can be had of lists.
RECORD_FIELDS: tuple[str, ...] = tuple(Record.model_fields)


class Tie(BaseModel):
    """A public record to which one is tied; `inverse`: the tie is said from the other end. The
    names of relations are in /api/v1/types; `related` is what editors chose to read besides."""

    relation: str
    inverse: bool
    uid: uuid.UUID
    type: str
    locale: str
    title: str
    url: str


class WithTranslations(Record):
    """A record of a list."""

    translations: list[Translation] = Field(
        default=[], description="There with expand=translations."
    )


class FullRecord(Record):
    """A record by itself, with what stands around it."""

    translations: list[Translation]
    related: list[Tie] = Field(description="Ties from both ends, each once.")
    superseded_by: Tie | None = Field(description="What replaces it, if anything does.")


FULL_FIELDS: tuple[str, ...] = tuple(FullRecord.model_fields)
AROUND_FIELDS = tuple(name for name in FULL_FIELDS if name not in RECORD_FIELDS)


class List(BaseModel):
    """A page of a list: `total` counts the whole list, `next` is the address of what follows."""

    total: int
    next: str | None


class ValueCount(BaseModel):
    """A value of a facet with the number of records that have it."""

    value: str
    label: str
    count: int
    selected: bool


class FacetCounts(BaseModel):
    """A facet that was asked for: send `value` as `parameter`. Its counts ignore its own choice
    and respect all others."""

    name: str
    label: str
    parameter: str
    values: list[ValueCount]


class Records(List):
    items: list[WithTranslations]
    facets: list[FacetCounts] = Field(
        default=[], description="There if facets were asked for, in that order."
    )


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


class OwnFacet(BaseModel):
    """A facet of a type: facet=name:value; `values` have their labels by language."""

    name: str
    labels: dict[str, str]
    values: dict[str, dict[str, str]]


class RelationEntry(BaseModel):
    """How records of a type are tied to others, said from both ends, by language."""

    name: str
    labels: dict[str, str]
    inverse_labels: dict[str, str]


class TypeEntry(BaseModel):
    """A type of content."""

    name: str
    labels: dict[str, str]
    labels_plural: dict[str, str]
    schema_type: str
    facets: list[OwnFacet]
    relations: list[RelationEntry]
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
