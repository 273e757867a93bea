"""Search on PostgreSQL: always there, and the fallback of Elasticsearch.

PostgreSQL's own ranking knows no rarity of words; here BM25 is computed over postings. One
statement finds, ranks, filters and counts in this app's own tables, which follow the catalogue
before a request that changes it is answered; a second one marks the extracts of the page shown,
and what was hidden meanwhile is left out of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.conf import settings
from django.db import OperationalError, connection, transaction

from .. import semantic
from ..analysis import folded, language
from ..interpretation import Interpretation, Phrase, Word
from ..nearby import parameters as circle
from ..query import GROUP_SIZE, SearchQuery
from ..result import Count, RawResult
from . import postgres_vectors
from .base import (
    COMING_BONUS,
    IN_FORCE_BONUS,
    MAX_WHOLE,
    NAMED_TITLE,
    SUBJECT_BONUS,
    TITLE_BONUS,
    WHOLE_TITLE,
    Asked,
    EngineError,
    in_force,
    label_bonus,
    label_weight,
    references,
    required,
    subjects,
)
from .postgres_extracts import marked
from .postgres_index import JOINED, LONGEST_NAME, NAME
from .postgres_sql import COUNTED, FORMS, Demanded, statement
from .postgres_words import any_of, spelled, stems_of

STATEMENT_TIMEOUT = 2_000  # milliseconds: no query is slower
PASTED_TITLE = 1000.0
NAMED = 1.0
ACRONYM = 1.5


BESIDE = "beside"  # the kind of the row that counts another search
QUOTED = 200  # units from here on are words in quotes


@dataclass(slots=True)
class Terms:
    """What is asked of the postings and of the vectors. A unit is a word, or a label with its
    synonyms; those of `needed` count among the units that a record must have."""

    units: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    boosts: list[float] = field(default_factory=list)
    phrase_units: list[int] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    phrase_boosts: list[float] = field(default_factory=list)
    needed: list[int] = field(default_factory=list)

    def add(self, unit: int, word: str, boost: float) -> None:
        self.units.append(unit)
        self.words.append(word)
        self.boosts.append(boost)

    def add_phrase(self, unit: int, phrase: str, boost: float) -> None:
        self.phrase_units.append(unit)
        self.phrases.append(phrase)
        self.phrase_boosts.append(boost)


class PostgresEngine:
    """Answers from this app's tables."""

    name = "postgresql"

    def search(
        self, query: SearchQuery, meaning: Interpretation, beside: Asked | None = None
    ) -> RawResult:
        """One page of hits with marks, the total and the facet counts; what is counted `beside`
        takes no query of its own. Raises EngineError when the statement
        takes too long."""
        try:
            with bounded(STATEMENT_TIMEOUT):
                others = [beside[1]] if beside and not beside[1].empty else []
                stems, *there = stems_of(meaning, *others)
                own, *changed = spelled((meaning, stems), *zip(others, there, strict=True))
                meaning = replace(meaning, corrections=own)
                # What would be searched for in another spelling is not there as it was typed.
                counted = (
                    _statement(*beside, there[0]) if beside and there and not changed[0] else None
                )
                total, scores, counts = _find(query, meaning, stems, beside=counted)
                beside_it = counts.pop(BESIDE, [])
                relaxed = not total and meaning.asks and len(meaning.words) > 1
                if relaxed:
                    total, scores, counts = _find(query, meaning, stems, relaxed=True)
                hits = marked(query, meaning, scores)
        except OperationalError as error:
            raise EngineError(str(error)) from error
        return RawResult(
            total,
            hits,
            counts,
            relaxed=relaxed and total > 0,
            corrections=meaning.corrections,
            beside=sum(one.count for one in beside_it),
        )


@contextmanager
def bounded(timeout: int) -> Iterator[None]:
    """A transaction whose statements end after so many milliseconds, with OperationalError."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'),"
            " set_config('statement_timeout', %s, true)",
            [str(timeout)],
        )
        before = cursor.fetchone()[0]
        yield
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])


def known_forms(
    forms: Sequence[tuple[str, str]], locale: str, *, prefixes: Sequence[str] = ("",)
) -> list[tuple[str, str, str, str]]:
    """(word, form, stem, prefix) for the other forms of words whose stem some record has with
    one of the prefixes of postings. One query, none without forms."""
    if not forms:
        return []
    rules = language(locale)
    with connection.cursor() as cursor:
        cursor.execute(
            FORMS,
            [[word for word, _ in forms], [form for _, form in forms], rules.config,
             rules.config, list(prefixes), locale],
        )  # fmt: skip
        return cursor.fetchall()


def terms(meaning: Interpretation, stems: Mapping[str, Sequence[str]]) -> Terms:
    """Words, labels and quoted phrases as units."""
    asked = Terms()
    spans = {
        place: number for number, span in enumerate(meaning.named)
        for place in range(span.start, span.end)
    }  # fmt: skip
    for place, word in enumerate(meaning.words):
        unit = place
        _add_word(asked, unit, word, meaning, stems.get(word.text, ()))
        for other in (place, place - 1):  # the word that it makes with the next, or the last
            for stem in stems.get(meaning.joined.get(other, ""), ()):
                asked.add(unit, f"{meaning.locale}:{stem}", 1.0)
        if place not in spans and not word.optional:
            asked.needed.append(unit)
    for number, span in enumerate(meaning.named):
        unit = 100 + number
        asked.needed.append(unit)
        for phrase in span.phrases:
            if phrase.acronym:
                asked.add(unit, f"{meaning.locale}:={folded(phrase.text).upper()}", ACRONYM)
            elif words := _tsquery(phrase):
                asked.add_phrase(unit, words, NAMED * label_weight(span))
            if span.code and len(phrase.words) == 1:
                asked.add(unit, f"{meaning.locale}:{JOINED}{folded(phrase.text)}", NAMED)
    # Quotes demand the words side by side; how much a record is about them, the words tell.
    for unit, text in enumerate(dict.fromkeys(w for p in meaning.phrases for w in p.words), QUOTED):
        for stem in stems.get(text, ()):
            asked.add(unit, f"{meaning.locale}:{stem}", 1.0)
    return asked


def _add_word(
    asked: Terms, unit: int, word: Word, meaning: Interpretation, stems: Sequence[str]
) -> None:
    capitals = f"{meaning.locale}:={folded(word.text).upper()}"
    if word.acronym:
        asked.add(unit, capitals, ACRONYM)
        asked.add_phrase(unit, folded(word.text), 0.3)
        return
    for stem in (*stems, *meaning.corrections.get(word.text, ())):
        asked.add(unit, f"{meaning.locale}:{stem}", 1.0)
        asked.add(unit, f"{meaning.locale}:{JOINED}{stem}", 1.0)
    if not stems and not word.optional:  # a stop word that is all there is
        asked.add_phrase(unit, folded(word.text), 0.3)
        asked.add(unit, capitals, ACRONYM)


def _tsquery(phrase: Phrase) -> str:
    """Words side by side, not followed or preceded by those that make another label."""
    parts = [bare for word in phrase.words if (bare := folded(word))]
    if not parts:
        return ""
    if phrase.not_before:
        parts.insert(0, f"!({' | '.join(phrase.not_before)})")
    if phrase.not_after:
        parts.append(f"!({' | '.join(phrase.not_after)})")
    return " <-> ".join(parts)


def _find(
    query: SearchQuery,
    meaning: Interpretation,
    stems: Mapping[str, Sequence[str]],
    *,
    relaxed: bool = False,
    beside: tuple[str, dict[str, Any]] | None = None,
) -> tuple[int, list[tuple[Any, float]], dict[str, list[Count]]]:
    sql, parameters = _statement(query, meaning, stems, relaxed=relaxed)
    if beside:  # in the same statement, its parameters under names of their own
        other, values = beside
        sql += COUNTED.format(other.replace("%(", "%(beside_"))
        parameters |= {f"beside_{name}": value for name, value in values.items()}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return _read(query, cursor.fetchall())


def _statement(
    query: SearchQuery,
    meaning: Interpretation,
    stems: Mapping[str, Sequence[str]],
    *,
    relaxed: bool = False,
) -> tuple[str, dict[str, Any]]:
    """The statement of a search with its parameters."""
    asked = terms(meaning, stems)
    least = required(len(asked.needed)) if not relaxed else min(1, len(asked.needed))
    schemes = query.concepts_by_scheme()
    titles = _titles(meaning, stems)
    parameters: dict[str, Any] = {
        "locale": query.locale,
        "units": asked.units,
        "words": asked.words,
        "boosts": asked.boosts,
        "phrase_units": asked.phrase_units,
        "phrases": asked.phrases,
        "phrase_boosts": asked.phrase_boosts,
        "least": least,
        "config": language(meaning.locale).config,
        "asks": meaning.asks,
        "title": meaning.title,
        "pasted": PASTED_TITLE,
        "name": _name(meaning),
        "title_queries": [one.query for one in titles],
        "title_weights": [one.weight for one in titles],
        "title_types": ["\n".join(one.types or ()) for one in titles],
        "title_terms": ["\n".join(one.terms) for one in titles],
        **circle(query.near),
        "must": [_tsquery(phrase) for phrase in meaning.phrases],
        "must_not": [_tsquery(phrase) for phrase in meaning.excluded],
        "types": list(query.types),
        "schemes": list(schemes),
        "concepts": ["\n".join(values) for values in schemes.values()],
        "order": query.sorted_by(meaning.asks),
        "soon": COMING_BONUS if query.coming_first(meaning.asks) else 0.0,
        "open_only": query.open_only,
        "group": GROUP_SIZE,
        "limit": query.page_size,
        "offset": query.offset,
    }
    if vector := _vector(query, meaning):
        parameters |= {"vector": vector, "weight": settings.SEARCH_SEMANTIC}
    demanded = Demanded(
        units=sorted({*asked.units, *asked.phrase_units}),
        needed=asked.needed,
        least=least,
        inside=_inside(meaning),
        bonuses={
            100 + number: label_bonus(meaning, span) for number, span in enumerate(meaning.named)
        },
    )
    return statement(demanded, parameters, grouped=query.grouped), parameters


def _read(
    query: SearchQuery, rows: Iterable[tuple[str, str, float]]
) -> tuple[int, list[tuple[Any, float]], dict[str, list[Count]]]:
    """The total, the page's hits with their scores, the counts by facet."""
    total = coming = 0
    scores: list[tuple[Any, float]] = []
    types: dict[str, int] = {}
    counts: dict[str, list[Count]] = {}
    for kind, value, number in rows:
        if kind == "hit":
            scores.append((value, number))
        elif kind in ("open", "closed"):  # of each type
            if kind == "open" or not query.open_only:
                types[value] = types.get(value, 0) + int(number)
            if not query.types or value in query.types:
                total += int(number) if kind == "open" or not query.open_only else 0
                coming += int(number) if kind == "open" else 0
        else:
            counts.setdefault(kind, []).append(Count(value, int(number)))
    counts["type"] = [Count(name, number) for name, number in types.items()]
    counts["a-venir"] = [Count("1", coming)]
    return total, scores, counts


def _vector(query: SearchQuery, meaning: Interpretation) -> str:
    """What the search means, as pgvector reads it; "" where words alone order the results."""
    vector = semantic.of_query(query, meaning)
    return postgres_vectors.written(vector) if vector and postgres_vectors.there() else ""


def _name(meaning: Interpretation) -> str:
    """The posting of records that are called just what was typed."""
    asked = meaning.asks and meaning.title and len(meaning.title) <= LONGEST_NAME
    return f"{meaning.locale}:{NAME}{meaning.title}" if asked else ""


class Titled(NamedTuple):
    """What titles gain by: a tsquery of exact words and stems. It counts for records of `types`
    only, and with one of `terms`, where some are named."""

    query: str
    weight: float
    types: Sequence[str] | None = None
    terms: Sequence[str] = ()


def _titles(meaning: Interpretation, stems: Mapping[str, Sequence[str]]) -> list[Titled]:
    found = []
    units = [_either(meaning, word, stems) for word in meaning.plain if not word.optional]
    for span in meaning.named:
        labels = " | ".join(f"({q})" for phrase in span.phrases if (q := _tsquery(phrase)))
        parts = [word for word in meaning.words[span.start : span.end] if not word.optional]
        words = " & ".join(filter(None, (_either(meaning, word, stems) for word in parts)))
        units.append(f"({' | '.join(filter(None, [labels, words and f'({words})']))})")
        if not span.code:
            weighed = (words, TITLE_BONUS) if span.ordinary else (labels, NAMED_TITLE)
            found.append(Titled(*weighed))
        if span in subjects(meaning):
            found.append(Titled(labels, IN_FORCE_BONUS, *in_force()))
        if span == meaning.subject:
            found.append(Titled(labels, SUBJECT_BONUS, references()))
    if 1 < len(units) <= MAX_WHOLE and all(units):
        found.append(Titled(" & ".join(units), WHOLE_TITLE))
    for phrase in meaning.phrases:
        quoted = [f"({known})" for text in phrase.words if (known := any_of(stems.get(text, ())))]
        found.append(Titled(" & ".join(quoted[:MAX_WHOLE]), WHOLE_TITLE))
    return [one for one in found if one.query and one.types != []]


def _either(meaning: Interpretation, word: Word, stems: Mapping[str, Sequence[str]]) -> str:
    """A tsquery of the stems of one word, or of those that stand for it."""
    known = [*stems.get(word.text, ()), *meaning.corrections.get(word.text, ())]
    return f"({found})" if (found := any_of(known)) else ""


def _inside(meaning: Interpretation) -> dict[int, list[int]]:
    """A label's unit is also there when all its own words are: unit of label -> units of words.
    The parts of a number mean nothing apart."""
    return {
        100 + number: places
        for number, span in enumerate(meaning.named)
        if not span.code
        and (places := [p for p in range(span.start, span.end) if not meaning.words[p].optional])
    }
