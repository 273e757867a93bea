"""What the index knows of a query's words before an engine is asked: compounds, however they are
written ("médico-social", "médico social", "médicosocial"), and slips.

Records are indexed with the words that their hyphens tie (`analysis.compounds`). What is left is
asked of PostgreSQL's index, which always has every record, and holds for both engines.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db import OperationalError, connection

from .analysis import compounds, folded, language
from .engines.postgres import bounded, known_forms
from .engines.postgres_index import JOINED
from .engines.postgres_sql import BESIDE, UNFINISHED
from .engines.spelling import allowed_edits, completions, swaps
from .interpretation import Interpretation, Vocabulary, Word, interpret

log = logging.getLogger(__name__)

TIMEOUT = 300  # milliseconds of a statement
MAX_WORDS = 12  # of a query: a longer one is a text
SHORTEST_PART = 3  # letters
SHORTEST_WORD = 7
SHORTEST_LONG = 9  # letters of a word in which one may be missing
MAX_FORMS = 4  # of one word


def read(meaning: Interpretation, vocabulary: Vocabulary) -> Interpretation:
    """The interpretation with what the index knows of its words, see `_read`; as it is where the
    index does not say so in time."""
    if not meaning.words or len(meaning.words) > MAX_WORDS:
        return meaning
    try:
        with bounded(TIMEOUT):
            return _read(meaning, vocabulary)
    except OperationalError as error:
        log.warning("The index says nothing of the words of a search in time: %s", error)
        return meaning


def _read(meaning: Interpretation, vocabulary: Vocabulary) -> Interpretation:
    """The interpretation with the words that two neighbours make together, and read anew with
    two words in the place of one that no record has and that is both of them; a word that is none
    is tried with letters swapped, left out or put in, the last one as a beginning. One query where
    there are such words; up to six more for one that no record has."""
    words = meaning.words
    # What a hyphen ties may have a short part: "co-voiturer".
    tied = set(compounds(meaning.text, language(meaning.locale)))
    pairs = {
        place: words[place].text + words[place + 1].text
        for place in range(len(words) - 1)
        if (_part(words[place]) and _part(words[place + 1]))
        or words[place].text + words[place + 1].text in tied
    }
    long = [word.text for word in meaning.spelled if allowed_edits(word.text)]
    asked = [*dict.fromkeys([*pairs.values(), *long])]
    if not asked:
        return meaning
    found = known_forms([(word, word) for word in asked], meaning.locale, prefixes=("", JOINED))
    known = {word for word, *_rest in found}
    written = {word for word, _form, _stem, prefix in found if not prefix}
    unknown = [word for word in long if word not in known]
    parts = _split([word for word in unknown if len(word) >= SHORTEST_WORD], meaning.locale)
    if parts:
        text = meaning.text
        for word, both in parts.items():
            text = text.replace(word, both)
        if text != meaning.text:
            return replace(interpret(text, meaning.locale, vocabulary), title=meaning.title)
    return replace(
        meaning,
        joined={place: joined for place, joined in pairs.items() if joined in written},
        swapped={
            **_slips(unknown, meaning.locale),
            **_unfinished([word for word in unknown if word == words[-1].text], meaning.locale),
        },
    )


def _unfinished(last: Sequence[str], locale: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the last word may become where no record has it: who sends a search before its end
    means what the suggestions showed."""
    forms: list[tuple[str, str]] = []
    for word in last:
        start = folded(word)
        if start.isalnum():
            with connection.cursor() as cursor:
                cursor.execute(UNFINISHED, {"start": start, "locale": locale, "most": MAX_FORMS})
                forms += [(word, form) for (form,) in cursor.fetchall()]
    return _forms(forms, locale)


def _slips(unknown: Sequence[str], locale: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Words one slip away that records have: two letters swapped, or an ending that sounds the
    same, else, in a long word, one too many or missing. The stem of what was typed may be far from
    theirs ("capitalisaton", "diagnostique")."""
    likely = [(word, form) for word in unknown for form in (*swaps(word), *_homophones(word))]
    found = _forms(likely, locale)
    left = [word for word in unknown if word not in found and len(word) >= SHORTEST_LONG]
    found |= _forms([(one, form) for one in left[:2] for form in completions(one)], locale)
    return found


def _homophones(word: str) -> Iterator[str]:
    """A word with the ending that sounds the same: "diagnostic" for "diagnostique"."""
    bare = word.lower().removesuffix("s")
    if bare.endswith("ique"):
        yield bare.removesuffix("que") + "c"
    elif bare.endswith("ic"):
        yield bare.removesuffix("c") + "que"


def _forms(forms: Sequence[tuple[str, str]], locale: str) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for word, form, stem, _prefix in known_forms(forms, locale):
        found[word] = (*found.get(word, ()), (form, stem))
    return {word: forms[:MAX_FORMS] for word, forms in found.items()}


def _part(word: Word) -> bool:
    return not (word.acronym or word.optional) and word.text.isalpha() and len(word.text) > 2


def _split(unknown: Sequence[str], locale: str) -> dict[str, str]:
    """Words that are two known ones, which some text has side by side, with a space between."""
    found = known_forms([(word, part) for word in unknown for part in _parts(word)], locale)
    known = {(word, form) for word, form, *_rest in found}
    pairs = {
        f"{word[:place]} {word[place:]}": word
        for word in unknown
        for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        if (word, word[:place]) in known and (word, word[place:]) in known
    }
    if not pairs:
        return {}
    queries = [_beside(*pair.split(" ")) for pair in pairs]
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, [list(pairs), queries, locale])
        return {pairs[pair]: pair for (pair,) in cursor.fetchall()}


def _parts(word: str) -> Iterator[str]:
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        yield word[:place]
        yield word[place:]


def _beside(one: str, other: str) -> str:
    """Both side by side, the second in any form: "sociaux" for "social"."""
    bare = folded(other)
    return f"{folded(one)} <-> {bare[: max(SHORTEST_PART, len(bare) - 2)]}:*"
