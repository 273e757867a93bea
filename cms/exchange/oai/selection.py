"""Which records answer a request: in the order of the clock, a page at a time.

The order is that of versions, and a page begins after the last version that was sent. What is
edited meanwhile gets a higher version and comes (again) at the end, with its new date; what is
not stays where it was: nothing is skipped, and nothing comes twice the same.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection

from cms.catalogue.models import Record
from cms.core.vocabularies import Scheme

from . import sets
from .arguments import Arguments

HEADER = ("uid", "type", "version", "modified_at", "gone_at", "terms_broader")
CONTENT = (*HEADER, "title", "summary", "locale", "licence", "translation_key", "json")

# Datestamps follow versions: the bounds of dates become bounds of versions, which the index on
# versions then reads in one piece.
_FIRST = """version >= (SELECT version FROM cms_catalogue_record WHERE modified_at >= %(start)s
                        ORDER BY modified_at, version LIMIT 1) AND modified_at >= %(start)s"""
_LAST = """version <= (SELECT version FROM cms_catalogue_record WHERE modified_at < %(end)s
                       ORDER BY modified_at DESC, version DESC LIMIT 1) AND modified_at < %(end)s"""


def _where(asked: Arguments, known: Mapping[str, Scheme]) -> tuple[str, dict[str, Any]] | None:
    parts, values = ["TRUE"], {"start": asked.start, "end": asked.end}
    if asked.start is not None:
        parts.append(_FIRST)
    if asked.end is not None:
        parts.append(_LAST)
    if asked.set:
        chosen = sets.condition(asked.set, known)
        if chosen is None:
            return None
        parts.append(chosen[0])
        values |= chosen[1]
    return " AND ".join(parts), values


def page(
    asked: Arguments, known: Mapping[str, Scheme], after: int, size: int, *, content: bool
) -> list[Record]:
    """At most `size` records and tombstones with a version above `after`. One query."""
    where = _where(asked, known)
    if where is None:
        return []
    condition, values = where
    return list(
        Record.objects.raw(
            f"SELECT {', '.join(CONTENT if content else HEADER)} FROM cms_catalogue_record"
            f" WHERE version > %(after)s AND {condition} ORDER BY version LIMIT %(size)s",
            {**values, "after": after, "size": size},
        )
    )


def count(asked: Arguments, known: Mapping[str, Scheme]) -> int:
    """How many there are in all. One query."""
    where = _where(asked, known)
    if where is None:
        return 0
    condition, values = where
    found = _rows(f"SELECT count(*) FROM cms_catalogue_record WHERE {condition}", values)
    number: int = found[0][0]
    return number


def one(uid: uuid.UUID) -> Record | None:
    return Record.objects.filter(uid=uid).only(*CONTENT).first()


def earliest() -> dt.datetime | None:
    """The datestamp below which there is nothing; None for an empty catalogue."""
    found = _rows("SELECT min(modified_at) FROM cms_catalogue_record", {})
    moment: dt.datetime | None = found[0][0]
    return moment


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
