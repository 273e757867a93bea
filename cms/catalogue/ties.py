"""Between pages: to which others a page is tied, and on which objects its record depends.

Written by the projection, in its transaction, beside the record. Only rows that differ change.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from cms.core.records import Dependency as Used
from cms.core.records import RecordDraft, record_uid

from .models import Dependency, Link
from .visibility import public_pages


@dataclass(frozen=True, slots=True)
class Target:
    """The record at the other end of a tie, and its language."""

    uid: uuid.UUID
    locale: str


Targets = Mapping[int, Target]


def targets(drafts: Sequence[RecordDraft], spoken: Mapping[int, str]) -> dict[str, Targets]:
    """By language, what the links of these drafts lead to: the page in the draft's own language
    where that is public, else the page that was chosen; by the id of the latter. `spoken`: the
    languages of the drafts, by page id.

    A draft then depends on the pages that it is tied to, and on each page that it uses in its own
    language, public or not, so that it follows when that is closed or deleted. Two queries, one
    without links, none for French without links."""
    linked = {link.page_id for draft in drafts for link in draft.links}
    languages = {spoken[draft.page_id] for draft in drafts}
    if not linked and languages <= {settings.LANGUAGE_CODE}:
        return {}
    for draft in drafts:
        draft.depends_on |= {Used("page", link.page_id) for link in draft.links}
    families = _families(used.object_id for draft in drafts for used in _pages(draft))
    for draft in drafts:
        here = [families.get((used.object_id, spoken[draft.page_id])) for used in _pages(draft)]
        draft.depends_on |= {Used("page", page_id) for page_id, _target in filter(None, here)}
    if not linked:
        return {}
    wanted = {key: one for key, one in families.items() if key[0] in linked}
    public = public_pages({page_id for page_id, _target in wanted.values()})
    shown = {key: target for key, (page_id, target) in wanted.items() if page_id in public}
    own = {page_id: target for (page_id, _), (same, target) in wanted.items()
           if page_id == same and same in public}  # fmt: skip
    return {
        language: own | {pk: one for (pk, other), one in shown.items() if other == language}
        for language in languages
    }


def _pages(draft: RecordDraft) -> list[Used]:
    return [used for used in draft.depends_on if used.kind == "page"]


def _families(page_ids: Iterable[int]) -> dict[tuple[int, str], tuple[int, Target]]:
    """By page id and language: the same page in that language, as its id and its record. One
    query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT chosen.id, locale.language_code, same.id, same.translation_key
            FROM wagtailcore_page chosen
            JOIN wagtailcore_page same ON same.translation_key = chosen.translation_key
            JOIN wagtailcore_locale locale ON locale.id = same.locale_id
            WHERE chosen.id = ANY(%s)
            """,
            [list(set(page_ids))],
        )
        return {
            (chosen, language): (same, Target(record_uid(key, language), language))
            for chosen, language, same, key in cursor.fetchall()
        }


def write_dependencies(found: Mapping[int, set[tuple[str, int]]]) -> None:
    """Replace what pages depend on, by page: (kind, id) of each object."""
    known = {
        (row.page_id, row.kind, row.object_id): row.pk
        for row in Dependency.objects.filter(page_id__in=list(found))
    }
    wanted = {(page_id, *used) for page_id, every in found.items() for used in every}
    if gone := [pk for key, pk in known.items() if key not in wanted]:
        Dependency.objects.filter(pk__in=gone).delete()
    Dependency.objects.bulk_create(
        Dependency(page_id=page_id, kind=kind, object_id=object_id)
        for page_id, kind, object_id in sorted(wanted - known.keys())
    )


def write_links(found: Mapping[int, set[tuple[str, int, int]]]) -> None:
    """Replace the ties of pages to others, by page: (relation, other page, place) of each."""
    known = {
        (row.page_id, row.relation, row.target_id, row.sort_order): row.pk
        for row in Link.objects.filter(page_id__in=list(found))
    }
    wanted = {(page_id, *link) for page_id, every in found.items() for link in every}
    if gone := [pk for key, pk in known.items() if key not in wanted]:
        Link.objects.filter(pk__in=gone).delete()
    Link.objects.bulk_create(
        Link(page_id=page_id, relation=relation, target_id=target_id, sort_order=place)
        for page_id, relation, target_id, place in sorted(wanted - known.keys())
    )


def drop(page_ids: Sequence[int], condition: str) -> None:
    """Take away what these pages depend on and are tied to, where the SQL `condition` on
    `used.page_id` holds."""
    with connection.cursor() as cursor:
        for table in ("cms_catalogue_dependency", "cms_catalogue_link"):
            cursor.execute(
                f"DELETE FROM {table} used WHERE page_id = ANY(%s) AND {condition}",
                [list(page_ids)],
            )


def mark_translated(uids: Sequence[uuid.UUID]) -> None:
    """Say in `has`, of these records and of the same in other languages, whether there are
    several. Under the clock's lock, so that two languages published at once see each other. It is
    no change of the records themselves, which do not name their translations. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            -- Arrays are looked up in the index whatever the planner thinks of the table, of which
            -- it knows nothing while the first thousands of records are written.
            WITH named AS MATERIALIZED (
                SELECT array_agg(translation_key) AS keys
                FROM cms_catalogue_record WHERE uid = ANY(%s)
            ), family AS MATERIALIZED (
                SELECT translation_key, count(*) > 1 AS several FROM cms_catalogue_record
                WHERE gone_at IS NULL AND translation_key = ANY ((SELECT keys FROM named)::uuid[])
                GROUP BY translation_key
            )
            UPDATE cms_catalogue_record record
            SET has = CASE WHEN family.several THEN record.has || '{translations}'::text[]
                      ELSE array_remove(record.has, 'translations') END
            FROM family
            WHERE record.translation_key = ANY ((SELECT keys FROM named)::uuid[])
                AND record.translation_key = family.translation_key AND record.gone_at IS NULL
                AND family.several <> ('translations' = ANY (record.has))
            """,
            [list(uids)],
        )
