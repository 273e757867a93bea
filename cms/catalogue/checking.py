"""Is the catalogue right? And how to make it right while readers read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .models import Dependency, Record
from .projection import BATCH, describe, hide, project
from .visibility import all_public_pages


@dataclass(frozen=True, slots=True)
class Problem:
    """A page whose record differs from it: "missing", "outdated" or "leftover"; "dependencies"
    when only what it is known to use differs."""

    page_id: int
    what: str


def problems() -> list[Problem]:
    """Every record that is not what its page says. Reads everything, writes nothing."""
    rows = Record.objects.filter(gone_at__isnull=True).values_list("uid", "digest", "page_id")
    live = {uid: (digest, page_id) for uid, digest, page_id in rows}
    found = []
    for batch in _batches(all_public_pages()):
        used = _used(batch)
        for one in describe(batch):
            page_id = one.page.pk
            known = live.pop(one.record.uid, None) if one.record else None
            if one.record and known is None:
                found.append(Problem(page_id, "missing"))
            elif one.record and known and known[0] != one.record.digest:
                found.append(Problem(page_id, "outdated"))
            elif used.get(page_id, set()) != one.dependencies():
                found.append(Problem(page_id, "dependencies"))
    return found + [Problem(page_id, "leftover") for _digest, page_id in live.values()]


def _used(page_ids: Sequence[int]) -> dict[int, set[tuple[str, int]]]:
    used: dict[int, set[tuple[str, int]]] = {}
    rows = Dependency.objects.filter(page_id__in=page_ids)
    for page_id, kind, object_id in rows.values_list("page_id", "kind", "object_id"):
        used.setdefault(page_id, set()).add((kind, object_id))
    return used


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
