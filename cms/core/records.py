"""The plugin contract: how a content type says, once, what it is.

A page type carries a `record_type` and a `describe_many()` that turns a batch of its objects
into `RecordDraft`s. Everything that leaves the house (search, API, feeds…) is made from drafts,
so no exit ever needs to know a type by name.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

Precision = Literal["year", "month", "day"]
LabelsByLanguage = Mapping[str, str]
ListingOrder = Literal["title", "letters", "newest", "agenda", "next", "deadline"]

# How much a part of the text weighs in a search, heaviest first.
TextWeight = Literal["title", "summary", "heading", "body", "file"]


@dataclass(frozen=True, slots=True)
class Facet:
    """A field of `data` by which readers filter: `name` is the field and the parameter in
    addresses; its value is one word or a list of them; `values` gives their labels (a value
    that is not there is its own label). `is_kind`: its value says what a record is, better than
    the name of the type: an article, a report; readers search by it."""

    name: str
    label: Any
    values: Mapping[str, Any] = field(default_factory=dict)
    is_kind: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """How a record is tied to another, said from both ends: an action "carries out" an
    objective that is "carried out by" it."""

    name: str
    label: Any
    inverse: Any


# Ties that any record may have; a type adds its own.
COMMON_RELATIONS = (Relation("supersedes", _("Replaces"), _("Replaced by")),)


@dataclass(frozen=True, slots=True)
class ProposalForm:
    """How the public may propose a record of a type.

    `label` says what one proposes, `help` for whom it is; `steps` are form classes (see
    `cms.core.proposing.Step`), one for each screen. The fields "title", "summary" and "commune"
    have the same meaning for every type. `correctable` names the simple fields of the page to
    which a visitor may propose another value, besides its title and its summary.
    """

    label: Any
    help: Any
    steps: tuple[Any, ...]
    correctable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was proposed, checked by the forms of the type: `values` by field; `territories` are
    keys of territories, `documents` of documents, `images` of pictures, of which the first stands
    at the head of the page; `credit` is the name that the author agreed to see, "" for none."""

    values: Mapping[str, Any]
    territories: tuple[int, ...] = ()
    documents: tuple[int, ...] = ()
    images: tuple[int, ...] = ()
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A record as a tree: `parts` is the field of its `data` that lists its parts in order, each
    with "level" and "anchor"; parts of the level `top` open a branch, the others stand in the one
    above. Records tied to it by `relation` stand under the part whose anchor their own field
    `under` gives (`{"anchor"}` or None)."""

    parts: str
    top: str
    relation: str
    under: str


@dataclass(frozen=True, slots=True)
class RecordType:
    """What the exits need to know about a content type.

    `name` is used in addresses and in the API ("guide"); labels are lazy translations;
    `shape` is the mark's form beside its colour: "square", "disc", "leaf", "diamond" or "ring";
    `color` is a custom property of the style sheet, without the dashes ("guide");
    `schema_type` is the schema.org class; `own_facets` are the fields of `data` to filter by;
    `listing` is how a list of them is ordered: from A to Z ("title"), under letters
    ("letters"), the newest first ("newest"), by what comes next: its dates alone ("agenda"), or all
    of it, what has none to come last ("next"); what is open first ("deadline");
    `actor` tells that pages may name such a record with a role or as a contact; `covers`, that it
    applies to all that lies in its territories, as a contract does, until the end that
    `data["period"]` says, if any;
    `reference` tells that such records explain what they are about: a search for a subject alone
    begins with those that have it in their title;
    `dated`, that its records have dates to come: a search for them begins with those, without
    words with the next;
    `lheo`, that they are training offers: `data["lheo"]` holds what each has of the elements of
    LHEO's first circle, by name, and `lheo` says what those are called for editors;
    `relations` are the ties that its records have to others;
    `identifiers` are the fields of `data` that identify it elsewhere ("siret", "doi");
    `outline`, that its records are trees in which others stand;
    `proposal` is the form by which the public may propose one, whose page then makes a draft by
    `build_draft(proposal, parent)`.
    """

    name: str
    label: Any
    label_plural: Any
    icon: str = "doc-full"
    color: str = "article"
    shape: str = "square"
    schema_type: str = "CreativeWork"
    own_facets: tuple[Facet, ...] = ()
    listing: ListingOrder = "title"
    actor: Literal["", "organisation", "person"] = ""
    covers: bool = False
    reference: bool = False
    dated: bool = False
    lheo: Mapping[str, Any] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    identifiers: tuple[str, ...] = ()
    outline: Outline | None = None
    proposal: ProposalForm | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A descriptor as the catalogue stores it: no foreign key, every label that finds it.

    `scheme` and `id` are stable slugs; `labels` are the preferred labels by language;
    `alternatives` are the alternative and hidden labels by language;
    `ancestors` are the ids of the broader concepts, nearest first.
    """

    scheme: str
    id: str
    labels: LabelsByLanguage
    alternatives: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ancestors: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The preferred label in a language, else in French, else in any."""
        return (
            self.labels.get(language)
            or self.labels.get("fr")
            or next(iter(self.labels.values()), self.id)
        )


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of searchable plain text. `page` is the page number inside a file, from 1."""

    weight: TextWeight
    text: str
    document_id: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as its source: "2019" stays a year."""

    value: dt.date
    precision: Precision = "day"

    def __str__(self) -> str:
        return self.value.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a record offers. `size` in bytes; `pages` is None when unknown."""

    document_id: int
    title: str
    url: str
    filename: str
    media_type: str
    size: int
    pages: int | None
    language: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with what its use requires. `url` is relative, `alt` empty when decorative."""

    image_id: int
    url: str
    width: int
    height: int
    alt: str
    credit: str
    licence: str


@dataclass(frozen=True, slots=True)
class OrganisationRole:
    """An organisation and what it does here ("porteur", "financeur"…); `uid` is its own
    record's where it has one that is public."""

    name: str
    role: str
    uid: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, by name: how to reach them is said in their own record (`uid`) alone, which
    holds what they agreed to publish."""

    name: str
    role: str
    uid: uuid.UUID


@dataclass(frozen=True, slots=True)
class Link:
    """A tie to another page: the name of a `Relation` and the page at its other end."""

    relation: str
    page_id: int


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date in a calendar; aware datetimes; `end` is exclusive for all-day occurrences;
    `place` is said in a word or two."""

    start: dt.datetime
    end: dt.datetime
    all_day: bool = False
    status: str = "confirmed"
    place: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something whose change must project the record again, e.g. ("concept", 12)."""

    kind: str
    object_id: int


@dataclass(slots=True)
class RecordDraft:
    """What a public object says of itself; the catalogue adds uid, version and dates of its own.

    `url` is relative to the site; `body` is a list of typed blocks (`{"type", "value"}`) whose
    HTML is clean; `data` holds the type's own structured fields and must be JSON;
    `page_id` says which page the record stands for; `last_year` is the last of what begins at
    `date`: readers who filter by year find it in each; `sort_title` is the title as it sorts
    ("Exemple, Camille"), where that differs; `other_names` are what the thing itself is called
    besides, such as an acronym: whoever types one finds it first; `open_from` and `open_until`
    are when the offer begins and ends, for what has no occurrences (a call for projects);
    `changes_at` is the next hour at which the page will say something else without anybody
    touching it (the address of a room online goes at the end): it is projected again then.
    """

    page_id: int
    title: str
    url: str
    summary: str = ""
    abstract: str = ""
    published_at: dt.datetime | None = None
    body: list[dict[str, Any]] = field(default_factory=list)
    text: list[TextPart] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    territories: list[Term] = field(default_factory=list)
    organisations: list[OrganisationRole] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    date: PartialDate | None = None
    last_year: int | None = None
    occurrences: list[Occurrence] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    image: Picture | None = None
    downloads: list[Download] = field(default_factory=list)
    licence: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    depends_on: set[Dependency] = field(default_factory=set)
    sort_title: str = ""
    other_names: list[str] = field(default_factory=list)
    open_from: dt.datetime | None = None
    open_until: dt.datetime | None = None
    changes_at: dt.datetime | None = None


RecordDrafts = list[RecordDraft]

RECORD_NAMESPACE = uuid.UUID("6f0f4a4e-3b0c-5d43-9a1e-52e1a15cafe0")


def record_uid(translation_key: uuid.UUID, language: str) -> uuid.UUID:
    """The identifier of a record: the same after a copy of the database, a restore or a move."""
    return uuid.uuid5(RECORD_NAMESPACE, f"{translation_key}:{language}")


@cache
def record_types() -> dict[str, RecordType]:
    """Every record type that an installed page model declares, by name. Only for apps that are
    loaded; asked for with every hit, so it is made once."""
    from django.apps import apps

    found = (getattr(model, "record_type", None) for model in apps.get_models())
    return {kind.name: kind for kind in sorted(filter(None, found), key=lambda kind: kind.name)}


@cache
def relations() -> dict[str, Relation]:
    """Every relation that records may have, by name."""
    own = (one for kind in record_types().values() for one in kind.relations)
    return {one.name: one for one in (*COMMON_RELATIONS, *own)}


@cache
def own_facets() -> dict[str, Facet]:
    """Every facet that a type declares for itself, by name; types may share one."""
    return {one.name: one for kind in record_types().values() for one in kind.own_facets}
