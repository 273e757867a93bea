"""Answers of the search as they were sent, kept as long as nothing has changed, a minute at most.

Many ask the same: the searches of a campaign, the pages of one list, a partner's widget. The key
holds the state of all that the search depends on, so a change of contents is seen at once; the
minute is for what changes by the clock (a session that has begun) and for what stands around the
results (menu, footer). What one process answered the others send too (CACHES["answers"]).
"""

import logging
import zlib
from collections.abc import Hashable
from hashlib import sha256
from typing import Generic, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import get_language

T = TypeVar("T")
log = logging.getLogger(__name__)


class Remembered(Generic[T]):
    """Bodies of one `name`, each with what its reader needs beside it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def get(self, key: Hashable) -> tuple[bytes, T] | None:
        """The body that was kept for a key, a minute ago at most."""
        try:
            known: tuple[bytes, T] | None = caches["answers"].get(self._whole(key))
        except (OSError, EOFError, zlib.error) as error:
            log.warning("What is kept of the search cannot be read: %s", error)
            return None
        return (zlib.decompress(known[0]), known[1]) if known else None

    def put(self, key: Hashable, body: bytes, beside: T) -> None:
        """Keep a body. The state in its key was read before it was made: where something changed
        meanwhile it is newer than its key says, and the next reader's key is another one."""
        try:
            caches["answers"].set(self._whole(key), (zlib.compress(body, 1), beside))
        except OSError as error:  # no room: the next reader asks again
            log.warning("An answer of the search is not kept: %s", error)

    def _whole(self, key: Hashable) -> str:
        """The values of a key and of settings, which all processes write alike."""
        whole = (
            self._name, key, get_language(),
            settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX, settings.SEARCH_SEMANTIC,
        )  # fmt: skip
        return sha256(repr(whole).encode()).hexdigest()


bodies: Remembered[None] = Remembered("bodies")  # answers of the API, by their ETags


def forget() -> None:
    """Ask again for everything."""
    caches["answers"].clear()
