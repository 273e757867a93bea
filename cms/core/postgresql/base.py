"""The backend that DATABASES names.

Django asks "SELECT 1" before the first query of each request, which is as dear as the one query
of a hot answer. A server that went away has closed the socket, and an idle connection has nothing
to read: a look at the socket tells, without a round trip.

Django's own cursors bind on the client, and PostgreSQL parses and plans every query anew. Hot
reads (`hot.py`) bind on the server, have their statements prepared once they have come back often
enough, and take results in binary, so that bytes do not travel as hexadecimal. A pooler in front
must keep prepared statements apart by client (PgBouncer does since 1.21).
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import pq

from .hot import PREPARE_THRESHOLD, HotConnection, Params, Row


class _HotCursor(psycopg.Cursor[tuple[Any, ...]]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, binary=True)


class DatabaseWrapper(base.DatabaseWrapper):
    _hot: HotConnection | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if params.get("prepare_threshold") is None:
            params["prepare_threshold"] = PREPARE_THRESHOLD
        return params

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        link = self.connection.pgconn
        if link.status != pq.ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(link.socket, select.POLLIN)
        # Readable is the end of the stream, or a notice that came unasked (a parameter changed,
        # the server shuts down): then the server is asked.
        return not poll.poll(0) or bool(super().is_usable())

    def hot_rows(self, sql: str, params: Params = None) -> list[Row]:
        """All rows of a hot read. Raises Django's errors. Where queries are counted or watched, or
        psycopg keeps a transaction, it goes through a cursor as any other."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        raw: Any = self.connection
        if self.queries_logged or self.execute_wrappers or not raw.autocommit:
            cursor: Any = _HotCursor(raw)
            make = self.make_debug_cursor if self.queries_logged else self.make_cursor
            with make(cursor) as wrapped:
                wrapped.execute(sql, params)
                if self.queries_logged:  # psycopg forgets the text of what is prepared
                    self.queries_log[-1]["sql"] = self.queries_log[-1]["sql"] or sql
                return list(wrapped.fetchall())
        if self._hot is None or self._hot.raw is not raw:
            self._hot = HotConnection(raw)
        with self.wrap_database_errors:
            return self._hot.rows(sql, params)

    def close(self) -> None:
        self._hot = None
        super().close()
