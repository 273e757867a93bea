"""The words of the trade: what a text calls by a name of the thesaurus is called so in every
language. Names are offered to translators and checked in what they write.

Who keeps names registers here; the floors below need not know the thesaurus.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[^>]*>")
LONGEST = 8  # words of a name that are looked for


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing and its names: `source` in the language that is translated, `target` in the other,
    the preferred one first."""

    source: Sequence[str]
    target: Sequence[str]


Names = Callable[[str, str], Iterable[Entry]]
keepers: list[Names] = []


def register(names: Names) -> None:
    """`names(source, target)` gives every thing that has names in both languages."""
    keepers.append(names)


class Glossary:
    """The names known in two languages. What the keepers ask is asked once."""

    def __init__(self, source: str, target: str) -> None:
        self._entries: dict[tuple[str, ...], Entry] = {}
        for keeper in keepers:
            for entry in keeper(source, target):
                for name in entry.source:
                    if key := _words(name):
                        self._entries.setdefault(key, entry)

    def found(self, text: str) -> Mapping[str, Entry]:
        """The names that a text uses, as it writes them, the longest where several fit."""
        words = [(one.group(0), _key(one.group(0))) for one in _WORD.finditer(_bare(text))]
        found: dict[str, Entry] = {}
        place = 0
        while place < len(words):
            for length in range(min(LONGEST, len(words) - place), 0, -1):
                part = words[place : place + length]
                if entry := self._entries.get(tuple(key for _word, key in part)):
                    found[" ".join(word for word, _key in part)] = entry
                    place += length - 1
                    break
            place += 1
        return found

    def unused(self, source: str, translation: str) -> list[tuple[str, str]]:
        """(name in the source, the name that its translation lacks), for each such thing."""
        said = f" {' '.join(_words(translation))} "
        return [
            (written, entry.target[0])
            for written, entry in self.found(source).items()
            if not any(f" {' '.join(_words(name))} " in said for name in entry.target)
        ]


def _bare(text: str) -> str:
    return _TAG.sub(" ", text)


def _key(word: str) -> str:
    """A word without case, accents and plural."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return bare[:-1] if len(bare) > 3 and bare[-1] in "sx" else bare


def _words(text: str) -> tuple[str, ...]:
    return tuple(_key(word) for word in _WORD.findall(_bare(text)))
