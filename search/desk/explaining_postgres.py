"""The parts of a score of the PostgreSQL engine: BM25 of each unit, and the bonuses."""

import math
import re
from collections.abc import Mapping

from django.db import connection
from django.utils.timezone import now

from cms.catalogue.models import Record

from ..analysis import title_key
from ..engines.base import COMING_BONUS, label_bonus
from ..engines.postgres import PASTED_TITLE, QUOTED, Terms, terms
from ..engines.postgres_index import WEIGHTS
from ..engines.postgres_sql import _BM25, _RARITY, TOTAL
from ..engines.postgres_words import stems_of
from ..interpretation import Interpretation
from ..query import SearchQuery
from .occurrences import Places, capital_places, phrase_places, stem_places

# The score of each word and phrase for one record, as `postgres_sql.statement` makes it.
_POINTS = f"""
    WITH total AS MATERIALIZED ({TOTAL}), entry AS MATERIALIZED (
        SELECT id, length FROM search_entry WHERE uid = %(uid)s
    ), found AS (
        SELECT term.unit, term.word AS text, FALSE AS phrase, term.boost, posting.frequency,
            posting.length,
            (SELECT count(*) FROM search_posting other WHERE other.word = term.word) AS records
        FROM entry
        CROSS JOIN unnest(%(units)s::int[], %(words)s::text[], %(boosts)s::float[])
            AS term(unit, word, boost)
        JOIN search_posting posting ON posting.word = term.word AND posting.entry_id = entry.id
        UNION ALL
        SELECT phrase.unit, phrase.text, TRUE, phrase.boost, own.frequency, entry.length, (
            SELECT count(*) FROM search_exactwords exact
            JOIN search_entry other ON other.id = exact.entry_id
            WHERE exact.vector @@ phrase.text::tsquery AND other.locale = %(locale)s
        ) + (
            SELECT count(DISTINCT page.entry_id) FROM search_filepage page
            JOIN search_entry other ON other.id = page.entry_id
            WHERE page.vector @@ phrase.text::tsquery AND other.locale = %(locale)s
        )
        FROM entry
        CROSS JOIN unnest(%(phrase_units)s::int[], %(phrases)s::text[], %(phrase_boosts)s::float[])
            AS phrase(unit, text, boost)
        CROSS JOIN LATERAL (
            SELECT 2.0 AS frequency WHERE EXISTS (SELECT FROM search_exactwords exact
                WHERE exact.entry_id = entry.id AND exact.vector @@ phrase.text::tsquery)
            UNION
            SELECT 0.3 WHERE EXISTS (SELECT FROM search_filepage page
                WHERE page.entry_id = entry.id AND page.vector @@ phrase.text::tsquery)
        ) own
    )
    SELECT DISTINCT ON (unit) unit, text, phrase, {_BM25} AS score
    FROM (SELECT found.*, boost * {_RARITY.format(records="found.records")} AS weight
        FROM found CROSS JOIN total) found
    CROSS JOIN total
    ORDER BY unit, score DESC
"""


def points(
    query: SearchQuery, meaning: Interpretation, record: Record, relaxed: bool
) -> Mapping[tuple[str, str], float]:
    """(part, words) -> points. A unit's points are shared out over the parts of the record as its
    occurrences weigh there. What titles gain besides is left to the rest of the score."""
    rows = _rows(terms(meaning, stems_of(meaning)[0]), meaning, record)
    stems = stem_places(record, [_stem(text) for _unit, text, phrase, _ in rows if not phrase])
    found: dict[tuple[str, str], float] = {}
    for unit, text, phrase, score in rows:
        said = _said(unit, meaning)
        places = _places(record, text, phrase, stems)
        weights = {name: _weight(name, times) for name, times in places.items()} or {"all": 1.0}
        for name, weight in weights.items():
            key = (name, said)
            found[key] = found.get(key, 0.0) + score * weight / sum(weights.values())
        if 100 <= unit < QUOTED:
            span = meaning.named[unit - 100]
            found[("concept", said)] = label_bonus(meaning, span)
    if query.coming_first(meaning.asks) and record.open_until and record.open_until >= now():
        found[("coming", "")] = COMING_BONUS
    if title_key(record.title) == meaning.title:
        found[("pasted", "")] = PASTED_TITLE
    return found


def _rows(
    asked: Terms, meaning: Interpretation, record: Record
) -> list[tuple[int, str, bool, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _POINTS,
            {
                "locale": meaning.locale,
                "uid": record.uid,
                "units": asked.units,
                "words": asked.words,
                "boosts": asked.boosts,
                "phrase_units": asked.phrase_units,
                "phrases": asked.phrases,
                "phrase_boosts": asked.phrase_boosts,
            },
        )
        return cursor.fetchall()


def _said(unit: int, meaning: Interpretation) -> str:
    if unit >= QUOTED:
        return ", ".join(f"“{phrase.text}”" for phrase in meaning.phrases)
    return meaning.named[unit - 100].label if unit >= 100 else meaning.words[unit].text


def _stem(word: str) -> str:
    """The stem of a posting's word: "fr:contrat" without its language and its sign."""
    return word.partition(":")[2].lstrip("=~")


def _places(record: Record, text: str, phrase: bool, stems: Mapping[str, Places]) -> Places:
    if phrase:
        bare = re.sub(r"!\([^)]*\)( <-> )?", "", text)
        return phrase_places(record, re.findall(r"\w+", bare))
    word = text.partition(":")[2]
    return capital_places(record, word[1:]) if word.startswith("=") else stems.get(_stem(text), {})


def _weight(name: str, times: int) -> float:
    # Names of people are indexed with the labels.
    weight = WEIGHTS.get(name, WEIGHTS["labels"])
    return weight * (math.log1p(times) if name == "files" else times)
