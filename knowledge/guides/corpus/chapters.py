"""From a plain text, a line for each paragraph, to chapters of paragraph blocks."""

import uuid
from collections.abc import Iterator
from html import escape
from typing import Any

FIRST = "Présentation"
_ENDS = (".", "!", "?", "…", ":", ";", ",")


def chapters(text: str, namespace: uuid.UUID) -> list[tuple[str, list[dict[str, Any]]]]:
    """(title, raw stream) in order. A short line without final punctuation between two full
    sentences is taken for a title; everything else stays a paragraph. Block ids follow from the
    namespace: the same text makes the same blocks."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: list[tuple[str, list[str]]] = [(FIRST, [])]
    for place, line in enumerate(lines):
        if _is_title(lines, place):
            found.append((line, []))
        else:
            found[-1][1].append(line)
    return [
        (title, list(_blocks(paragraphs, uuid.uuid5(namespace, str(place)))))
        for place, (title, paragraphs) in enumerate(found)
        if paragraphs
    ]


def _is_title(lines: list[str], place: int) -> bool:
    line = lines[place]
    if not 0 < place < len(lines) - 1 or len(line) > 70 or line.endswith(_ENDS):
        return False
    return lines[place - 1].endswith(".") and lines[place + 1].endswith((".", ":"))


def _blocks(paragraphs: list[str], namespace: uuid.UUID) -> Iterator[dict[str, Any]]:
    for place, paragraph in enumerate(paragraphs):
        yield {
            "type": "paragraph",
            "value": f"<p>{escape(paragraph, quote=False)}</p>",
            "id": str(uuid.uuid5(namespace, str(place))),
        }
