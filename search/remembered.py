"""Answers of the search as they were sent, kept as long as nothing has changed, a minute at most.

Many ask the same: the searches of a campaign, the pages of one list, a partner's widget. The key
holds the state of all that the search depends on, so a change of contents is seen at once; the
minute is for what changes by the clock (a session that has begun) and for what stands around the
results (menu, footer).
"""

import time
import zlib
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from django.conf import settings
from django.utils.translation import get_language

T = TypeVar("T")

# Answers of a process. A page of results takes about ten kilobytes, compressed.
MOST = 2_000
LONGEST = 60.0  # seconds


class Remembered(Generic[T]):
    """Bodies, each with what its reader needs beside it. Shared by the threads of a process; the
    one that was asked for longest ago goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        # Each with the time until which it is good: they end one by one, not all at once.
        self._known: OrderedDict[Hashable, tuple[float, bytes, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> tuple[bytes, T] | None:
        """The body that was kept for a key, a minute ago at most."""
        whole = self._whole(key)
        with self._lock:
            known = self._known.get(whole)
            if known is None or known[0] < time.monotonic():
                return None
            self._known.move_to_end(whole)
        return zlib.decompress(known[1]), known[2]

    def put(self, key: Hashable, body: bytes, beside: T) -> None:
        """Keep a body. The state in its key was read before it was made: where something changed
        meanwhile it is newer than its key says, and the next reader's key is another one."""
        kept = time.monotonic() + LONGEST, zlib.compress(body, 1), beside
        with self._lock:
            self._known[whole := self._whole(key)] = kept
            self._known.move_to_end(whole)
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _whole(self, key: Hashable) -> Hashable:
        return (
            key, get_language(),
            settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX, settings.SEARCH_SEMANTIC,
        )  # fmt: skip


bodies: Remembered[None] = Remembered()  # answers of the API, by their ETags
