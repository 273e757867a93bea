"""Labels as a machine compares them, and what a label found in a query stands for.

"Accès aux soins", "acces  aux soins" and "ACCÈS AUX SOINS" are one label; "CLS" and "C.L.S."
stay two, because both are found in texts.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from django.db import connection

from cms.core.postgresql.reading import one_row
from cms.languages.glossary import Entry

_SAME = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`´′＇", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "œ": "oe",
        "æ": "ae",
    }
)


def normalise(label: str) -> str:
    """The label without what does not distinguish two: case, accents, kinds of space, of
    apostrophe and of hyphen, invisible characters."""
    folded = unicodedata.normalize("NFKC", label).casefold().translate(_SAME)
    bare = "".join(
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFD", folded)
        if c.isspace() or unicodedata.category(c) not in ("Mn", "Cf", "Cc")
    )
    return " ".join(unicodedata.normalize("NFC", bare).split())


@dataclass(frozen=True, slots=True)
class Expansion:
    """A concept that a label names: its scheme and id (slugs), and its other labels in the same
    language, preferred first, then alternative, then hidden. `hidden` are those of them that are
    found by and never shown."""

    scheme: str
    concept: str
    labels: tuple[str, ...]
    hidden: frozenset[str] = frozenset()


Expansions = Mapping[str, tuple[Expansion, ...]]

State = tuple[object, ...]

_STATE = """
    SELECT label.*, concept.*, scheme.*
    FROM (SELECT count(*), max(id), max(updated_at) FROM knowledge_thesaurus_conceptlabel) label,
        (SELECT count(*), max(id), max(updated_at) FROM knowledge_thesaurus_concept) concept,
        (SELECT count(*), max(id), max(updated_at) FROM knowledge_thesaurus_conceptscheme) scheme
"""
_LABELS = """
    SELECT scheme.slug, concept.slug, label.label, label.normalized, label.kind
    FROM knowledge_thesaurus_conceptlabel label
    JOIN knowledge_thesaurus_concept concept ON concept.id = label.concept_id
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = label.scheme_id
    WHERE label.language = %s
    ORDER BY label.concept_id,
        array_position(ARRAY['preferred', 'alternative', 'hidden'], label.kind::text),
        label.sort_order, label.id
"""
_cache: dict[str, tuple[State, Expansions]] = {}
_lock = Lock()


def state() -> State:
    """Changes with every edit of the vocabularies: what is made of them can be kept as long as
    it stays the same. One small query."""
    return tuple(one_row(_STATE))


def expansions(locale: str, now: State | None = None) -> Expansions:
    """Normalised label -> the concepts that it names (one in each scheme at most), for a language.

    Kept in the process for the vocabularies' state `now` (asked for when not given).
    """
    now = state() if now is None else now
    known = _cache.get(locale)
    if known is not None and known[0] == now:
        return known[1]
    with connection.cursor() as cursor:
        cursor.execute(_LABELS, [locale])
        found = _expansions(cursor.fetchall())
    with _lock:
        _cache[locale] = (now, found)
    return found


def _expansions(rows: list[tuple[str, str, str, str, str]]) -> Expansions:
    by_concept: dict[tuple[str, str], list[tuple[str, str]]] = {}
    misspelt: dict[tuple[str, str], set[str]] = {}
    for scheme, concept, label, normalized, kind in rows:
        by_concept.setdefault((scheme, concept), []).append((label, normalized))
        if kind == "hidden":
            misspelt.setdefault((scheme, concept), set()).add(label)
    found: dict[str, list[Expansion]] = {}
    for (scheme, concept), labels in by_concept.items():
        hidden = frozenset(misspelt.get((scheme, concept), ()))
        for own, normalized in labels:
            others = tuple(label for label, _normalized in labels if label != own)
            found.setdefault(normalized, []).append(Expansion(scheme, concept, others, hidden))
    return {label: tuple(named) for label, named in found.items()}


_NAMES = """
    SELECT array_agg(label.label ORDER BY label.kind = 'preferred' DESC, label.sort_order, label.id)
            FILTER (WHERE label.language = %(source)s),
        array_agg(label.label ORDER BY label.kind = 'preferred' DESC, label.sort_order, label.id)
            FILTER (WHERE label.language = %(target)s)
    FROM knowledge_thesaurus_conceptlabel label
    WHERE label.language IN (%(source)s, %(target)s) AND label.kind <> 'hidden'
    GROUP BY label.concept_id
    HAVING bool_or(label.language = %(source)s) AND bool_or(label.language = %(target)s)
"""


def names(source: str, target: str) -> list[Entry]:
    """Every concept that has names in both languages, for translators. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"source": source, "target": target})
        return [Entry(*row) for row in cursor.fetchall()]
