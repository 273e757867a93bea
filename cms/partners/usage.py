"""How much each key is used: counted in memory, written at most once a minute by each process."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from .models import Partner, Usage

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between two writings
DAYS = 400  # kept: a year can be compared with the one before
_WRITE = """
    INSERT INTO cms_partners_usage AS known (key_id, day, requests, refused)
    SELECT part.id, part.day, part.requests, part.refused
    FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::int[]) part(id, day, requests, refused)
    JOIN cms_partners_key key ON key.id = part.id
    ON CONFLICT (key_id, day) DO UPDATE
    SET requests = known.requests + EXCLUDED.requests, refused = known.refused + EXCLUDED.refused
"""
_USED = """
    UPDATE cms_partners_key key SET last_used_at = greatest(key.last_used_at, part.at)
    FROM unnest(%s::bigint[], %s::timestamptz[]) part(id, at) WHERE key.id = part.id
"""


class Tally:
    """What one process has counted and not written yet. Threads share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._counts: dict[tuple[int, dt.date], list[int]] = {}
        self._used: dict[int, dt.datetime] = {}
        self._written = float("-inf")

    def count(self, key_id: int, *, refused: bool = False) -> None:
        """A request came with this key."""
        now = timezone.now()
        with self._lock:
            numbers = self._counts.setdefault((key_id, timezone.localdate(now)), [0, 0])
            numbers[0] += 1
            numbers[1] += refused
            self._used[key_id] = now
            due = self._clock() - self._written >= EVERY
        if due:
            self.write()

    def write(self) -> None:
        """Write what was counted. Where the database does not answer, later."""
        with self._lock:
            counts, self._counts = self._counts, {}
            used, self._used = self._used, {}
            self._written = self._clock()
        if not counts:
            return
        rows = [(key, day, *numbers) for (key, day), numbers in sorted(counts.items())]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])
                cursor.execute(_USED, [list(used), list(used.values())])
        except DatabaseError:
            log.warning("The usage of keys cannot be written: the database does not answer.")
            self._put_back(counts, used)

    def forget(self) -> None:
        """Begin anew, for tests."""
        with self._lock:
            self._counts, self._used = {}, {}
            self._written = self._clock()

    def _put_back(
        self, counts: dict[tuple[int, dt.date], list[int]], used: dict[int, dt.datetime]
    ) -> None:
        with self._lock:
            for name, numbers in counts.items():
                known = self._counts.setdefault(name, [0, 0])
                known[0] += numbers[0]
                known[1] += numbers[1]
            self._used = {**used, **self._used}


tally = Tally()


def of_partner(partner: Partner, days: int = 31) -> list[Any]:
    """The last days with requests, the newest first: `{"day", "requests", "refused"}`."""
    since = timezone.localdate() - dt.timedelta(days=days - 1)
    found = Usage.objects.filter(key__partner=partner, day__gte=since).order_by("-day")
    return list(found.values("day").annotate(requests=Sum("requests"), refused=Sum("refused")))


def forget_old() -> int:
    """Days that nobody compares any more; the number of rows."""
    before = timezone.localdate() - dt.timedelta(days=DAYS)
    return Usage.objects.filter(day__lt=before).delete()[0]
