"""The backend that DATABASES names.

Django asks "SELECT 1" before the first query of each request, which is as dear as the one query
of a hot answer. A server that went away has closed the socket, and an idle connection has nothing
to read: a look at the socket tells, without a round trip.

Django's own cursors bind on the client and never prepare. Cursors that bind on the server (see
`cms.api.reading`) have their statements prepared once they have come back often enough. A pooler
in front must keep prepared statements apart by client (PgBouncer does since 1.21).
"""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg import pq

# Executions after which a statement is prepared.
PREPARE_THRESHOLD = 3


class DatabaseWrapper(base.DatabaseWrapper):
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
