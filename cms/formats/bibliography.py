"""Many references in one file, for programs that manage them. What one does not cite (nobody cites
a person) is left out."""

import json
from collections.abc import Callable, Iterable, Iterator

from . import bibtex, csl, ris
from .notice import Notice

BATCH = 50  # references sent at once


def write_ris(notices: Iterable[Notice]) -> Iterator[bytes]:
    return _together(notices, ris.write, b"\r\n")


def write_bibtex(notices: Iterable[Notice]) -> Iterator[bytes]:
    return _together(notices, bibtex.write, b"\n")


def write_csl(notices: Iterable[Notice]) -> Iterator[bytes]:
    """A list of items, one on a line."""
    yield b"["
    yield from _together(notices, _item, b",\n")
    yield b"]\n"


def _item(notice: Notice) -> bytes:
    return json.dumps(csl.item(notice), ensure_ascii=False).encode()


def _together(
    notices: Iterable[Notice], write: Callable[[Notice], bytes], between: bytes
) -> Iterator[bytes]:
    parts: list[bytes] = []
    before = b""
    for one in notices:
        if one.kind.citable:
            parts.append(before + write(one))
            before = between
            if len(parts) == BATCH:
                yield b"".join(parts)
                parts.clear()
    yield b"".join(parts)
