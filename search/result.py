"""What every engine answers, and every exit shows."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

# Engines mark what they found with these characters, which no text of ours contains
# (private use, and taken out of every query); only then is the text escaped.
MARK_START, MARK_END = "\ue000", "\ue001"

# Values shown of one facet; ticked ones are shown besides.
MAX_SHOWN = 100


def marked(text: str) -> SafeString:
    """An engine's extract as HTML: escaped text in which what was found stands in <mark>."""
    html = escape(text, quote=True).replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
    return mark_safe(html)  # noqa: S308 - escaped just above


def unmarked(text: str) -> str:
    """An engine's extract as plain text."""
    return text.replace(MARK_START, "").replace(MARK_END, "")


@dataclass(frozen=True, slots=True)
class FoundInFile:
    """The file and the page (from 1; None when unknown) from which an extract comes."""

    title: str
    url: str
    media_type: str
    page: int | None


@dataclass(frozen=True, slots=True)
class RawHit:
    """What an engine knows of a hit: texts with marks, the file if the extract is from one."""

    uid: uuid.UUID
    title: str = ""
    extract: str = ""
    file: FoundInFile | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Count:
    """A value of a facet and how many results it has. `value` is a type's name or
    "scheme:id"."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class RawResult:
    """An engine's answer. `counts`: "type", or a scheme's name, to its values."""

    total: int
    hits: Sequence[RawHit]
    counts: dict[str, list[Count]]
    relaxed: bool = False  # nothing had every word: these have some
    # Words that no record has -> the stems that were searched for in their place.
    corrections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    beside: int = 0  # what the same search finds in another language, where that was asked


@dataclass(frozen=True, slots=True)
class Hit:
    """A result as shown. `title_html` and `extract_html` are escaped, with <mark> only;
    `url` is relative to the site; `type` a record type's name and `type_label` its label;
    `date` is the record's own date as precise as `date_precision` says
    ("year", "month", "day"), else its publication; `labels` are its descriptors
    as HTML with <mark>, those that the query asked for first;
    `next_date` is the beginning of its next occurrence, now for one that has begun; `places` are
    its territories;
    `period` is that of what applies for some years, in words;
    `distance` in whole kilometres from the place asked for; `contact`, of an organisation or a
    person, what they agreed to publish; `thumbnail` an address or ""; `where` says in which file
    and page the extract stands; `answer` is the record's JSON where it was asked for."""

    uid: uuid.UUID
    type: str
    type_label: str
    title: str
    title_html: SafeString
    extract_html: SafeString
    summary: str
    url: str
    date: dt.date | None
    labels: Sequence[SafeString]
    thumbnail: str
    pick: bool = False  # editors put it first
    where: FoundInFile | None = None
    score: float = 0.0
    date_precision: str = "day"
    next_date: dt.datetime | None = None
    places: Sequence[str] = ()
    period: str = ""
    distance: int | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`value` goes into the address; `count` respects the query and every other facet;
    `depth` is 0 at the top of a vocabulary's tree; `language` that of a label that the reader's
    own has not."""

    value: str
    label: str
    count: int
    selected: bool = False
    depth: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """`name` is "type" or a scheme's slug; `parameter` is the address's: "type" or "concept"."""

    name: str
    label: str
    parameter: str
    values: Sequence[FacetValue]


@dataclass(frozen=True, slots=True)
class Expanded:
    """A label in the query that also found other labels of the same concept:
    "CLS" → ("contrat local de santé",)."""

    label: str
    others: Sequence[str]


class Corrected(NamedTuple):
    """A word that no record has, and the one that was searched for in its place."""

    typed: str
    used: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of results. `engine` is "elasticsearch" or "postgresql"; `degraded` tells that
    Elasticsearch should have answered and did not; `relaxed` that no record has every word;
    `corrected` the words taken for misspelled ones, when that found something; `took_ms` is the
    time in the server, in milliseconds; `beside` the number of results that the same words have in
    another language, where that was asked."""

    total: int
    hits: Sequence[Hit]
    facets: Sequence[Facet]
    engine: str
    degraded: bool = False
    relaxed: bool = False
    expanded: Sequence[Expanded] = field(default_factory=tuple)
    took_ms: int = 0
    corrected: Sequence[Corrected] = field(default_factory=tuple)
    beside: int = 0
