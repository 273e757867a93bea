"""Hot reads: prepared statements, binary results, one row each.

Django's cursor binds on the client and lets PostgreSQL parse and plan every query anew; the
answer's bytes would travel as hexadecimal. Queries still pass through Django's wrappers: they are
counted, logged, and their errors are Django's.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

Params = Sequence[Any] | Mapping[str, Any] | None


class _Prepared(psycopg.Cursor[tuple[Any, ...]]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, binary=True)


# One cursor for each connection, made once: making it anew is a sixth of a hot read's cost.
_cursors: WeakKeyDictionary[psycopg.Connection[Any], CursorWrapper] = WeakKeyDictionary()


def one_row(sql: str, params: Params = None) -> Any:
    """The first row of the result as a tuple, or None."""
    cursor = _cursor()
    cursor.execute(sql, params)
    return cursor.fetchone()


def all_rows(sql: str, params: Params = None) -> list[tuple[Any, ...]]:
    """The rows of the result."""
    cursor = _cursor()
    cursor.execute(sql, params)
    return cursor.fetchall()


def _cursor() -> CursorWrapper:
    """A connection belongs to one thread, and a result is read before the next query is asked."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if connection.queries_logged:
        return connection.make_debug_cursor(_prepared(raw))
    cursor = _cursors.get(raw)
    if cursor is None:
        cursor = _cursors[raw] = connection.make_cursor(_prepared(raw))
    return cursor


def _prepared(raw: Any) -> Any:
    # Django's stubs know its own cursors only; the wrappers take any.
    return _Prepared(raw)
