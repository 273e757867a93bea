"""A record as Elasticsearch indexes it: pure functions and the mapping."""

import datetime as dt
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.utils import translation
from elasticsearch.dsl import (
    Date,
    Document,
    GeoPoint,
    InnerDoc,
    Keyword,
    Long,
    MetaField,
    Nested,
    Text,
    mapped_field,
)

from cms.catalogue.models import Record
from cms.core.records import record_types
from cms.core.vocabularies import ORGANISATION

from .analysis import composed, compounds, language, title_key

# A single text beyond this many characters is cut; a whole record beyond MAX_RECORD.
MAX_TEXT = 2_000_000
MAX_RECORD = 8_000_000
MAX_DATES = 500  # of a record
MAX_JOINED = 2_000  # compounds of a record


def _text(*, pairs: bool = False, **options: Any) -> Any:
    """A text with its stems, its exact words and its capitals. Offsets keep highlights of long
    texts within the engine's bounds."""
    fields: dict[str, Any] = {
        "exact": Text(analyzer="exact", index_options="offsets"),
        "caps": Text(analyzer="caps", index_options="offsets"),
    }
    if pairs:
        fields["pairs"] = Text(analyzer="pairs", index_options="freqs")
    return mapped_field(
        Text(analyzer="stem", index_options="offsets", copy_to="all", fields=fields, **options),
        default="",
    )


class Moment(InnerDoc):
    """A date of a record; `end` is exclusive. Nested: the next one is looked for."""

    start: Any = mapped_field(Date())
    end: Any = mapped_field(Date())


class RecordDocument(Document):
    """One record. `all` collects every text: which records match is asked there, how well in
    the fields themselves."""

    title: str = _text(pairs=True)
    summary: str = _text(pairs=True)
    headings: str = _text()
    body: str = _text(pairs=True)
    labels: list[str] = _text()
    authors: list[str] = _text()
    files: list[str] = _text()  # one value for each page of each file
    joined: list[str] = mapped_field(  # "médicosocial" where a text says "médico-social"
        Text(analyzer="stem", copy_to="all", norms=False), default_factory=list
    )
    all: str = mapped_field(
        Text(
            analyzer="stem",
            fields={"exact": Text(analyzer="exact"), "caps": Text(analyzer="caps")},
        ),
        default="",
    )
    title_key: list[str] = mapped_field(Keyword(), default_factory=list)  # for a pasted title
    title_sort: str = mapped_field(Keyword(index=False), default="")
    type: str = mapped_field(Keyword(), default="")
    concepts: list[str] = mapped_field(Keyword(), default_factory=list)
    # The same apart, to be counted: of organisations there are thousands, and few are shown.
    descriptors: list[str] = mapped_field(Keyword(index=False), default_factory=list)
    organisations: list[str] = mapped_field(Keyword(index=False), default_factory=list)
    published_at: Any = mapped_field(Date(), default=None)
    open_until: Any = mapped_field(Date(), default=None)
    dates: list[Any] = mapped_field(Nested(Moment), default_factory=list)
    points: list[Any] = mapped_field(GeoPoint(ignore_malformed=True), default_factory=list)
    version: int = mapped_field(Long(), default=0)

    class Meta:
        dynamic = MetaField("false")


# What a record is about or comes from, by name: these texts weigh as its labels.
NAMES = ("labels", "alternatives", "places", "organisations")


def names(record: Record) -> list[str]:
    """Every name in a record's search document: descriptors with their other labels, territories,
    organisations, then what kind of thing it is."""
    own = [name for part in NAMES for name in record.document.get(part, ())]
    return own + _kinds(record.type, record.locale, record.terms)


def _kinds(name: str, locale: str, terms: Iterable[str]) -> list[str]:
    """What a record is called in general, in its language: its type, or its kind where the type
    has several, and the values of the type's other facets. "Formation aidants" means a training
    even where its text says the word nowhere. Organisations and people have names: nobody types
    "structure" or "personne" to find them."""
    kind = record_types().get(name)
    if kind is None:
        return []
    own = {facet.name: facet.values for facet in kind.own_facets}
    parted = (term.partition(":") for term in terms)
    named = kind.actor or any(facet.is_kind for facet in kind.own_facets)
    with translation.override(locale):
        return [
            *([] if named else [str(kind.label)]),
            *(str(own[facet][value]) for facet, _, value in parted if value in own.get(facet, ())),
        ]


def title_keys(record: Record) -> list[str]:
    """The title and every other name of what a record is, as pasted titles are compared; the
    title first."""
    texts = [record.title, *record.document.get("names", ())]
    return list(dict.fromkeys(key for text in texts if (key := title_key(text))))


def joined_words(record: Record) -> list[str]:
    """Every compound of a search document in one word, once; those of files after the rest."""
    source = record.document
    texts = [source.get(name) or "" for name in ("title", "summary", "headings", "body")]
    texts += names(record)
    texts += [page["text"] for file in source.get("files", ()) for page in file["pages"]]
    rules = language(record.locale)
    found = (one for text in texts for one in compounds(text[:MAX_TEXT], rules))
    return list(islice(dict.fromkeys(found), MAX_JOINED))


def dates(record: Record) -> list[tuple[dt.datetime, dt.datetime]]:
    """The dates that order a record by what comes next: its occurrences, and the hour at which
    what it offers ends. No query where occurrences were fetched along."""
    found = [(one.start, one.end) for one in record.occurrences.all() if one.status != "cancelled"][
        :MAX_DATES
    ]
    end = record.open_until
    return [*found, (end, end)] if end else found


def document(record: Record) -> dict[str, Any]:
    """What the engine stores of a live record, as plain JSON."""
    source = record.document
    room = MAX_RECORD

    def texts(values: Iterable[str]) -> list[str]:
        nonlocal room
        kept = []
        for value in values:
            if value and room > 0:
                cut = composed(value[: min(MAX_TEXT, room)])
                room -= len(cut)
                kept.append(cut)
        return kept

    def text(name: str) -> str:
        return "".join(texts([source.get(name, "")]))

    organisations = [term for term in record.terms_broader if term.startswith(f"{ORGANISATION}:")]
    return {
        "title": text("title"),
        "summary": text("summary"),
        "labels": texts(names(record)),
        "authors": texts(source.get("authors", ())),
        "headings": text("headings"),
        "body": text("body"),
        "files": texts(page["text"] for file in source.get("files", ()) for page in file["pages"]),
        "joined": joined_words(record),
        "title_key": title_keys(record),
        "title_sort": record.title_key[:8000],
        "type": record.type,
        "concepts": record.terms_broader,
        "descriptors": [term for term in record.terms_broader if term not in organisations],
        "organisations": organisations,
        "published_at": record.published_at.isoformat() if record.published_at else None,
        "open_until": record.open_until.isoformat() if record.open_until else None,
        "dates": [
            {"start": start.isoformat(), "end": end.isoformat()} for start, end in dates(record)
        ],
        "points": source.get("points", []),  # longitude first
        "version": record.version,
    }
