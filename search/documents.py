"""A record as Elasticsearch indexes it: pure functions and the mapping."""

from collections.abc import Iterable, Mapping
from typing import Any

from elasticsearch.dsl import Date, Document, Keyword, Long, MetaField, Text, mapped_field

from cms.catalogue.models import Record

from .analysis import composed, title_key

# A single text beyond this many characters is cut; a whole record beyond MAX_RECORD.
MAX_TEXT = 2_000_000
MAX_RECORD = 8_000_000


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
    all: str = mapped_field(
        Text(
            analyzer="stem",
            fields={"exact": Text(analyzer="exact"), "caps": Text(analyzer="caps")},
        ),
        default="",
    )
    title_key: str = mapped_field(Keyword(), default="")  # for a pasted title
    title_sort: str = mapped_field(Keyword(index=False), default="")
    type: str = mapped_field(Keyword(), default="")
    concepts: list[str] = mapped_field(Keyword(), default_factory=list)
    published_at: Any = mapped_field(Date(), default=None)
    version: int = mapped_field(Long(), default=0)

    class Meta:
        dynamic = MetaField("false")


# What a record is about or comes from, by name: these texts weigh as its labels.
NAMES = ("labels", "alternatives", "places", "organisations")


def names(source: Mapping[str, Any]) -> list[str]:
    """Every name in a search document: descriptors with their other labels, territories,
    organisations."""
    return [name for part in NAMES for name in source.get(part, ())]


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

    return {
        "title": text("title"),
        "summary": text("summary"),
        "labels": texts(names(source)),
        "authors": texts(source.get("authors", ())),
        "headings": text("headings"),
        "body": text("body"),
        "files": texts(page["text"] for file in source.get("files", ()) for page in file["pages"]),
        "title_key": title_key(record.title),
        "title_sort": record.title_key[:8000],
        "type": record.type,
        "concepts": record.terms_broader,
        "published_at": record.published_at.isoformat() if record.published_at else None,
        "version": record.version,
    }
