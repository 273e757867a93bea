"""The cache of one process, and one that processes share."""

from itertools import count
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache

LONGEST = 60  # seconds


class ShortCache(LocMemCache):
    """Memory of the process, for a minute at most: Wagtail keeps the roots of its sites for an
    hour, and another process may move them."""

    def get_backend_timeout(self, timeout: Any = -1) -> float | None:
        now_and = super().get_backend_timeout(LONGEST)
        asked = super().get_backend_timeout(timeout) if timeout != -1 else now_and
        return now_and if asked is None or now_and is None else min(asked, now_and)


class SharedCache(FileBasedCache):
    """A folder of files. Whether there are too many is looked at by each process at one writing in
    a hundred: it means reading the whole folder, and would cost each answer some milliseconds."""

    SELDOM = 100
    _written = count(1)  # by the process: each thread has a cache object of its own

    def _cull(self) -> None:
        if next(self._written) % self.SELDOM == 0:
            super()._cull()  # type: ignore[misc]  # private, and so not typed
