"""What an engine has answered, kept as long as nothing has changed, a minute at most.

Many ask the same: the searches of a campaign, the pages of one list, a partner's widget. The key
holds the state of all that an answer depends on, so a change is seen at once; the minute is for
what changes by the clock (a session that has begun). Hits are looked up in the catalogue each
time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from django.conf import settings
from django.utils.translation import get_language

from .state import state

T = TypeVar("T")

# Answers of a process. One with all its facets takes about 100 kB.
MOST = 100
MINUTE = 60  # seconds


class Remembered(Generic[T]):
    """Shared by the threads of a process; the one that was asked for longest ago goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, query: Hashable, ask: Callable[[], T], good: Callable[[T], bool]) -> T:
        """The answer to a query; what is not `good` is not kept. One query, and what `ask` takes
        where it is not known: it runs after the state was read, so what it finds may be newer than
        that says, and the next reader's state is another one."""
        key = (
            query, get_language(), state().all, int(time.time() // MINUTE),
            settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX, settings.SEARCH_SEMANTIC,
        )  # fmt: skip
        with self._lock:
            if (known := self._known.get(key)) is not None:
                self._known.move_to_end(key)
                return known
        found = ask()
        if good(found):
            with self._lock:
                self._known[key] = found
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        return found

    def forget(self) -> None:
        with self._lock:
            self._known.clear()
