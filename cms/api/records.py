"""Lists of records."""

import datetime as dt
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router

from . import conditional, cursors, listing, searching
from .addresses import listed, next_page, with_facets
from .counting import facets
from .expanding import expanded, vocabularies
from .known import refuse_unknown
from .listing import Condition
from .parameters import RecordsQuery, field_names, words
from .schemas import ProblemDocument, Records
from .state import State, Totals, state

router = Router(tags=["records"])
totals = Totals()


@router.get(
    "records",
    operation_id="list_records",
    summary=gettext_noop("List records"),
    description=gettext_noop(
        "Public records that pass every filter, a page at a time. `total` counts them "
        "all; follow `next` until it is null: edits in the meantime make no unchanged "
        "record come twice or be missed."
    ),
    response={200: Records, 400: ProblemDocument},
)
def records(request: HttpRequest, query: Query[RecordsQuery]) -> HttpResponse:
    return listed_records(request, query)


def listed_records(
    request: HttpRequest, query: RecordsQuery, only: Sequence[Condition] = (), name: str = ""
) -> HttpResponse:
    """A page of records. `only` narrows further than the query says, under a `name` to which
    cursors are bound too. One query (see `listing.page`), one more for a total that is not known;
    more are asked for by expand and facets alone."""
    canonical = name + query.canonical
    key = cursors.unseal(query.cursor, canonical) if query.cursor else None
    if query.q:
        return searching.found(request, query, key, only, name)
    fields = field_names(query.fields, query.expand)
    extras = f"{fields}|{query.expand}|{query.facets}"
    view = f"{canonical}|{query.limit}|{query.cursor}|{extras}"
    named = vocabularies() if query.expand or query.facets or query.by_place else None
    if conditional.asked(request):
        now = state()
        validators = conditional.of_list((now.clock, named), view, _dated(now, named))
        if validators.not_modified(request):
            return validators.unchanged()
    conditions = [*query.conditions(), *only]
    order = listing.ORDERS[query.ordered_by]
    page = listing.page(conditions, order, query.limit, fields, key or (), totals.lately(canonical))
    seen = (page.state, named)  # what lies near a commune changes without the clock
    if page.total is None:
        total = totals.get(seen, canonical, lambda: listing.count(conditions))
    else:
        total = totals.put(seen, canonical, page.total)
    refuse_unknown(query, total)
    address = None
    if page.next_key:
        address = next_page(request, query, "cursor", cursors.seal(page.next_key, canonical))
    counted = facets(query, words(query.facets), seen, only, name) if query.facets else None
    items = expanded(page.items, words(query.expand)) if query.expand else page.items
    validators = conditional.of_list((page.state.clock, named), view, _dated(page.state, named))
    return validators.put_on(listed(total, items, address, with_facets(counted)))


def _dated(now: State, named: object) -> dt.datetime | None:
    """The time of the last change, where the catalogue alone tells of all changes."""
    return now.modified if named is None else None
