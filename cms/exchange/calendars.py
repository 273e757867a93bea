"""`/agenda.ics` and `/notices/<uid>.ics`: dates of records, whatever their type."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language

from cms.catalogue.agenda import today
from cms.catalogue.listing import where
from cms.catalogue.models import Record
from cms.core.reading import reads
from cms.formats import calendar
from cms.formats.calendar import Dated
from search.state import state

from .conditional import etag_of, kept, streamed
from .lists import asked, moment, number
from .notices import absent
from .oai import identity

MOST = 2_000  # dates of a calendar
# What took place lately stays: a calendar that is fetched again forgets what is no longer in it.
KEPT = dt.timedelta(days=90)
SHAPE = 3

# What is said of each date is looked up for those that are shown: of a large agenda, few are. They
# begin with a day, so that their numbers within it are those among all.
_DATES = """
    SELECT record.uid, record.version, record.modified_at, record.published_at, record.title,
        record.summary, record.url, record.labels, date.start, date."end",
        date.all_day, date.status, date.place,
        NOT EXISTS (SELECT FROM cms_catalogue_occurrence other
            WHERE other.record_id = record.uid AND other.id <> date.id),
        row_number() OVER (
            PARTITION BY record.uid, (date.start AT TIME ZONE %(zone)s)::date
            ORDER BY date.start, date.id),
        record.locale,
        CASE WHEN 'translations' = ANY (record.has) THEN ARRAY(
            SELECT other.uid FROM cms_catalogue_record other
            WHERE other.translation_key = record.translation_key AND other.gone_at IS NULL
                AND other.uid <> record.uid ORDER BY other.locale)
        ELSE '{{}}' END
    FROM (
        SELECT occurrence.*
        FROM cms_catalogue_occurrence occurrence
        JOIN cms_catalogue_record record ON record.uid = occurrence.record_id
        WHERE {condition} ORDER BY occurrence.start, record.uid, occurrence.id LIMIT %(most)s
    ) date JOIN cms_catalogue_record record ON record.uid = date.record_id
    ORDER BY date.start, record.uid, date.id
"""
_LATELY = "occurrence.start >= %(since)s"
_YEAR = """
    occurrence.start >= make_timestamptz(%(year)s, 1, 1, 0, 0, 0, %(zone)s)
    AND occurrence.start < make_timestamptz(%(year)s + 1, 1, 1, 0, 0, 0, %(zone)s)
"""


@reads(checked=False)
def agenda(request: HttpRequest) -> HttpResponseBase:
    """Dates to come and of the last three months, or those of a year, of the records that the
    parameters of `/notices.csv` choose; 400 with a problem document for what cannot be read. One
    query for a client that has it; they do not grow with the dates."""
    now = state()
    day = today()

    def body() -> Iterable[bytes]:
        found = asked(request)
        condition, values = where(found.scope, found.choice)
        part = _YEAR if found.choice.year else _LATELY
        values |= {"since": day - KEPT, "year": found.choice.year}
        values["most"] = min(number(request, feed=False) or MOST, MOST)
        dates = _dates(f"{condition} AND {part}", values)
        name = calendar.title(now.site)
        return calendar.write(dates, name=name, site=now.site, domain=identity.namespace())

    return streamed(
        request,
        etag_of(
            SHAPE,
            now.all,
            request.META.get("QUERY_STRING"),
            get_language(),
            day,
            moment(request),
            identity.namespace(),
        ),
        calendar.MEDIA_TYPE,
        body,
        Content_Disposition='inline; filename="agenda.ics"',
    )


@reads()
def one(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """All the dates of a record; 404 for one that has none. Two queries."""
    record = Record.objects.filter(uid=uid).defer("json", "document").first()
    if record is None or record.gone_at is not None:
        return absent(request, record, file=True)
    dates = _dates("record.uid = %(uid)s", {"uid": uid})
    if not dates:
        raise Http404
    name = f"{slugify(record.title)[:60].strip('-') or record.uid}.ics"

    def body() -> bytes:
        site = identity.site_name()
        parts = calendar.write(dates, name=record.title, site=site, domain=identity.namespace())
        return b"".join(parts)

    return kept(
        request,
        etag_of(SHAPE, record.version, identity.namespace(), dates[0].translations),
        calendar.MEDIA_TYPE,
        body,
        Content_Disposition=content_disposition_header(True, name) or "attachment",
        X_Robots_Tag="noindex",
    )


def _dates(condition: str, values: Mapping[str, Any]) -> list[Dated]:
    """The dates of records that a condition chooses, in the order of time. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DATES.format(condition=condition),
            {"most": MOST, **values, "zone": settings.TIME_ZONE},
        )
        return [Dated(*row) for row in cursor.fetchall()]
