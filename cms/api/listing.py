"""Pages of records: filters and order become SQL, the answer is assembled by PostgreSQL.

A record's answer lies ready as text. PostgreSQL joins a page of them to one text, Python puts the
site's address in and adds the frame around: no object is built for a record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from cms.catalogue.rendering import BASE

Params = list[Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of a WHERE clause with its values."""

    sql: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of the records: expressions with the types that a cursor's key has.

    The last expression is unique, so a page begins exactly after the one before, whatever was
    edited in between.
    """

    keys: tuple[tuple[str, str], ...]
    descending: bool = False

    @property
    def by(self) -> str:
        direction = " DESC" if self.descending else ""
        return ", ".join(f"{expression}{direction}" for expression, _type in self.keys)

    @property
    def texts(self) -> str:
        """The key as an array of texts, for the cursor."""
        return f"ARRAY[{', '.join(f'({expression})::text' for expression, _type in self.keys)}]"

    def after(self, key: Sequence[Any]) -> Condition:
        expressions = ", ".join(expression for expression, _type in self.keys)
        values = ", ".join(f"%s::{kind}" for _expression, kind in self.keys)
        sign = "<" if self.descending else ">"
        return Condition(f"({expressions}) {sign} ({values})", tuple(key))


# What was never dated comes before everything dated.
_PUBLISHED = (
    ("coalesce(published_at, '-infinity'::timestamptz)", "timestamptz"),
    ("uid", "uuid"),
)
_TITLE = (("title_key", "text"), ("uid", "uuid"))
# Versions follow the order of changes, without ties.
_MODIFIED = (("version", "bigint"),)

ORDERS: Mapping[str, Order] = {
    "-modified_at": Order(_MODIFIED, descending=True),
    "modified_at": Order(_MODIFIED),
    "-published_at": Order(_PUBLISHED, descending=True),
    "published_at": Order(_PUBLISHED),
    "title": Order(_TITLE),
    "-title": Order(_TITLE, descending=True),
}

LIVE = Condition("gone_at IS NULL")


def where(conditions: Sequence[Condition]) -> tuple[str, Params]:
    return (
        " AND ".join(condition.sql for condition in conditions) or "true",
        [value for condition in conditions for value in condition.params],
    )


@dataclass(frozen=True, slots=True)
class Page:
    """The items as joined JSON without brackets; the key of the last one, if more follow."""

    items: bytes
    next_key: list[str] | None


def page(conditions: Sequence[Condition], order: Order, limit: int,
         fields: Sequence[str] = ()) -> Page:  # fmt: skip
    """One page, in one query. `fields` are names of members; none means whole records."""
    clause, params = where(conditions)
    text, text_params = some_fields(fields) if fields else ("json", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT convert_to(string_agg(answer, ',' ORDER BY place)
                              FILTER (WHERE place <= %s), 'UTF8'),
                   count(*) > %s,
                   (array_agg(key ORDER BY place DESC) FILTER (WHERE place <= %s))[1:1]
            FROM (SELECT {text} AS answer, {order.texts} AS key,
                         row_number() OVER (ORDER BY {order.by}) AS place
                  FROM cms_catalogue_record WHERE {clause}
                  ORDER BY {order.by} LIMIT %s) found
            """,
            [limit, limit, limit, *text_params, *params, limit + 1],
        )
        items, more, keys = cursor.fetchone()
    return Page(absolute(bytes(items or b"")), list(keys[0]) if more else None)


def count(conditions: Sequence[Condition]) -> int:
    clause, params = where(conditions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM cms_catalogue_record WHERE {clause}", params)
        total: int = cursor.fetchone()[0]
        return total


def some_fields(fields: Sequence[str]) -> tuple[str, Params]:
    """An SQL expression for the JSON text of some members; `fields` are names of ours.

    The members are cut out of the text as they stand. The marker of addresses is a control
    character, which PostgreSQL's JSON refuses, so the address is put in first.
    """
    members = " || ',' || ".join(
        f"""'"{name}":' || coalesce((parsed.answer -> '{name}')::text, 'null')""" for name in fields
    )
    parsed = "(SELECT replace(json, chr(1), %s)::json AS answer OFFSET 0) parsed"
    return f"(SELECT '{{' || {members} || '}}' FROM {parsed})", [settings.BASE_URL]


_MARK = BASE.encode()


def absolute(answer: bytes) -> bytes:
    """Addresses begin with the site's own from here on."""
    return answer.replace(_MARK, settings.BASE_URL.encode())
