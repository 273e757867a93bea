"""Hot reads: prepared statements, binary results, one row each.

Django's cursor binds on the client and lets PostgreSQL parse and plan every query anew; the
answer's bytes would travel as hexadecimal. Queries still pass through Django's wrappers: they are
counted, logged, and their errors are Django's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper

Params = Sequence[Any] | Mapping[str, Any] | None


class _Prepared(psycopg.Cursor[tuple[Any, ...]]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, binary=True)


def one_row(sql: str, params: Params = None) -> Any:
    """The first row of the result as a tuple, or None."""
    with _cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()


def all_rows(sql: str, params: Params = None) -> list[tuple[Any, ...]]:
    """The rows of the result."""
    with _cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _cursor() -> CursorWrapper:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    # Django's stubs know its own cursors only; the wrappers take any.
    raw: Any = _Prepared(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(raw)
    return connection.make_cursor(raw)
