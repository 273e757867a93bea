"""Lists of what records have several of: dates and places. Each row is an item."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse

from . import conditional, cursors, searching
from .addresses import listed, next_page
from .filters import RecordFilters
from .known import refuse_unknown
from .listing import COUNTED, Condition, Order, where, where_counted
from .reading import all_rows, one_row
from .state import CLOCK, MODIFIED, State, Totals, state

totals = Totals()


class Paged(Protocol):
    """A query that says where a page begins and how long it is."""

    limit: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Rows:
    """`source` joins a table to `cms_catalogue_record`; `keys` are columns that together tell one
    row from another, in the order of the list, with their types; `item` is the SQL of an item
    as JSON, in which %s is the site's address."""

    source: str
    keys: tuple[tuple[str, str], ...]
    item: str
    finished: Callable[[bytes], bytes] = bytes  # the items as joined JSON, ready to be sent

    @property
    def order(self) -> Order:
        return Order(self.keys)


Answer = Callable[[int, bytes, str | None], HttpResponse]


def listed_rows(
    request: HttpRequest,
    query: Any,
    rows: Rows,
    more: Sequence[Condition],
    view: str,
    base: str,
    answer: Answer = listed,
) -> HttpResponse:
    """A page. Two queries, one when the total is known; a search adds its own. `query` narrows
    and is `Paged`; `view` is the same for two queries that give the same list."""
    key = cursors.unseal(query.cursor, view) if query.cursor else None
    conditions = [*query.conditions(), *more]
    now = state() if conditional.asked(request) or query.q else None
    found = _ranked(request, query) if query.q else []
    validators = None
    if now is not None:
        validators = _validators(now, view, query, found)
        if validators.not_modified(request):
            return validators.unchanged()
    if query.q:
        conditions.append(Condition("uid = ANY(%s)", (found,)))
    after = [rows.order.after(key)] if key else []
    page, next_key, seen = _page(rows, [*conditions, *after], query.limit, base)
    if query.q:
        total = _count(rows, conditions)
    else:
        total = totals.get(seen, view, lambda: _count(rows, conditions))
    refuse_unknown(query, total)
    address = None
    if next_key:
        address = next_page(request, query, "cursor", cursors.seal(next_key, view))
    validators = validators or _validators(seen, view, query, found)
    return validators.put_on(answer(total, page, address))


def _ranked(request: HttpRequest, query: RecordFilters) -> list[Any]:
    return searching.ranking_of(request, query)


def _validators(now: State, view: str, query: Paged, found: list[Any]) -> conditional.Validators:
    part = f"{view}|{query.limit}|{query.cursor}"
    return conditional.of_list((now.clock, found), part, None if found else now.modified)


def _page(
    rows: Rows, conditions: Sequence[Condition], limit: int, base: str
) -> tuple[bytes, list[Any] | None, State]:
    clause, params = where(conditions)
    columns = ", ".join(column for column, _type in rows.keys)
    read = all_rows(
        f"SELECT ({CLOCK}), ({MODIFIED}), convert_to(item, 'UTF8'), {_texts(rows)} FROM"
        f" (SELECT DISTINCT ON ({columns}) {columns}, ({rows.item})::text AS item"
        f" FROM {rows.source} WHERE {clause} ORDER BY {columns} LIMIT %s) found"
        f" ORDER BY {columns}",
        [base, *params, limit + 1],
    )
    more = len(read) > limit
    items = rows.finished(b",".join(row[2] for row in read[:limit]))
    now = State(*read[0][:2]) if read else state()
    return items, list(read[limit - 1][3:]) if more else None, now


def _texts(rows: Rows) -> str:
    return ", ".join(
        f"({column})::text AS key_{place}" for place, (column, _type) in enumerate(rows.keys)
    )


def _count(rows: Rows, conditions: Sequence[Condition]) -> int:
    clause, params = where_counted(conditions)
    columns = ", ".join(column for column, _type in rows.keys)
    source = rows.source.replace("cms_catalogue_record", COUNTED)
    total: int = one_row(
        f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {source} WHERE {clause}) each",
        params,
    )[0]
    return total
