"""What the whole catalogue says of itself, in one short query: is there anything new?"""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from cms.core.postgresql.reading import one_row

CLOCK = "SELECT coalesce((SELECT v FROM cms_catalogue_clock), 0)"
MODIFIED = "SELECT modified_at FROM cms_catalogue_record ORDER BY version DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class State:
    """`clock` is the version of the newest change, `modified` its time."""

    clock: int
    modified: dt.datetime | None


def state() -> State:
    """One query. The clock and the newest record are committed together."""
    return State(*one_row(f"SELECT ({CLOCK}), ({MODIFIED})"))


T = TypeVar("T")


class Known(Generic[T]):
    """What is good until the clock moves. Bounded; shared by the threads of a process."""

    SIZE = 1_000

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Hashable, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, now: Hashable, query: str, count: Callable[[], T]) -> T:
        """The count for a canonical query and a state. `count` runs after the state was read, so it
        may be newer than `now` says: then the next reader's state is another one. The clock alone
        would not do: in a catalogue restored from an older copy it strikes the same number again.
        """
        with self._lock:
            before, known = self._known.get(query, (None, None))
            if known is not None and before == now:
                self._known.move_to_end(query)
                return known
        return self.put(now, query, count())

    def put(self, now: Hashable, query: str, found: T) -> T:
        with self._lock:
            self._known[query] = now, found
            self._known.move_to_end(query)
            while len(self._known) > self.SIZE:
                self._known.popitem(last=False)
        return found

    def lately(self, query: str) -> T | None:
        """What was last found for a query, in whatever state."""
        with self._lock:
            return self._known.get(query, (None, None))[1]


class Totals(Known[int]):
    """How many records lists have."""
