"""The words of searches as the postings know them: their stems, and those that are misspelled.

Several searches are read at once, each in its own language: what is counted beside a search costs
no query more.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from ..analysis import folded, language
from ..interpretation import Interpretation
from .postgres_sql import SPELLING, STEMS
from .spelling import allowed_edits, distance, near

Stems = Mapping[str, Sequence[str]]


def stems_of(*meanings: Interpretation) -> list[Stems]:
    """The stems of each word, as written and without its accents, for searches in languages that
    differ. One query."""
    asked = [(one.locale, language(one.locale).config, word)
             for one in meanings for word in _typed(one)]  # fmt: skip
    found: dict[str, dict[str, Sequence[str]]] = {one.locale: {} for one in meanings}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(STEMS, [list(column) for column in zip(*asked, strict=True)])
            for locale, word, stems in cursor.fetchall():
                found[locale][word] = stems
    return [found[one.locale] for one in meanings]


def _typed(meaning: Interpretation) -> list[str]:
    quoted = [word for phrase in meaning.phrases for word in phrase.words]
    return [*(word.text for word in meaning.words), *meaning.joined.values(), *quoted]


def spelled(*searches: tuple[Interpretation, Stems]) -> list[dict[str, tuple[str, ...]]]:
    """For words that no record of the language has: stems that records have, few letters away.
    One query."""
    rows = [
        (meaning.locale, word.text, stem)
        for meaning, stems in searches
        for word in meaning.spelled
        if allowed_edits(word.text)
        for stem in stems.get(word.text, ())
    ]
    corrected: dict[str, dict[str, list[tuple[int, str]]]] = {}
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(SPELLING, [list(column) for column in zip(*rows, strict=True)])
            for locale, word, stem, candidate in cursor.fetchall():
                if near(stem, candidate):
                    own = corrected.setdefault(locale, {})
                    own.setdefault(word, []).append((distance(stem, candidate), candidate))
    asked = {(locale, word) for locale, word, _stem in rows}
    return [_nearest(meaning, corrected.get(meaning.locale, {}), asked) for meaning, _s in searches]


def _nearest(
    meaning: Interpretation,
    corrected: dict[str, list[tuple[int, str]]],
    asked: set[tuple[str, str]],
) -> dict[str, tuple[str, ...]]:
    """The best three; what was swapped before is known already."""
    if not any(locale == meaning.locale for locale, _word in asked):
        return {}
    for word, forms in meaning.swapped.items():
        corrected[word] = [(0, stem) for _form, stem in forms]
    return {
        word: tuple(stem for edits, stem in sorted(found)[:3] if edits == min(found)[0])
        for word, found in corrected.items()
    }


def any_of(stems: Iterable[str]) -> str:
    """A tsquery of stems as they are: to_tsquery would cut them once more."""
    return " | ".join(f"'{bare}'" for stem in dict.fromkeys(stems) if (bare := folded(stem)))
