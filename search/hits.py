"""The hits of a page, checked against the catalogue: what is gone is not shown."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.core.records import record_types

from .analysis import composed
from .result import Hit, RawHit, marked, unmarked

_RECORDS = """
    SELECT uid, type, title, summary, url, date, published_at,
        date_precision, ARRAY(SELECT jsonb_array_elements_text(document -> 'labels')),
        document ->> 'thumbnail'
    FROM cms_catalogue_record WHERE uid = ANY(%s) AND gone_at IS NULL
"""


def hits(found: Sequence[RawHit]) -> list[Hit]:
    """The engine's hits with what the records say now. One query, none without hits."""
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [[hit.uid for hit in found]])
        records = {row[0]: row[1:] for row in cursor.fetchall()}
    return [_hit(hit, *records[hit.uid]) for hit in found if hit.uid in records]


def _hit(
    hit: RawHit,
    kind: str,
    title: str,
    summary: str,
    url: str,
    date: dt.date | None,
    published_at: dt.datetime | None,
    date_precision: str,
    labels: list[str],
    thumbnail: str | None,
) -> Hit:
    known = record_types().get(kind)
    # The engine may be a minute behind: a title that changed is shown without marks.
    same = unmarked(hit.title) == composed(title)
    return Hit(
        uid=hit.uid,
        type=kind,
        type_label=str(known.label) if known else kind,
        title=title,
        title_html=marked(hit.title) if same else _plain(title),
        extract_html=marked(hit.extract),
        summary=summary,
        url=url,
        date=date or (timezone.localdate(published_at) if published_at else None),
        labels=labels,
        thumbnail=thumbnail,
        where=hit.file,
        score=hit.score,
        date_precision=date_precision or "day",
    )


def _plain(text: str) -> SafeString:
    return mark_safe(escape(text))  # noqa: S308 - escaped
