"""Hot reads: statements prepared on the server, results in binary, straight through libpq.

psycopg's cursors are made of generators that let other threads run while they wait, in steps. A
record of the API is one query of 100 µs, of which the cursor took 40 µs of the processor, and each
step hands the interpreter to another thread and waits for it to come back. libpq's own call waits
once. Values are written and read by psycopg's adapters, so both ways give the same.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import adapt, errors, pq

# Executions after which a statement is prepared, and how many are kept: as psycopg has it.
PREPARE_THRESHOLD = 3
PREPARED_MAX = 100

Params = Sequence[Any] | Mapping[str, Any] | None
Row = tuple[Any, ...]
_PLACEHOLDER = re.compile(r"%(?:(%)|s|\((\w+)\)s)")


@lru_cache(maxsize=1_024)
def _compiled(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with numbered parameters; the names of named ones, in their order."""
    names: dict[str, int] = {}
    count = 0

    def numbered(found: re.Match[str]) -> str:
        nonlocal count
        if found[1]:
            return "%"
        if name := found[2]:
            return f"${names.setdefault(name, len(names) + 1)}"
        count += 1
        return f"${count}"

    return _PLACEHOLDER.sub(numbered, sql).encode(), tuple(names)


class HotConnection:
    """The same connection as `raw`, outside of a transaction that psycopg would have to begin."""

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self.raw = raw
        self._adapters = adapt.Transformer(raw)
        # By statement and types of its values: times seen, then its name on the server.
        self._seen: OrderedDict[tuple[bytes, tuple[int, ...]], int | bytes] = OrderedDict()
        self._made = 0

    def rows(self, sql: str, params: Params) -> list[Row]:
        """The rows of the result. Raises psycopg's errors."""
        adapters = self._adapters
        if params is None:
            result = self._run(sql.encode(), (), (), ())
        else:
            statement, names = _compiled(sql)
            values = [params[name] for name in names] if isinstance(params, Mapping) else params
            sent = adapters.dump_sequence(values, [adapt.PyFormat.AUTO] * len(values))
            result = self._run(statement, sent, adapters.types or (), adapters.formats or ())
        adapters.set_pgresult(result)
        return adapters.load_rows(0, result.ntuples, tuple)

    def _run(
        self, statement: bytes, sent: Any, types: tuple[int, ...], formats: Any
    ) -> "pq.abc.PGresult":
        link = self.raw.pgconn
        name = self._name(statement, types)
        if name is None:
            result = link.exec_params(statement, sent, types, formats, pq.Format.BINARY)
        else:
            result = link.exec_prepared(name, sent, formats, pq.Format.BINARY)
        if result.status != pq.ExecStatus.TUPLES_OK:
            # A plan may have been outlived by the tables it reads.
            self._seen.pop((statement, types), None)
            raise errors.error_from_result(result, self.raw.info.encoding)
        return result

    def _name(self, statement: bytes, types: tuple[int, ...]) -> bytes | None:
        """Of the prepared statement; None as long as it has not come back often enough."""
        key = (statement, types)
        known = self._seen.get(key, 0)
        if isinstance(known, bytes):
            self._seen.move_to_end(key)
            return known
        if known < PREPARE_THRESHOLD:
            self._remember(key, known + 1)
            return None
        self._made += 1
        name = b"hot_%d" % self._made
        result = self.raw.pgconn.prepare(name, statement, types)
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result, self.raw.info.encoding)
        self._remember(key, name)
        return name

    def _remember(self, key: tuple[bytes, tuple[int, ...]], known: int | bytes) -> None:
        self._seen[key] = known
        self._seen.move_to_end(key)
        if len(self._seen) > PREPARED_MAX:
            _key, oldest = self._seen.popitem(last=False)
            if isinstance(oldest, bytes):
                self.raw.pgconn.exec_(b"DEALLOCATE " + oldest)
