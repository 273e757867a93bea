"""The list of a search: the engine ranks, the catalogue decides what passes.

An index that lags behind shows nothing hidden, and the total is exact: it counts what passes.
"""

import uuid
from collections.abc import Hashable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from search.query import InvalidQuery, SearchQuery, clean_text
from search.service import WHOLE, ranking
from search.state import state

from . import conditional, cursors, listing
from .addresses import listed, next_page, with_facets
from .counting import facets
from .expanding import expanded, vocabularies
from .filters import RecordFilters
from .known import refuse_unknown
from .listing import Condition
from .parameters import RecordsQuery, field_names, words
from .problems import invalid_parameter, preferred_language
from .state import Known


def found(
    request: HttpRequest,
    query: RecordsQuery,
    key: Sequence[str | int] | None,
    only: Sequence[Condition] = (),
    name: str = "",
) -> HttpResponse:
    """A page of it. The tag is made from what exits depend on, the indexes among it: they change
    between two changes of the catalogue."""
    canonical = name + query.canonical
    fields = field_names(query.fields, query.expand)
    named = vocabularies() if query.expand or query.facets else None
    shown = state().all
    validators = conditional.of_list(
        (shown, named),
        f"{canonical}|{query.limit}|{query.cursor}|{fields}|{query.expand}|{query.facets}",
        None,
    )
    if validators.not_modified(request):
        return validators.unchanged()
    ranked = ranking_of(request, query, shown)
    among = [*only, Condition("uid = ANY(%s)", (ranked,))]
    conditions = [*query.conditions(), *among]
    if query.ordered_by == "relevance":
        passing = set(listing.uids(conditions))
        uids = [uid for uid in ranked if uid in passing]
    else:
        uids = listing.uids(conditions, listing.ORDERS[query.ordered_by])
    refuse_unknown(query, len(uids))
    start = _after(key, uids)
    part = uids[start : start + query.limit]
    counted = facets(query, words(query.facets), None, among) if query.facets else None
    address = None
    if part and start + len(part) < len(uids):
        last: list[str | int] = [start + len(part) - 1, str(part[-1])]
        address = next_page(request, query, "cursor", cursors.seal(last, canonical))
    items = listing.chosen(part, fields)
    if query.expand:
        items = expanded(items, words(query.expand))
    return validators.put_on(listed(len(uids), items, address, with_facets(counted)))


class Rankings(Known[Sequence[uuid.UUID]]):
    """What searches find: a traversal asks for it at each page."""

    SIZE = 8  # a hundred thousand results take ten megabytes


rankings = Rankings()


def ranking_of(request: HttpRequest, query: RecordFilters, shown: Hashable) -> Sequence[uuid.UUID]:
    """All that a search finds, for a state of what is shown. Raises a Problem."""
    asked = SearchQuery(q=clean_text(query.q), locale=query.locale or "fr")
    with translation.override(preferred_language(request)):
        try:
            return rankings.get(shown, repr(asked), lambda: ranking(asked, WHOLE))
        except InvalidQuery as invalid:
            raise invalid_parameter(invalid.parameter, invalid.message) from None


def _after(key: Sequence[str | int] | None, uids: Sequence[uuid.UUID]) -> int:
    """Where the page begins: after the last item of the page before, wherever it stands now."""
    if key is None:
        return 0
    place, last = int(key[0]), uuid.UUID(str(key[1]))
    return (uids.index(last) if last in uids else place) + 1
