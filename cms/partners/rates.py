"""How often a client may ask in a minute, over all processes, without a query for each request.

Each process counts in memory. Whenever it has counted a twentieth of the rate, it adds that to
the minute's row in PostgreSQL and learns what the others have counted. So a client gets at least
its rate, and at most a twentieth more for each process but one. Minutes are those of the clock:
around their change up to two rates may come at once.
"""

import hashlib
import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, connection

from .models import Window

log = logging.getLogger(__name__)

WINDOW = 60  # seconds
PARTS = 20  # of a rate, between two looks at what others have counted
CLIENTS = 50_000  # known to a process in one minute; the longest silent is forgotten first
_ADD = """
    INSERT INTO cms_partners_window AS known (client, minute, count) VALUES (%s, %s, %s)
    ON CONFLICT (client) DO UPDATE SET count = known.count + EXCLUDED.count RETURNING count
"""


@dataclass(slots=True)
class _Count:
    known: int = 0  # of all processes, when they were asked last
    pending: int = 0  # of this one since


class Limiter:
    """Counts of one process. Threads share it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._minute = 0
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._lock = Lock()

    def hit(self, client: str, rate: int) -> int:
        """Count a request: 0 if it may pass, else the seconds until the next may. `rate` is in
        requests a minute; 0 sets no limit."""
        if not rate:
            return 0
        now = self._clock()
        minute = int(now // WINDOW)
        wait = max(1, round(WINDOW - now % WINDOW))
        with self._lock:
            count = self._count(client, minute)
            if count.known + count.pending >= rate:
                return wait
            count.pending += 1
            if count.pending < max(1, rate // PARTS) and count.known + count.pending < rate:
                return 0
            pending, count.pending = count.pending, 0
            count.known += pending
        total = _add(client, minute, pending)
        with self._lock:
            count.known = max(count.known, total)
        return wait if total > rate else 0

    def forget(self) -> None:
        """Begin anew, for tests."""
        with self._lock:
            self._counts.clear()

    def _count(self, client: str, minute: int) -> _Count:
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        if (known := self._counts.get(client)) is not None:
            self._counts.move_to_end(client)
            return known
        if len(self._counts) >= CLIENTS:
            self._counts.popitem(last=False)
        return self._counts.setdefault(client, _Count())


limiter = Limiter()


def _add(client: str, minute: int, pending: int) -> int:
    """What all processes have counted by now; 0 where the database does not answer: then each
    counts for itself."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [_digest(client, minute), minute, pending])
            total: int = cursor.fetchone()[0]
            return total
    except DatabaseError:
        log.warning("Requests are counted by this process alone: the database does not answer.")
        return 0


def _digest(client: str, minute: int) -> str:
    said = f"cms.partners.rates|{minute}|{client}".encode("utf-8", "replace")
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()


def forget_old(now: float | None = None) -> int:
    """Minutes that are over; the number of rows."""
    minute = int((time.time() if now is None else now) // WINDOW)
    return Window.objects.filter(minute__lt=minute - 1).delete()[0]
