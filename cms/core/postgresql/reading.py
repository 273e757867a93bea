"""Hot reads of the default database: prepared statements, binary results. See `hot.py`."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import connections

from .base import DatabaseWrapper

Params = Sequence[Any] | Mapping[str, Any] | None


def one_row(sql: str, params: Params = None) -> Any:
    """The first row of the result as a tuple, or None."""
    rows = _database().hot_rows(sql, params)
    return rows[0] if rows else None


def all_rows(sql: str, params: Params = None) -> list[tuple[Any, ...]]:
    """The rows of the result."""
    return _database().hot_rows(sql, params)


def _database() -> DatabaseWrapper:
    return cast(DatabaseWrapper, connections["default"])
