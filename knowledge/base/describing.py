"""The relations of a batch of pages, one query for each kind whatever the size of the batch."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from cms.core.records import Term, record_uid
from knowledge.thesaurus.terms import Lines, lines, terms_many

from .relations import PageAuthor, PageDescriptor, PageDownload, PageRelated


def _rows(model: Any, pages: Sequence[Any]) -> list[Any]:
    numbers = [page.pk for page in pages]
    return list(model.objects.filter(page__in=numbers).order_by("sort_order", "pk"))


def downloads(pages: Sequence[Any]) -> list[PageDownload]:
    return _rows(PageDownload, pages)


def related_rows(pages: Sequence[Any]) -> list[PageRelated]:
    return _rows(PageRelated, pages)


def related(pages: Sequence[Any]) -> list[tuple[int, Page]]:
    """(page id, target) in order: the target in the page's own language where it exists and is
    live, else the page that was chosen. Two queries."""
    numbers = {page.pk: page.locale_id for page in pages}
    rows = PageRelated.objects.filter(page__in=numbers).order_by("sort_order", "pk")
    chosen = list(rows.values_list("page_id", "related_id", "related__translation_key"))
    if not chosen:
        return []
    candidates = Page.objects.filter(
        translation_key__in={key for _page, _target, key in chosen}
    ).select_related("locale")
    by_id = {target.pk: target for target in candidates}
    translated = {
        (target.translation_key, target.locale_id): target
        for target in candidates
        if target.live and target.alias_of_id is None
    }
    return [
        (page_id, translated.get((key, numbers[page_id]), by_id[target_id]))
        for page_id, target_id, key in chosen
        if target_id in by_id
    ]


@dataclass(slots=True)
class Relations:
    """By page id, in the order chosen. `lines` and `terms` are by concept id."""

    concepts: dict[int, list[int]] = field(default_factory=dict)
    authors: dict[int, list[str]] = field(default_factory=dict)
    downloads: dict[int, list[PageDownload]] = field(default_factory=dict)
    related: dict[int, list[uuid.UUID]] = field(default_factory=dict)
    lines: Lines = field(default_factory=dict)
    terms: dict[int, Term] = field(default_factory=dict)

    @classmethod
    def load(cls, pages: Sequence[Any]) -> "Relations":
        found = cls()
        for row in _rows(PageDescriptor, pages):
            numbers = found.concepts.setdefault(row.page_id, [])
            if row.concept_id not in numbers:
                numbers.append(row.concept_id)
        for row in _rows(PageAuthor, pages):
            found.authors.setdefault(row.page_id, []).append(row.name)
        for row in downloads(pages):
            found.downloads.setdefault(row.page_id, []).append(row)
        for page_id, target in related(pages):
            if target.live:
                uid = record_uid(target.translation_key, target.locale.language_code)
                found.related.setdefault(page_id, []).append(uid)
        found.lines = lines(n for numbers in found.concepts.values() for n in numbers)
        found.terms = terms_many(found.lines, found.lines)
        return found
