"""Plain text as editors write it: paragraphs, and lists of lines that start with a dash."""

import re
from dataclasses import dataclass, field

_ITEM = re.compile(r"^\s*[-–—•*✓]\s+")


@dataclass(slots=True)
class Piece:
    """A paragraph, or a list if it has items."""

    text: str = ""
    items: list[str] = field(default_factory=list)


def pieces(text: str) -> list[Piece]:
    """The paragraphs and the lists of a text: each line is one, and a line that starts with a
    dash or a bullet is an item."""
    found: list[Piece] = []
    for line in text.splitlines():
        item = _ITEM.sub("", line)
        if not item.strip():
            continue
        if item == line:
            found.append(Piece(line.strip()))
        elif found and found[-1].items:
            found[-1].items.append(item.strip())
        else:
            found.append(Piece(items=[item.strip()]))
    return found
