"""The cache of one process."""

from typing import Any

from django.core.cache.backends.locmem import LocMemCache

LONGEST = 60  # seconds


class ShortCache(LocMemCache):
    """Memory of the process, for a minute at most: Wagtail keeps the roots of its sites for an
    hour, and another process may move them."""

    def get_backend_timeout(self, timeout: Any = -1) -> float | None:
        now_and = super().get_backend_timeout(LONGEST)
        asked = super().get_backend_timeout(timeout) if timeout != -1 else now_and
        return now_and if asked is None or now_and is None else min(asked, now_and)
