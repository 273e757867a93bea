"""A circuit breaker: an engine that fails is left alone for a while, then one request tries."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed (asks), open (does not ask), half-open (one asks, the others do not).

    Opens after `failures` in a row, for `first` seconds; each failed try doubles the pause, up
    to `longest` seconds. One for each process; safe in threads.
    """

    def __init__(
        self,
        *,
        failures: int = 2,
        first: float = 5.0,
        longest: float = 60.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures, self._first, self._longest, self._now = failures, first, longest, now
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget every failure."""
        with self._lock:
            self._failed = 0
            self._pause = self._first
            self._until = 0.0
            self._trying = False

    def allows(self) -> bool:
        """Whether to ask now. Who was allowed must tell how it went: succeeded() or failed()."""
        with self._lock:
            if self._failed < self._failures:
                return True
            if self._now() < self._until or self._trying:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        self.reset()

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed < self._failures:
                return
            if self._trying:
                self._pause = min(2 * self._pause, self._longest)
                self._trying = False
            self._until = self._now() + self._pause
