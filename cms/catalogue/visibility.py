"""The one rule of visibility: what an anonymous visitor may read.

A page is public when it is live, stands under the root of a site, neither it nor a page above
it is restricted, and it shows no other language's text under its address: it is not an alias of
another language's page, nor a translation published before all of it was translated.
"""

from collections.abc import Iterable

from django.db import connection

# The arrays do not depend on the page: PostgreSQL makes them once for a whole statement.
PUBLIC_PAGE = """
    page.live
    AND page.path ^@ ANY (ARRAY(
        SELECT local_root.path FROM wagtailcore_site site
        JOIN wagtailcore_page root ON root.id = site.root_page_id
        JOIN wagtailcore_page local_root ON local_root.translation_key = root.translation_key
        WHERE local_root.live
    ))
    AND NOT page.path ^@ ANY (ARRAY(
        SELECT above.path FROM wagtailcore_pageviewrestriction restriction
        JOIN wagtailcore_page above ON above.id = restriction.page_id
    ))
    AND NOT EXISTS (
        SELECT 1 FROM wagtailcore_page source
        WHERE source.id = page.alias_of_id AND source.locale_id <> page.locale_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM cms_languages_carried carried
        WHERE carried.revision_id = page.live_revision_id AND carried.translated < carried.total
    )
"""

# Why a page that has no public face has none; evaluated on a LEFT JOIN of the record's page.
GONE_REASON = """
    CASE
        WHEN page.id IS NULL THEN 'deleted'
        WHEN NOT page.live AND page.expired THEN 'expired'
        WHEN NOT page.live THEN 'unpublished'
        ELSE 'private'
    END
"""


def public_pages(page_ids: Iterable[int]) -> set[int]:
    """Those of the pages that an anonymous visitor may read now. One query, none for no page."""
    asked = list(page_ids)
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT page.id FROM wagtailcore_page page WHERE page.id = ANY(%s) AND {PUBLIC_PAGE}",
            [asked],
        )
        return {row[0] for row in cursor.fetchall()}


def all_public_pages() -> list[int]:
    """Every public page, in the order of the tree."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT page.id FROM wagtailcore_page page WHERE {PUBLIC_PAGE} ORDER BY page.path"
        )
        return [row[0] for row in cursor.fetchall()]


def document_is_public(document_id: int) -> bool:
    """A file is public where a public page uses it and its collection is not restricted."""
    return _used_and_open("document", "cms_core_customdocument", document_id)


def image_is_public(image_id: int) -> bool:
    return _used_and_open("image", "cms_core_customimage", image_id)


def _used_and_open(kind: str, table: str, object_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT EXISTS (
                SELECT 1 FROM cms_catalogue_dependency
                WHERE kind = %s AND object_id = %s
            ) AND NOT EXISTS (
                SELECT 1 FROM {table} file
                JOIN wagtailcore_collection own ON own.id = file.collection_id
                JOIN wagtailcore_collection above ON starts_with(own.path, above.path)
                JOIN wagtailcore_collectionviewrestriction restriction
                    ON restriction.collection_id = above.id
                WHERE file.id = %s
            )
            """,
            [kind, object_id, object_id],
        )
        return cursor.fetchone()[0]
