"""Where a record has the words of a search: the same for both engines, from the record itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy, pgettext_lazy

from cms.catalogue.models import Record

from ..analysis import acronyms, folded, language, plain_words, words
from ..documents import names
from ..interpretation import Interpretation, Named, Word

LONGEST = 400_000  # characters of a part that are read
_CHUNK = 100_000  # a tsvector holds at most 1 MB

Places = dict[str, int]

# The parts of a record in an editor's words.
FIELDS: Mapping[str, Any] = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "headings": gettext_lazy("Headings"),
    "body": gettext_lazy("Text"),
    "labels": gettext_lazy("Descriptors, their other labels, places, organisations"),
    "authors": gettext_lazy("Authors"),
    "files": gettext_lazy("Files"),
    "joined": gettext_lazy("Compound words"),
    "together": gettext_lazy("Title, summary, labels and text together"),
    "all": gettext_lazy("Anywhere in the page"),
    "concept": pgettext_lazy("score", "Descriptor named by the search"),
    "titled": gettext_lazy("The title names what is searched for"),
    "pasted": gettext_lazy("The search is the whole title"),
    "coming": gettext_lazy("It is to come or open"),
    "meaning": gettext_lazy("What the page means, close to the search"),
    "": pgettext_lazy("score", "Other"),
}

# How often each stem stands in each part of a record, with and without its accents.
_STEMS = """
    WITH part AS MATERIALIZED (
        SELECT row_number() OVER () AS number, kind, text
        FROM unnest(%(kinds)s::text[], %(texts)s::text[]) AS part(kind, text)
    ), counted AS (
        SELECT number, word, max(times) AS times FROM (
            SELECT number, unaccent(lexeme) AS word, cardinality(positions) AS times
            FROM part, unnest(to_tsvector(%(config)s::regconfig, text))
            UNION ALL
            SELECT number, lexeme, cardinality(positions)
            FROM part, unnest(to_tsvector(%(config)s::regconfig, unaccent(text)))
        ) found WHERE word = ANY(%(stems)s::text[]) GROUP BY number, word
    )
    SELECT kind, word, sum(times)::int FROM counted JOIN part USING (number) GROUP BY kind, word
"""
_WORD_STEMS = """
    SELECT word, array(
        SELECT unaccent(lexeme) FROM unnest(to_tsvector(%(config)s::regconfig, word))
        UNION
        SELECT lexeme FROM unnest(to_tsvector(%(config)s::regconfig, unaccent(word)))
    ) FROM unnest(%(words)s::text[]) word
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of the search, or a label with its synonyms: `others` were searched for as well,
    `corrected` in its place. `places` say how often each part of the record has it; `asked`:
    results are found by it."""

    text: str
    others: Sequence[str]
    corrected: Sequence[str]
    places: Mapping[str, int]
    asked: bool

    @property
    def where(self) -> list[tuple[str, int]]:
        """The places with their names, in the order of a page."""
        return [(str(FIELDS[name]), self.places[name]) for name in FIELDS if name in self.places]


def parts_of(record: Record) -> dict[str, str]:
    """The texts of a record by part, as engines index them."""
    source: Mapping[str, Any] = record.document
    pages = (page["text"] for file in source.get("files", ()) for page in file["pages"])
    texts = {name: source.get(name) or "" for name in ("title", "summary", "headings", "body")}
    texts["labels"] = "\n".join(names(record))
    texts["authors"] = "\n".join(source.get("authors", ()))
    texts["files"] = "\n".join(pages)
    return {name: text[:LONGEST] for name, text in texts.items() if text}


def units(record: Record, meaning: Interpretation) -> list[Unit]:
    """The search's words and labels with the places where a record has them. Two queries."""
    stems = word_stems([word.text for word in meaning.words], meaning.locale)
    counts = stem_places(
        record,
        [
            *(stem for found in stems.values() for stem in found),
            *(stem for found in meaning.corrections.values() for stem in found),
        ],
    )
    covered = {place for span in meaning.named for place in range(span.start, span.end)}
    found = [_named(record, span, meaning, stems, counts) for span in meaning.named]
    for place, word in enumerate(meaning.words):
        if place not in covered:
            places = _word_places(record, word, meaning, stems, counts)
            corrected = meaning.corrections.get(word.text, ())
            found.append(Unit(word.text, (), tuple(corrected), places, not word.optional))
    return found


def _named(
    record: Record,
    span: Named,
    meaning: Interpretation,
    stems: Mapping[str, Sequence[str]],
    counts: Mapping[str, Places],
) -> Unit:
    """A label: any of its synonyms, or all its words apart."""
    places: Places = {}
    for phrase in span.phrases:
        _add(places, phrase_places(record, phrase.words))
    if not places:
        inside = [
            _word_places(record, word, meaning, stems, counts)
            for word in meaning.words[span.start : span.end]
            if not word.optional
        ]
        if inside and all(inside):
            for one in inside:
                _add(places, one)
    return Unit(span.label, tuple(span.others), (), places, True)


def _word_places(
    record: Record,
    word: Word,
    meaning: Interpretation,
    stems: Mapping[str, Sequence[str]],
    counts: Mapping[str, Places],
) -> Places:
    if word.acronym:
        return phrase_places(record, (word.text,))
    places: Places = {}
    known = (*stems.get(word.text, ()), *meaning.corrections.get(word.text, ()))
    for stem in dict.fromkeys(known):
        for name, times in counts.get(stem, {}).items():
            places[name] = max(places.get(name, 0), times)
    return places or phrase_places(record, (word.text,))


def word_stems(asked: Sequence[str], locale: str) -> dict[str, list[str]]:
    """The stems of each word, as written and without its accents. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WORD_STEMS, {"config": language(locale).config, "words": list(dict.fromkeys(asked))}
        )
        return dict(cursor.fetchall())


def stem_places(record: Record, stems: Sequence[str]) -> dict[str, Places]:
    """How often each part of a record has each stem. One query."""
    kinds, texts = [], []
    for name, text in parts_of(record).items():
        for start in range(0, len(text), _CHUNK):
            kinds.append(name)
            texts.append(plain_words(text[start : start + _CHUNK]))
    with connection.cursor() as cursor:
        cursor.execute(
            _STEMS,
            {
                "kinds": kinds,
                "texts": texts,
                "config": language(record.locale).config,
                "stems": list(dict.fromkeys(stems)),
            },
        )
        found: dict[str, Places] = {}
        for kind, word, times in cursor.fetchall():
            found.setdefault(word, {})[kind] = times
        return found


def phrase_places(record: Record, phrase: Sequence[str]) -> Places:
    """How often each part of a record has these words side by side, whatever case and accents."""
    wanted = " ".join(folded(word) for text in phrase for word in words(text))
    if not wanted:
        return {}
    found = {}
    for name, text in parts_of(record).items():
        said = f" {' '.join(folded(word) for word in words(text))} ".replace(" ", "  ")
        if times := said.count(f" {wanted.replace(' ', '  ')} "):
            found[name] = times
    return found


def capital_places(record: Record, acronym: str) -> Places:
    """How often each part of a record has a word in capitals."""
    found = {}
    for name, text in parts_of(record).items():
        if times := sum(1 for one in acronyms(text) if one == acronym):
            found[name] = times
    return found


def _add(places: Places, more: Mapping[str, int]) -> None:
    for name, times in more.items():
        places[name] = places.get(name, 0) + times
