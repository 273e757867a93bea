"""What a query's text means, before any engine sees it.

Synonyms are expanded here, from the thesaurus and for both engines alike, rather than by a
`synonym_graph` filter inside an index: a documentalist's correction works with the next query,
without closing an index or rebuilding it, and a longer label ("contrat local de santé mentale")
can be kept from answering for the shorter one that it contains.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from .analysis import (
    Language,
    codes,
    composed,
    folded,
    is_acronym,
    label_key,
    language,
    title_key,
    words,
)

MAX_WORDS = 40  # words of a query that are searched: the engines' bound on clauses
MAX_PHRASES = 5
MAX_LABELS = 12  # other labels of all concepts named by a query
LONGEST_LABEL = 10  # words
SHOUTED = 5  # letters from which a word in capitals, alone, is no acronym we do not know

_PHRASE = re.compile(r'(?:(?<=\s)|^)(-?)["«“]\s*([^"«»“”]+?)\s*["»”]')
# An ISBN as catalogues print it, and words that only say which number follows.
_SPACED_ISBN = re.compile(r"(?<![\w.-])97[89](?:[ -]\d+){2,4}(?![\w-])")
_OF_NUMBERS = frozenset({"isbn", "issn", "ean", "doi"})
ISBN_DIGITS = 13
_EXCLUDED = re.compile(r"(?:(?<=\s)|^)-([^\W\d_][\w'’-]*)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query as typed. `acronym`: written in capitals among others that are not;
    `optional`: results need not have it."""

    text: str
    acronym: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side. `not_before`/`not_after`: words that must not stand right
    before or after, because they would make it another concept's label."""

    words: tuple[str, ...]
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def acronym(self) -> bool:
        return len(self.words) == 1 and is_acronym(self.words[0])


@dataclass(frozen=True, slots=True)
class Named:
    """A part of the query that names concepts: the words at [start, end) and the concepts'
    labels, the typed one included. `ordinary`: one word that is no acronym, as any text may say
    without being about the concept; `code`: no concept but a number ("2.2.4"), of which a part
    alone means nothing."""

    start: int
    end: int
    label: str
    phrases: tuple[Phrase, ...]
    others: tuple[str, ...]
    ordinary: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Interpretation:
    """`words` outside quotes; `named` spans over them that do not overlap; `phrases` and
    `excluded` as typed in quotes or after "-"; `title`: the whole text as titles are compared;
    `corrections`, `joined` and `swapped` are what the index knows of the words."""

    locale: str
    text: str
    title: str = ""
    words: tuple[Word, ...] = ()
    named: tuple[Named, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    corrections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Place of a word -> the word that it makes with the next: "médicosocial" for "médico social".
    joined: Mapping[int, str] = field(default_factory=dict)
    # A word one slip away from others -> (word meant, its stem in PostgreSQL's index).
    swapped: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether something is searched for, not only left out."""
        return bool(self.words or self.phrases)

    @property
    def empty(self) -> bool:
        """Whether something was typed in which there is not one word."""
        return bool(self.text and not self.asks and not self.excluded)

    @property
    def plain(self) -> tuple[Word, ...]:
        """The words that no concept's label covers."""
        covered = {place for span in self.named for place in range(span.start, span.end)}
        return tuple(word for place, word in enumerate(self.words) if place not in covered)

    @property
    def subject(self) -> Named | None:
        """The concept of the thesaurus that is all the query asks for."""
        alone = len(self.named) == 1 and not (self.phrases or self.excluded)
        if not alone or self.named[0].code or any(not word.optional for word in self.plain):
            return None
        return self.named[0]

    @property
    def spelled(self) -> tuple[Word, ...]:
        """The words that may be misspelled: those of the thesaurus and acronyms are not."""
        return tuple(word for word in self.plain if not (word.acronym or word.optional))


class HasLabels(Protocol):
    """A concept as `knowledge.thesaurus.labels.expansions` gives it: its other labels."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def hidden(self) -> frozenset[str]: ...


class Vocabulary:
    """Labels as spans of a query are looked up. Made from the thesaurus's expansions:
    normalised label -> objects with `labels`, the concept's other labels. `hidden` are the
    labels of all that are never shown."""

    def __init__(self, expansions: Mapping[str, Sequence[HasLabels]], locale: str = "fr") -> None:
        rules = language(locale)
        self._small = rules.stop.union(rules.elisions)
        self._concepts: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        self._acronyms: set[str] = set()
        self.hidden: set[str] = set()
        for label, concepts in expansions.items():
            for concept in concepts:
                # The label as written is not in its own entry, but in those of the others.
                self._concepts.setdefault(label_key(label), []).append(concept.labels)
                self._acronyms |= {folded(other) for other in concept.labels if is_acronym(other)}
                self.hidden |= concept.hidden
        self._bare = self._without_small_words()
        self._by_word: dict[str, set[tuple[str, ...]]] = {}
        for key in self._concepts:
            for word in key:
                self._by_word.setdefault(word, set()).add(key)

    def others(self, typed: Sequence[str]) -> tuple[str, ...]:
        """The other labels of the concepts that these words name; () when they name none."""
        key = label_key(" ".join(typed))
        found = self._concepts.get(key)
        if found is None and len(typed) == 1:
            found = self._concepts.get((folded(typed[0]),))
        if found is None and len(key) > 1 and not self._small.intersection((key[0], key[-1])):
            found = self._bare.get(self._meaningful(key))
        return tuple(dict.fromkeys(label for labels in found or () for label in labels))

    def _meaningful(self, key: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in key if word not in self._small)

    def _without_small_words(self) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
        """Labels as people type them in a hurry, "conseil local santé mentale": key -> labels, the
        one that was meant first."""
        written = {
            label_key(label): label
            for named in self._concepts.values()
            for labels in named
            for label in reversed(labels)
        }
        found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for key, named in self._concepts.items():
            bare = self._meaningful(key)
            if 1 < len(bare) < len(key) and key in written:
                found.setdefault(bare, []).extend((written[key], *labels) for labels in named)
        return found

    def names(self, typed: Sequence[str]) -> bool:
        return label_key(" ".join(typed)) in self._concepts or (
            len(typed) == 1 and (folded(typed[0]),) in self._concepts
        )

    def acronym(self, word: str) -> bool:
        """Whether a label of the thesaurus is this word in capitals."""
        return folded(word) in self._acronyms

    def phrase(self, label_words: Sequence[str], same: Sequence[tuple[str, ...]]) -> Phrase:
        """The phrase of a label, guarded against longer labels of other concepts (`same` are the
        keys of its own concept)."""
        key = label_key(" ".join(label_words))
        before, after = [], []
        candidates = set.intersection(*(self._by_word.get(word, set()) for word in key))
        for longer in candidates:
            if longer in same or len(longer) <= len(key):
                continue
            for start in range(len(longer) - len(key) + 1):
                if longer[start : start + len(key)] == key:
                    if start + len(key) < len(longer):
                        after.append(longer[start + len(key)])
                    else:
                        before.append(longer[start - 1])
        return Phrase(tuple(label_words), tuple(dict.fromkeys(before)), tuple(dict.fromkeys(after)))


NOTHING = Vocabulary({})


def interpret(text: str, locale: str, vocabulary: Vocabulary = NOTHING) -> Interpretation:
    """Read a query's text (cleaned already). Never fails: what is no operator is text."""
    text = _SPACED_ISBN.sub(_hyphened, composed(text))
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []

    def take(found: re.Match[str]) -> str:
        quoted = tuple(islice(words(found[2]), MAX_WORDS))
        if quoted:
            (excluded if found[1] else phrases).append(Phrase(quoted))
        return " "

    def leave_out(found: re.Match[str]) -> str:
        excluded.append(Phrase(tuple(words(found[1]))))
        return " "

    rest = _EXCLUDED.sub(leave_out, _PHRASE.sub(take, text))
    typed = _words(rest, locale, vocabulary)
    return Interpretation(
        locale=locale,
        text=text,
        title=title_key(text),
        words=typed,
        named=_with_codes(_named(typed, vocabulary), rest, typed),
        phrases=tuple(phrases[:MAX_PHRASES]),
        excluded=tuple(excluded[:MAX_PHRASES]),
    )


def _hyphened(found: re.Match[str]) -> str:
    """An ISBN with hyphens in the place of its spaces; another number as it is."""
    digits = sum(1 for character in found[0] if character.isdigit())
    return found[0].replace(" ", "-") if digits == ISBN_DIGITS else found[0]


def _words(text: str, locale: str, vocabulary: Vocabulary) -> tuple[Word, ...]:
    rules = language(locale)
    found = words(text)[: 4 * MAX_WORDS]
    numbered = any(word.isdecimal() for word in found)
    if _shouted(found, rules, vocabulary):
        found = [word if vocabulary.acronym(word) else word.lower() for word in found]
    kept = []
    for word in found:
        bare = folded(word)
        acronym = is_acronym(word)
        if numbered and bare in _OF_NUMBERS:
            kept.append(Word(word, optional=True))
        elif acronym or (bare not in rules.stop and bare not in rules.elisions):
            kept.append(Word(word, acronym, optional=not acronym and bare in rules.optional))
        elif vocabulary.names([word]) or len(found) == 1:
            kept.append(Word(word))
        else:
            kept.append(Word(word, optional=True))
    if all(word.optional for word in kept):  # only such words: then they are what is meant
        kept = [Word(word.text) for word in kept]
    return tuple(kept[:MAX_WORDS])


def _shouted(found: Sequence[str], rules: Language, vocabulary: Vocabulary) -> bool:
    """Whether a query is in capitals altogether, and not a list of acronyms: it is then read as
    in lower case. Numbers are neither."""
    if not all(word == word.upper() for word in found):
        return False
    several = sum(1 for word in found if word.isupper())
    small = rules.stop.union(rules.elisions)
    return (
        several > 2
        or (several > 1 and any(folded(word) in small for word in found))
        or any(len(word) >= SHOUTED and not vocabulary.acronym(word) for word in found)
    )


def _with_codes(named: Sequence[Named], text: str, typed: Sequence[Word]) -> tuple[Named, ...]:
    """The named spans with those of the text's codes, which no label covers."""
    taken = {place for span in named for place in range(span.start, span.end)}
    found = list(named)
    for start, ways in islice(codes(text), MAX_PHRASES):
        end = start + len(ways[0])
        if end <= len(typed) and not taken.intersection(range(start, end)):
            label = " ".join(ways[0])
            found.append(Named(start, end, label, tuple(map(Phrase, ways)), (), code=True))
    return tuple(sorted(found, key=lambda span: span.start))


def _named(typed: Sequence[Word], vocabulary: Vocabulary) -> tuple[Named, ...]:
    """The longest labels, from left to right."""
    found = []
    start = 0
    left = MAX_LABELS
    while start < len(typed) and left > 0:
        for end in range(min(len(typed), start + LONGEST_LABEL), start, -1):
            span = [word.text for word in typed[start:end]]
            others = _others(span, vocabulary)[:left]
            if not others:
                continue
            labels = _written([span, *map(words, others)])
            same = [label_key(" ".join(label)) for label in labels]
            found.append(
                Named(
                    start,
                    end,
                    " ".join(span),
                    tuple(vocabulary.phrase(label, same) for label in labels),
                    others,
                    ordinary=len(span) == 1
                    and not (typed[start].acronym or vocabulary.acronym(span[0])),
                )
            )
            left -= len(others)
            start = end - 1
            break
        start += 1
    return tuple(found)


def _others(span: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The other labels of the concepts that some words name, those aside that are but another
    way of writing them: "C.L.S."."""
    typed = [folded(word) for word in span]
    return tuple(
        label
        for label in vocabulary.others(span)
        if [folded(word) for word in words(label)] != typed
    )


def _written(labels: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Labels as their words, each way of writing once: "C.L.S." and "cls" are CLS, whose capitals
    say more than the letters."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for label in filter(None, map(tuple, labels)):
        key = tuple(map(folded, label))
        if key not in found or (len(label) == 1 and is_acronym(label[0])):
            found[key] = label
    return list(found.values())
