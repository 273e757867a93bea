"""The backend that DATABASES names.

Django asks "SELECT 1" before the first query of each request, which is as dear as the one query
of a hot answer. A server that went away has closed the socket, and an idle connection has nothing
to read: a look at the socket tells, without a round trip.

Django's own cursors bind on the client, and PostgreSQL parses and plans every query anew. The
cursor for hot reads binds on the server, has its statements prepared once they have come back
often enough, and takes results in binary, so that bytes do not travel as hexadecimal. A pooler in
front must keep prepared statements apart by client (PgBouncer does since 1.21).
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from psycopg import pq

# Executions after which a statement is prepared.
PREPARE_THRESHOLD = 3


class _HotCursor(psycopg.Cursor[tuple[Any, ...]]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, binary=True)


class DatabaseWrapper(base.DatabaseWrapper):
    _hot: tuple[Any, CursorWrapper] | None = None

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

    def hot_cursor(self) -> CursorWrapper:
        """The cursor for hot reads. It passes through Django's wrappers: queries are counted and
        logged, errors are Django's. One for the connection, kept open: read a result before you
        ask the next query."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        raw: Any = self.connection
        if self._hot is not None and self._hot[0] is raw and not self.queries_logged:
            return self._hot[1]
        cursor: Any = _HotCursor(raw)
        if self.queries_logged:
            return self.make_debug_cursor(cursor)
        self._hot = (raw, self.make_cursor(cursor))
        return self._hot[1]

    def close(self) -> None:
        self._hot = None
        super().close()
