"""Where each language stands: pages missing, drafts, outdated, complete. Two queries whatever
the number of pages, and one more for what has changed in those that are shown."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.models import get_all_child_relations
from wagtail.models import Locale, Page, Revision

from .carrying import digest, plain

STATES: dict[str, Any] = {
    "missing": gettext_lazy("Missing"),
    "draft": gettext_lazy("Draft"),
    "outdated": gettext_lazy("To update"),
    "complete": gettext_lazy("Complete"),
}
SIZE = 30  # pages of a list

# A page of the source language beside its translation. A translation without a version that it
# came from was written by hand: nothing is known of its age.
_PAIRS = """
    SELECT source.id, source.title, source.content_type_id, source.live_revision_id,
        source.path, locale.id AS locale_id, target.id AS target_id, carried.source_revision,
        CASE
            WHEN target.id IS NULL THEN 'missing'
            WHEN NOT target.live THEN 'draft'
            WHEN carried.id IS NOT NULL
                AND carried.source_revision IS DISTINCT FROM source.live_revision_id THEN 'outdated'
            ELSE 'complete'
        END AS state
    FROM wagtailcore_page source
    CROSS JOIN wagtailcore_locale locale
    LEFT JOIN wagtailcore_page target ON target.translation_key = source.translation_key
        AND target.locale_id = locale.id AND target.alias_of_id IS NULL
    LEFT JOIN LATERAL (
        SELECT found.id, found.source_revision FROM cms_languages_carried found
        WHERE found.page_id = target.id AND found.revision_id <= target.live_revision_id
        ORDER BY found.revision_id DESC LIMIT 1
    ) carried ON true
    WHERE source.locale_id = %(source)s AND locale.id <> %(source)s AND source.live
        AND source.depth > 1 AND source.alias_of_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class Cell:
    state: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """A type of page in one language."""

    kind: int
    label: str
    locale: Locale
    cells: Sequence[Cell]


@dataclass(slots=True)
class Row:
    """A page of the list; `changes`: what its source says otherwise since, in words."""

    page_id: int
    title: str
    target_id: int | None
    locale_id: int
    state: str
    revisions: tuple[int | None, int | None]
    changes: list[str] = field(default_factory=list)


def source_locale() -> Locale:
    """The language that is translated from."""
    return Locale.objects.get(language_code=settings.LANGUAGE_CODE)


def lines(source: Locale, locales: Iterable[Locale]) -> list[Line]:
    """Types × languages, in the order of their names. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT locale_id, content_type_id, state, count(*) FROM ({_PAIRS}) pair"
            " GROUP BY 1, 2, 3",
            {"source": source.pk},
        )
        found: dict[tuple[int, int], dict[str, int]] = {}
        for locale_id, kind, state, count in cursor.fetchall():
            found.setdefault((locale_id, kind), {})[state] = count
    names = kinds(kind for _locale, kind in found)
    return [
        Line(
            kind,
            label,
            locale,
            [
                Cell(one, str(said), found[locale.pk, kind].get(one, 0))
                for one, said in STATES.items()
            ],
        )
        for locale in locales
        for kind, label in sorted(names.items(), key=lambda one: one[1])
        if (locale.pk, kind) in found
    ]


def kinds(ids: Iterable[int]) -> dict[int, str]:
    """What types of pages are called, by the id of their content type. One query."""
    found = {}
    for one in ContentType.objects.filter(pk__in=set(ids)):
        model = one.model_class()
        if model is not None:
            found[one.pk] = capfirst(str(model._meta.verbose_name_plural))
    return found


def rows(source: Locale, *, locale: int, kind: int, state: str, start: int) -> list[Row]:
    """One list: pages of a type and a state in a language, in the order of the tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, title, target_id, locale_id, state, source_revision, live_revision_id"
            f" FROM ({_PAIRS}) pair WHERE locale_id = %(locale)s AND content_type_id = %(kind)s"
            " AND state = %(state)s ORDER BY path LIMIT %(size)s OFFSET %(start)s",
            {"source": source.pk, "locale": locale, "kind": kind, "state": state,
             "size": SIZE, "start": start},
        )  # fmt: skip
        found = [
            Row(pk, title, target, place, standing, (before, now))
            for pk, title, target, place, standing, before, now in cursor.fetchall()
        ]
    _explain([row for row in found if row.state == "outdated"])
    return found


def _explain(found: Sequence[Row]) -> None:
    """Say what changed in the sources of these pages. Two queries."""
    ids = {number for row in found for number in row.revisions if number}
    if not ids:
        return
    revisions = Revision.objects.select_related("content_type").in_bulk(ids)
    for row in found:
        before, now = (revisions.get(number or 0) for number in row.revisions)
        if now is None or before is None:
            row.changes = [_("its earlier version is no longer kept")]
        elif (model := now.content_type.model_class()) is not None:
            row.changes = changes(model, before.content, now.content)


def changes(model: Any, before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What two versions of a page say differently, field by field, by the fields' own names."""
    return list(changed(model, before, now).values())


def changed(model: Any, before: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    """The fields and rows that two versions say differently: what each is called, by its name."""
    if digest(before) == digest(now):
        return {}
    before, now = (json.loads(plain(json.dumps(one, default=str))) for one in (before, now))
    found = {}
    for one in model.override_translatable_fields:
        name = one.field_name
        if before.get(name) != now.get(name):
            found[name] = capfirst(str(model._meta.get_field(name).verbose_name))
    for child in get_all_child_relations(model):
        count = _rows_changed(before.get(child.name) or [], now.get(child.name) or [])
        if count:
            label = capfirst(str(child.related_model._meta.verbose_name_plural))
            found[child.name] = f"{label} ({count})"
    return found


def _rows_changed(before: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> int:
    def said(row: dict[str, Any]) -> str:
        return repr(sorted((k, v) for k, v in row.items() if k not in ("pk", "page", "sort_order")))

    old, new = [said(row) for row in before], [said(row) for row in now]
    gone = [row for row in old if row not in new]
    come = [row for row in new if row not in old]
    return max(len(gone), len(come)) or int(old != new)


def family(page: Page) -> list[Page]:
    """A page in every language, the source first, aliases too. One query."""
    found = Page.objects.filter(translation_key=page.translation_key).select_related("locale")
    first = models.Case(
        models.When(locale__language_code=settings.LANGUAGE_CODE, then=0), default=1
    )
    return list(found.order_by(first, "locale__language_code"))
