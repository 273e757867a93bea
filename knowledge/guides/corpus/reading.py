"""A corpus as it lies in a folder: `docs.jsonl` or `docs.jsonl.gz`, one guide on each line."""

import datetime as dt
import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILES = ("docs.jsonl.gz", "docs.jsonl")


class CorpusError(Exception):
    """The folder or a line of it cannot be read; says which and why."""


@dataclass(frozen=True, slots=True)
class Doc:
    """A guide to be. `themes` are paths of labels, broadest first; `date` is its edition's."""

    id: str
    title: str
    text: str
    description: str = ""
    themes: tuple[tuple[str, ...], ...] = ()
    audiences: tuple[str, ...] = ()
    date: dt.date | None = None
    source: str = ""


def read(folder: Path) -> list[Doc]:
    """Every guide of the folder, in the order of the file. Raises CorpusError."""
    path = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if path is None:
        raise CorpusError(f"{folder} holds neither {' nor '.join(FILES)}.")
    opener = gzip.open if path.suffix == ".gz" else open
    docs: list[Doc] = []
    seen: dict[str, int] = {}
    number = 0
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    doc = parse(json.loads(line))
                except (ValueError, TypeError) as error:
                    raise CorpusError(f"{path.name}, line {number}: {error}") from error
                if doc.id in seen:
                    raise CorpusError(
                        f"{path.name}, line {number}: “{doc.id}” stands on line"
                        f" {seen[doc.id]} already."
                    )
                seen[doc.id] = number
                docs.append(doc)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise CorpusError(f"{path.name}, after line {number}: {error}") from error
    return docs


def parse(value: Any) -> Doc:
    """One line, decoded. ValueError names the field at fault."""
    if not isinstance(value, dict):
        raise ValueError("a guide is a JSON object.")
    return Doc(
        id=_text(value, "id", required=True)[:80],
        title=" ".join(_text(value, "title", required=True).split())[:255],
        text=_text(value, "text"),
        description=" ".join(_text(value, "description").split()),
        themes=_themes(value),
        audiences=tuple(filter(None, map(str.strip, _texts(value, "audiences", "audience")))),
        date=_date(_text(value, "date")),
        source=_text(value, "url"),
    )


def _text(value: dict[str, Any], name: str, *, required: bool = False) -> str:
    found = value.get(name)
    if found is None and not required:
        return ""
    if not isinstance(found, str) or (required and not found.strip()):
        raise ValueError(f"“{name}” is {'missing' if found is None else 'not a text'}.")
    return found.replace("\x00", "")


def _texts(value: dict[str, Any], *names: str) -> list[str]:
    """The list under the first of these names that is there."""
    found: Any = next((value[name] for name in names if value.get(name)), [])
    found = [found] if isinstance(found, str) else found
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError(f"“{names[-1]}” is not a list of texts.")
    return [item.replace("\x00", "") for item in found]


def _themes(value: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """The way through the site, without its door, else the themes or subjects, each by itself."""
    way = tuple(filter(None, (step.strip() for step in _texts(value, "breadcrumb")[1:])))
    if way:
        return (way,)
    subjects = _texts(value, "themes", "subject")
    return tuple((subject.strip(),) for subject in subjects if subject.strip())


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text[:10]) if text else None
