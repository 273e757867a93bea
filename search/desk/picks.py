"""Editors' picks on the page of results."""

from dataclasses import replace
from uuid import UUID

from django.db import connection
from django.utils import timezone

from ..hits import hits
from ..interpretation import interpret
from ..query import SearchQuery
from ..result import Hit, RawHit, SearchResult
from .texts import text_key

MOST = 5  # pages of a pick

# Only records that are live: a draft, a restricted or an expired page has none.
_PICKED = """
    SELECT record.uid FROM search_pick pick
    JOIN search_pickpage chosen ON chosen.pick_id = pick.id
    JOIN cms_catalogue_record record ON record.page_id = chosen.page_id
        AND record.locale = pick.locale AND record.gone_at IS NULL
    WHERE pick.keys @> ARRAY[%s]::varchar[] AND pick.locale = %s
        AND coalesce(pick.starts_on <= %s, true) AND coalesce(pick.ends_on >= %s, true)
    ORDER BY pick.id, chosen.sort_order, chosen.id LIMIT %s
"""


def picked_uids(query: SearchQuery) -> list[UUID]:
    """What editors put first for a text, in their order: public records only. One query, none
    for a search without text, with filters or in another order than by relevance."""
    if not query.q or query.filtered or query.order != "relevance":
        return []
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_PICKED, [text_key(query.q), query.locale, today, today, MOST])
        return list(dict.fromkeys(uid for (uid,) in cursor.fetchall()))


def picked(query: SearchQuery, result: SearchResult) -> tuple[list[Hit], SearchResult]:
    """The picks that stand above the first page of results, and the result without them: no page
    of results repeats them. The total is the search's own: it counts a pick that is a hit, and
    none that is not."""
    uids = picked_uids(query)
    if not uids:
        return [], result
    found = {hit.uid: hit for hit in result.hits if hit.uid in uids}
    rest = replace(result, hits=[hit for hit in result.hits if hit.uid not in found])
    if query.page > 1:
        return [], rest
    missing = [RawHit(uid) for uid in uids if uid not in found]
    found |= {hit.uid: hit for hit in hits(missing, interpret(query.q, query.locale))}
    return [replace(found[uid], pick=True) for uid in uids if uid in found], rest
