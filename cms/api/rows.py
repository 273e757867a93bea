"""Lists of what records have several of: dates and places. Each row is an item."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse

from cms.core.postgresql.reading import all_rows, one_row
from search.state import state as search_state

from . import conditional, cursors, searching
from .addresses import listed, next_page
from .expanding import vocabularies
from .known import refuse_unknown
from .listing import COUNTED, Condition, Order, where, where_counted
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
    found: Sequence[uuid.UUID] | None = None
    validators = None
    named = vocabularies() if query.by_place else None
    if query.q:
        # The tag is made from what exits depend on, the indexes among it: they change between two
        # changes of the catalogue.
        shown = search_state().all
        validators = _of_search(shown, view, query)
        if validators.not_modified(request):
            return validators.unchanged()
        found = searching.ranking_of(request, query, shown)
    elif conditional.asked(request):
        now = state()
        validators = _validators(now, named, view, query)
        if validators.not_modified(request):
            return validators.unchanged()
    # Not before: what lies near a commune is asked of the database.
    conditions = [*query.conditions(), *more]
    if found is not None:
        conditions.append(Condition("uid = ANY(%s)", (found,)))
    after = [rows.order.after(key)] if key else []
    page, next_key, seen = _page(rows, [*conditions, *after], query.limit, base)
    if query.q:
        total = _count(rows, conditions)
    else:
        total = totals.get((seen, named), view, lambda: _count(rows, conditions))
    refuse_unknown(query, total)
    address = None
    if next_key:
        address = next_page(request, query, "cursor", cursors.seal(next_key, view))
    validators = validators or _validators(seen, named, view, query)
    return validators.put_on(answer(total, page, address))


def _validators(now: State, named: object, view: str, query: Paged) -> conditional.Validators:
    """`named`: the state of the territories, where one is named."""
    asked = f"{view}|{query.limit}|{query.cursor}"
    return conditional.of_list((now.clock, named), asked, None if named else now.modified)


def _of_search(shown: object, view: str, query: Paged) -> conditional.Validators:
    return conditional.of_list(shown, f"{view}|{query.limit}|{query.cursor}", None)


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
