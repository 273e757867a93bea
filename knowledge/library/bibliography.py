"""What a thematic file gathers, as a reader may see it: on the page and as a bibliography."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from cms.catalogue.models import Record

from .citation import elsewhere


@dataclass(slots=True)
class Entry:
    """A public record with the editor's note and its citation."""

    record: Record
    note: str
    citation: str


@dataclass(slots=True)
class Section:
    """`title` is "" for entries that stand before any section."""

    title: str = ""
    introduction: str = ""
    entries: list[Entry] = field(default_factory=list)


def sections(rows: Iterable[Any], language: str, site: Any) -> list[Section]:
    """The sections of a file from its rows, in order, with those entries that are public, each
    in the reader's language where there is one. Two queries. `site` names the house in the
    citation of what is no document."""
    rows = list(rows)
    records = public_records([row.gathered_id for row in rows], language)
    found = [Section()]
    for row in rows:
        if row.section:
            found.append(Section(row.section, row.introduction))
        if record := records.get(row.gathered_id):
            found[-1].entries.append(Entry(record, row.note, cited(record, site)))
    return [one for one in found if one.title or one.entries]


def public_records(page_ids: Sequence[int | None], language: str) -> dict[int | None, Record]:
    """The public record that stands for each page: in a language, else in the page's own."""
    pages = Page.objects.filter(pk__in=[number for number in page_ids if number])
    chosen = list(pages.values_list("pk", "translation_key", "locale__language_code"))
    records = {
        (record.translation_key, record.locale): record
        for record in Record.objects.filter(
            translation_key__in=[key for _pk, key, _own in chosen], gone_at__isnull=True
        ).defer("document")
    }
    found = {}
    for number, key, own in chosen:
        if record := records.get((key, language)) or records.get((key, own)):
            found[number] = record
    return found


def cited(record: Record, site: Any) -> str:
    """The citation that a record gives of itself, else one of a page of this site."""
    own = json.loads(record.json, strict=False)["data"].get("citation")
    if own:
        return str(own)
    day = record.date or record.published_at
    house = site.site_name if site else ""
    address = f"{site.root_url}{record.url}" if site else ""
    return elsewhere(record.title, house, str(day.year) if day else "", address, record.locale)


def plain(title: str, found: Iterable[Section]) -> str:
    """The bibliography as plain text: numbered citations under the sections, with the notes."""
    lines = [title, "=" * min(len(title), 78)]
    number = 0
    for section in found:
        if section.title:
            lines += ["", section.title, "-" * min(len(section.title), 78)]
        for entry in section.entries:
            number += 1
            lines += ["", f"{number}. {entry.citation}"]
            if note := " ".join(entry.note.split()):
                lines.append(f"   {note}")
    return "\n".join(lines) + "\n"
