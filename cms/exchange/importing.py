"""Reading back a table that `cms.formats.table` wrote, corrected in a spreadsheet meanwhile.

Four columns may be corrected: title, summary, licence, descriptors. The others are there to be
read: what a spreadsheet makes of them (it turns "2019-03" into a date) changes nothing.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from wagtail.models import Page

from cms.catalogue.models import Record
from cms.core.licences import Licence
from cms.formats.notice import Notice
from cms.formats.table import (
    COLUMNS,
    DESCRIPTORS,
    LICENCE,
    MODIFIED,
    SUMMARY,
    TITLE,
    UID,
    as_text,
    original,
    row,
)
from knowledge.base.models import PageDescriptor
from knowledge.thesaurus.models import Concept

EDITABLE = (TITLE, SUMMARY, LICENCE, DESCRIPTORS)
BATCH = 200
MOST = 32 * 1024 * 1024  # bytes of a file


class UnreadableError(ValueError):
    """The file is no table of ours; the message says why."""


class RefusedError(ValueError):
    """A line cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a line asks for: the new texts by column. `before` are those of now."""

    line: int
    page_id: int
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(slots=True)
class Report:
    """`refused` are (line of the file, why)."""

    read: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


Line = tuple[int, dict[str, str]]


def compare(path: Path) -> Report:
    """What the file asks to change; nothing is written. Raises UnreadableError. Two queries for
    each 200 lines."""
    report = Report()
    batch: list[Line] = []
    for line in read(path):
        batch.append(line)
        if len(batch) == BATCH:
            _compare(batch, report)
            batch = []
    _compare(batch, report)
    return report


def read(path: Path) -> Iterator[Line]:
    """(number, cells by column) of the lines of a CSV file or of a workbook's first sheet."""
    try:
        if path.stat().st_size > MOST:
            raise UnreadableError(_("The file is too large."))
        rows = _workbook(path) if path.suffix.lower() == ".xlsx" else _csv(path)
        names = [name.strip().casefold() for name in next(rows, [])]
        missing = [name for name in (UID, MODIFIED, *EDITABLE) if name not in names]
        if missing:
            raise UnreadableError(
                _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
            )
        for number, cells in enumerate(rows, start=2):
            if any(cells):
                yield number, dict(zip(names, cells, strict=False))
    except UnreadableError:
        raise
    except Exception as error:  # whatever a strange file makes the libraries raise
        raise UnreadableError(_("The file cannot be read: %(why)s") % {"why": error}) from error


def _csv(path: Path) -> Iterator[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")  # as Excel saves "CSV"
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(1_000_000)
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [original(cell) for cell in cells]


def _workbook(path: Path) -> Iterator[list[str]]:
    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    for cells in sheet.iter_rows(values_only=True):
        yield ["" if cell is None else unescape(str(cell)) for cell in cells]


def _compare(batch: Sequence[Line], report: Report) -> None:
    uids = [uid for _number, cells in batch if (uid := _uid(cells))]
    records = Record.objects.filter(gone_at__isnull=True).defer("document").in_bulk(uids)
    known = {
        uid: dict(zip(COLUMNS, map(_said, row(Notice(record))), strict=True))
        for uid, record in records.items()
    }
    concepts = _concepts(batch)
    for number, cells in batch:
        report.read += 1
        uid = _uid(cells)
        if uid is None or uid not in known:
            report.refused.append((number, _("No public record has this identifier.")))
            continue
        asked = {name: _clean(cells.get(name, "")) for name in EDITABLE}
        before = {name: _clean(known[uid][name]) for name in EDITABLE}
        after = {name: text for name, text in asked.items() if text != before[name]}
        if not after:
            continue
        try:
            if cells[MODIFIED] != known[uid][MODIFIED]:
                raise RefusedError(_("The record has changed since the export."))
            _check(after, concepts)
        except RefusedError as refused:
            report.refused.append((number, str(refused)))
        else:
            report.changes.append(Change(number, records[uid].page_id, before, after))


def _said(cell: Any) -> str:
    return original(as_text(cell))


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _uid(cells: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(cells.get(UID, ""))
    except ValueError:
        return None


def _terms(text: str) -> list[str]:
    return [one.strip() for one in text.split("|") if one.strip()]


def _concepts(batch: Sequence[Line]) -> dict[str, int]:
    """The descriptors that lines name, with their keys. One query."""
    slugs = {
        term.partition(":")[2]
        for _number, cells in batch
        for term in _terms(cells.get(DESCRIPTORS, ""))
    }
    found = Concept.objects.filter(slug__in=slugs, replaced_by=None).select_related("scheme")
    return {f"{one.scheme.slug}:{one.slug}": one.pk for one in found}


def _check(after: Mapping[str, str], concepts: Mapping[str, int]) -> None:
    if TITLE in after and not after[TITLE]:
        raise RefusedError(_("The title is empty."))
    if after.get(LICENCE, "") not in Licence.values:
        raise RefusedError(_("No licence is called “%(name)s”.") % {"name": after[LICENCE][:40]})
    for term in _terms(after.get(DESCRIPTORS, "")):
        if term not in concepts:
            raise RefusedError(_("No descriptor is called “%(name)s”.") % {"name": term[:80]})


def apply(report: Report, *, publish: bool = False, user: Any = None) -> int:
    """Write the changes, as drafts unless told; the number of pages. What a page refuses, or has a
    draft waiting, is added to the report's `refused`."""
    done = 0
    for change in report.changes:
        try:
            with transaction.atomic():
                _write(change, publish, user)
            done += 1
        except (RefusedError, ValidationError) as error:
            why = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            report.refused.append((change.line, why))
    return done


def _write(change: Change, publish: bool, user: Any) -> None:
    stored = Page.objects.select_for_update().get(pk=change.page_id)
    if stored.has_unpublished_changes:
        raise RefusedError(_("A draft of this page waits: publish it first."))
    page = stored.specific.get_latest_revision_as_object()
    for column, name in ((TITLE, "title"), (SUMMARY, "summary"), (LICENCE, "licence")):
        if column in change.after:
            if not hasattr(page, name):
                raise RefusedError(_("Pages of this type have no such field: %(name)s.") % {
                    "name": column})  # fmt: skip
            setattr(page, name, change.after[column])
    if DESCRIPTORS in change.after:
        _describe(page, _terms(change.after[DESCRIPTORS]))
    page.full_clean()
    revision = page.save_revision(user=user, log_action=True, clean=False)
    if publish:
        revision.publish(user=user)


def _describe(page: Any, terms: Sequence[str]) -> None:
    """Give a page these descriptors, in their order."""
    if not hasattr(page, "descriptors"):
        raise RefusedError(_("Pages of this type have no descriptors."))
    slugs = [term.partition(":")[2] for term in terms]
    found = {
        f"{one.scheme.slug}:{one.slug}": one
        for one in Concept.objects.filter(slug__in=slugs).select_related("scheme")
    }
    page.descriptors.set(
        [PageDescriptor(concept=found[term], sort_order=n) for n, term in enumerate(terms)]
    )
