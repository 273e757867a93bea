"""Between pages: to which others a page is tied, and on which objects its record depends.

Written by the projection, in its transaction, beside the record. Only rows that differ change.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from wagtail.models import Page

from cms.core.records import Dependency as Used
from cms.core.records import RecordDraft, record_uid

from .models import Dependency, Link
from .visibility import public_pages


def targets(drafts: Iterable[RecordDraft]) -> dict[int, uuid.UUID]:
    """The uids of the public pages at the other ends of these drafts' links; the drafts then
    depend on those pages. Two queries, none without links."""
    wanted = set()
    for draft in drafts:
        for link in draft.links:
            wanted.add(link.page_id)
            draft.depends_on.add(Used("page", link.page_id))
    if not wanted:
        return {}
    pages = Page.objects.filter(pk__in=public_pages(wanted))
    rows = pages.values_list("pk", "translation_key", "locale__language_code")
    return {number: record_uid(key, language) for number, key, language in rows}


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
