"""The search page, for people. Works without JavaScript: its whole state is its address."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import feeds, onward
from .desk.context import desk
from .desk.counting import counted
from .desk.picks import picked
from .query import ORDERS, InvalidQuery, Order, SearchQuery
from .result import Facet, SearchResult
from .service import search

TEMPLATE = "search/results.html"
# Page numbers shown on each side of the current one.
NEIGHBOURS = 2


@dataclass(frozen=True, slots=True)
class Chip:
    """A ticked value with the address of the search without it."""

    label: str
    facet: str
    address: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the results; `gap` stands for the pages left out before it."""

    number: int
    address: str
    current: bool
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """`first` and `last` are the positions of the first and last hit shown, from 1;
    `previous` and `next` are addresses or "". `count` is the number of pages."""

    links: Sequence[PageLink]
    previous: str
    next: str
    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class OrderLink:
    value: str
    label: str
    address: str
    current: bool


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """`/recherche/`: 200 with results or with none, 400 with a sentence for a parameter that
    cannot be read. Parameters of other names (utm_source…) are ignored.

    Context of the template `search/results.html`:

    - `page_title`: "Recherche : CLS, 42 résultats, page 2"
    - `query`: SearchQuery. `query.q`, `query.order`, `query.filtered`; `hidden_fields`: the
      (name, value) pairs that a form for the text alone keeps (facets and order, no q, no page)
    - `result`: SearchResult (see search/result.py), or None with a 400. `result.total`,
      `result.hits` (Hit: uid, type, type_label, title, title_html, extract_html, summary, url,
      date, date_precision, labels, thumbnail, where.title/.url/.media_type/.page or None),
      `result.degraded`, `result.relaxed`, `result.expanded` (Expanded: label, others),
      `result.corrected` (Corrected: typed, used), `result.took_ms`
    - `facets`: those of `result.facets` that have values (Facet: name, label, parameter, values;
      FacetValue: value, label, count, selected, depth). A form with
      `<input type="checkbox" name="{{ facet.parameter }}" value="{{ value.value }}">`, the text
      and the order gives the address of the filtered search
    - `chips`: Chip (label, facet, address), and `clear_address`, the search without facets
    - `pages`: Pages (links: PageLink number/address/current/gap; previous, next, first, last,
      count), or None without results
    - `no_such_page`: there are results, and none on this page; `first_page`, the address of the
      page that has some
    - `orders`: OrderLink (value, label, address, current)
    - `onward`: Onward (spelling, fewer, shorter: Way label/count/address; concepts: (label,
      address)) where nothing fits what was asked, else None
    - `feeds`: the addresses of the search as a feed, `feeds.atom` and `feeds.rss`; with a 400, {}
    - `error`: a sentence with a 400, else ""
    - what `desk.context.desk` adds; `result.hits` are without the picks
    """
    try:
        query = SearchQuery.parse(request.GET, locale=_locale())
        result = search(query)
    except InvalidQuery as invalid:
        return render(request, TEMPLATE, _refused(invalid), status=400)
    picks, shown = picked(query, result)
    context = {**_context(query, shown), **desk(request, query, picks)}
    return counted(request, query, result, render(request, TEMPLATE, context))


def _locale() -> str:
    return (get_language() or "fr").split("-")[0]


def _context(query: SearchQuery, result: SearchResult) -> dict[str, object]:
    return {
        "page_title": _title(query, result),
        "query": query,
        "hidden_fields": query.with_().parameters(without="q"),
        "result": result,
        "facets": [facet for facet in result.facets if facet.values],
        "chips": _chips(query, result.facets),
        "clear_address": query.with_(types=(), concepts=()).as_address(),
        "pages": _pages(query, result),
        "no_such_page": bool(result.total and query.offset >= result.total),
        "first_page": query.with_().as_address(),
        "orders": _orders(query),
        "onward": _onward(query, result),
        "feeds": feeds.addresses(query),
        "error": "",
    }


def _refused(invalid: InvalidQuery) -> dict[str, object]:
    return {
        "page_title": pgettext("page", "Search"),
        "query": SearchQuery(locale=_locale()),
        "hidden_fields": [],
        "result": None,
        "facets": [],
        "chips": [],
        "clear_address": "?",
        "pages": None,
        "no_such_page": False,
        "first_page": "?",
        "orders": [],
        "onward": None,
        "feeds": {},
        "error": invalid.message,
    }


def _onward(query: SearchQuery, result: SearchResult) -> onward.Onward | None:
    asked = query.q or query.filtered
    return onward.onward(query, result.facets) if asked and not result.total else None


def _title(query: SearchQuery, result: SearchResult) -> str:
    counted = ngettext("%(count)s result", "%(count)s results", result.total) % {
        "count": result.total
    }
    parts = [
        _("Search: %(text)s") % {"text": query.q} if query.q else pgettext("page", "Search"),
        counted,
        _("page %(number)s") % {"number": query.page} if query.page > 1 else "",
    ]
    return ", ".join(filter(None, parts))


def _chips(query: SearchQuery, facets: Sequence[Facet]) -> list[Chip]:
    return [
        Chip(value.label, facet.label, query.toggled(facet.parameter, value.value).as_address())
        for facet in facets
        for value in facet.values
        if value.selected
    ]


def _pages(query: SearchQuery, result: SearchResult) -> Pages | None:
    if not result.total:
        return None
    count = -(-result.total // query.page_size)
    wanted = {1, count, *range(query.page - NEIGHBOURS, query.page + NEIGHBOURS + 1)}
    numbers = sorted(number for number in wanted if 1 <= number <= count)
    links = [
        PageLink(
            number,
            query.with_(page=number).as_address(),
            current=number == query.page,
            gap=number - before > 1,
        )
        for before, number in zip([0, *numbers], numbers, strict=False)
    ]
    first = min(query.offset, result.total)
    before = min(query.page - 1, count)
    return Pages(
        links=links,
        previous=query.with_(page=before).as_address() if before else "",
        next=query.with_(page=query.page + 1).as_address() if query.page < count else "",
        first=first + 1,
        last=min(first + query.page_size, result.total),
        count=count,
    )


def _orders(query: SearchQuery) -> list[OrderLink]:
    labels: dict[Order, str] = {
        "relevance": _("Relevance"),
        "newest": _("Newest"),
        "title": _("Title"),
    }
    return [
        OrderLink(order, labels[order], query.with_(order=order).as_address(), query.order == order)
        for order in ORDERS
    ]
