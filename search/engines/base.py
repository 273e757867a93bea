"""What an engine offers, and the rules that both follow."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.utils import timezone

from cms.catalogue.models import Record
from cms.core.records import record_types
from cms.core.vocabularies import YEAR

from ..interpretation import Interpretation, Named
from ..query import SearchQuery
from ..result import RawResult

# Results beyond this many hits are counted but not listed.
WINDOW = 10_000
# Characters of an extract, about.
EXTRACT = 220


# What a record gains that has a concept's own label, and not only its words, for each meaningful
# word of the label as typed: about what BM25 gives a rare word.
LABEL_BONUS = 12.0
# The part of it, and of the other weights of labels, that a label of one ordinary word has:
# a title with another form of "évaluation" says more than the descriptor alone.
ORDINARY = 0.1
# What a record gains whose title has such a word in any form.
TITLE_BONUS = 3.0
# What a record gains whose title has a label that the query names, or all that the query asks.
NAMED_TITLE = 6.0
WHOLE_TITLE = 12.0
MAX_WHOLE = 12  # words and labels of a query that is looked for in titles
# What a reference (`RecordType.reference`) gains whose title has the concept that is all the
# query asks for: "CLSM" begins with the guide to it and not with news of one.
SUBJECT_BONUS = 100.0
# What is to come gains where only what has dates is asked for (`SearchQuery.coming_first`): more
# than words and titles give together, less than a pasted title.
COMING_BONUS = 400.0
# What a plan or contract in force (`RecordType.covers`) gains whose title has a concept that the
# query names: it stands before the people, actions and organisations that have to do with it.
IN_FORCE_BONUS = 20.0


Asked = tuple[SearchQuery, Interpretation]


class EngineError(Exception):
    """The engine did not answer, or not in time."""


class Engine(Protocol):
    """Answers searches. `name` stands in results."""

    name: str

    def search(
        self, query: SearchQuery, meaning: Interpretation, beside: Asked | None = None
    ) -> RawResult:
        """One page of hits with marks, the total and the facet counts; how many results `beside`
        has as it was typed, all its words. Raises EngineError."""


class Index(Protocol):
    """A physical index as a reader of the change feed. `locale` is "" for all languages."""

    engine: str
    locale: str
    name: str
    identity: str  # changes when the index is made anew behind our back

    def apply(self, records: Sequence[Record]) -> Mapping[str, str]:
        """Write records and tombstones; older ones than it holds change nothing. Returns those
        that the engine refused: uid -> reason. Raises EngineError when it does not answer."""

    def refresh(self) -> None:
        """Make what was written findable now. Raises EngineError."""

    def size(self) -> int:
        """The number of records that it holds."""

    def versions(self) -> Mapping[str, int]:
        """Every uid that it holds, with the record's version."""


def required(count: int) -> int:
    """How many of a query's meaningful words a result must have: both of two, half of more.

    Measured on 3,657 guides: two thirds of them cost .002 nDCG@10 on questions, a third gains
    nothing and doubles the number of results.
    """
    return count if count <= 2 else max(2, count // 2)


def references() -> list[str]:
    """The names of the types of record that explain what they are about."""
    return [name for name, kind in record_types().items() if kind.reference]


def subjects(meaning: Interpretation) -> tuple[Named, ...]:
    """The concepts that are named by more than a word of any text; none where a number is asked
    for, such as the year of an older plan."""
    if any(word.text.isdecimal() for word in meaning.words):
        return ()
    return tuple(span for span in meaning.named if not (span.ordinary or span.code))


def in_force() -> tuple[list[str], list[str]]:
    """The types of record that apply to territories, and the terms of which those in force have
    one: of this year, or of the last, as the next plan is seldom signed when one ends."""
    types = [name for name, kind in record_types().items() if kind.covers]
    year = timezone.localdate().year
    return types, [f"{YEAR}:{year}", f"{YEAR}:{year - 1}"]


def label_weight(span: Named) -> float:
    """How much a span's labels weigh next to its words: 1, less for an ordinary word."""
    return ORDINARY if span.ordinary else 1.0


def label_bonus(meaning: Interpretation, span: Named) -> float:
    """What having one of a span's labels is worth."""
    meaningful = sum(1 for word in meaning.words[span.start : span.end] if not word.optional)
    return LABEL_BONUS * max(1, meaningful) * label_weight(span)
