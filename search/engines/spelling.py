"""How far a word may be from the one that was meant."""

from collections.abc import Iterator
from string import ascii_lowercase

LONGEST = 40  # letters of a word that may be misspelled; French has none of 30


def allowed_edits(word: str) -> int:
    """How many letters may be wrong: none below five letters, one below nine, then two
    (AUTO:5,9). A number is never a misspelled one, nor what is no word for its length."""
    if not 5 <= len(word) <= LONGEST or any(c.isdigit() for c in word):
        return 0
    return 1 if len(word) < 9 else 2


def near(typed: str, known: str) -> bool:
    """Whether the stem of what was typed may stand for a stem that records have. A stem is
    shorter than its word: as many wrong letters as the word is allowed would be another word.
    Both begin with the same letter, which is rarely the wrong one."""
    edits = allowed_edits(typed) or (len(typed) == 4 and typed.isalpha())
    return typed[:1] == known[:1] and distance(typed, known) <= edits


def swaps(word: str) -> Iterator[str]:
    """A word with two letters side by side swapped, each pair in turn; the first stays."""
    for place in range(1, len(word) - 1):
        if word[place] != word[place + 1]:
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def completions(word: str) -> Iterator[str]:
    """A word with one letter too many left out, or one that is missing put in; the first stays."""
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]
        for letter in ascii_lowercase:
            yield word[:place] + letter + word[place:]


def distance(one: str, other: str) -> int:
    """Letters added, left out, replaced or swapped with the next (Damerau, optimal alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
