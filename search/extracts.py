"""Which extract a hit shows: the one that answers most of the query, nearest to the reader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .analysis import word_key
from .result import MARK_END, MARK_START, FoundInFile

_MARKED = re.compile(f"{MARK_START}(.+?){MARK_END}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text with marks; `file` when it comes from a file."""

    text: str
    file: FoundInFile | None = None

    @property
    def answers(self) -> int:
        """How many different words it marks."""
        return len({word_key(word) for word in _MARKED.findall(self.text)})


def best(candidates: Sequence[Candidate]) -> Candidate:
    """The candidate that marks the most different words; the earlier of two that mark as many.
    A candidate without marks is an empty extract."""
    chosen = max(candidates, key=lambda candidate: candidate.answers, default=Candidate(""))
    return chosen if chosen.answers else Candidate("")
