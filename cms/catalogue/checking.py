"""Is the catalogue right? And how to make it right while readers read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .models import Record
from .projection import BATCH, hide, project, projected_rows
from .visibility import all_public_pages


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that differs from its page; `what`: "missing", "outdated" or "leftover"."""

    page_id: int
    what: str


def problems() -> list[Problem]:
    """Every record that is not what its page says. Reads everything, writes nothing."""
    public = all_public_pages()
    live = dict(Record.objects.filter(gone_at__isnull=True).values_list("uid", "page_id"))
    digests = dict(Record.objects.filter(gone_at__isnull=True).values_list("uid", "digest"))
    found = []
    for batch in _batches(public):
        for row in projected_rows(batch):
            if row.uid not in live:
                found.append(Problem(row.page_id, "missing"))
            elif digests[row.uid] != row.digest:
                found.append(Problem(row.page_id, "outdated"))
            live.pop(row.uid, None)
    return found + [Problem(page_id, "leftover") for page_id in live.values()]


def rebuild() -> Iterator[Any]:
    """Project every page again. Yields the number of pages first, then (pages, Projected) for
    each batch. Records change in place, one short transaction a batch: readers see no gap, and
    a record that says nothing new keeps its version."""
    public = all_public_pages()
    live = set(Record.objects.filter(gone_at__isnull=True).values_list("page_id", flat=True))
    yield len(public)
    hide(sorted(live - set(public)))
    for batch in _batches(public):
        yield len(batch), project(batch)


def _batches(pages: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(pages), BATCH):
        yield pages[start : start + BATCH]
