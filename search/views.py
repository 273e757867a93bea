"""The search page, for people. Works without JavaScript: its whole state is its address."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.catalogue import paging
from cms.core.contact import Contact
from cms.core.vocabularies import TERRITORY

from . import feeds, nearby, onward
from .beside import beside, there
from .desk.context import desk
from .desk.counting import by_a_visitor, counted
from .desk.picks import picked
from .query import ORDERS, RADII, RADIUS, InvalidQuery, Order, SearchQuery, clean_text
from .remembered import Remembered
from .result import Facet, FacetValue, Hit, SearchResult
from .service import search
from .state import state

TEMPLATE = "search/results.html"
MESSAGES = CookieStorage.cookie_name


@dataclass(frozen=True, slots=True)
class Chip:
    """A ticked value with the address of the search without it; `language` that of its label
    where it is another than the reader's."""

    label: str
    facet: str
    address: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class OrderLink:
    value: str
    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class KindLink:
    """A type of content and its number of results; `address` shows those alone. The `name` of
    all types is ""."""

    name: str
    label: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class NearBy:
    """The place in the form and beside the results. `asked` and `radius` as typed; `radii` to
    choose from; `notice`: why it was left out, or another taken; `commune`: where the results are
    around; `others`: (name, address) of communes that may be meant too; `covering` applies to the
    commune, None where that is not said; `departments` are those with results."""

    asked: str
    radius: int
    radii: Sequence[int]
    notice: str
    commune: str
    others: Sequence[tuple[str, str]]
    covering: Sequence[nearby.Covering] | None
    departments: Sequence[FacetValue]


pages: Remembered[tuple[SearchQuery, SearchResult]] = Remembered("pages")


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """`/recherche/`: 200 with results or with none, 400 with a sentence for a parameter that
    cannot be read. Parameters of other names (utm_source…) are ignored. A page that anybody would
    see is sent again as it is, as long as nothing changes and for a minute at most; whoever is
    signed in has their own.

    Context of the template `search/results.html`:

    - `page_title`: "Recherche : CLS, 42 résultats, page 2"
    - `query`: SearchQuery. `query.q`, `query.order`, `query.filtered`; `hidden_fields`: the
      (name, value) pairs that a form for the text alone keeps (facets and order, no q, no page)
    - `result`: SearchResult (see search/result.py), or None with a 400. `result.total`,
      `result.hits` (Hit: uid, type, type_label, title, title_html, extract_html, summary, url,
      date, date_precision, next_date, period, places, labels, thumbnail,
      where.title/.url/.media_type/.page or None),
      `result.degraded`, `result.relaxed`, `result.expanded` (Expanded: label, others),
      `result.corrected` (Corrected: typed, used), `result.took_ms`
    - `facets`: those of `result.facets` that have values (Facet: name, label, parameter, values;
      FacetValue: value, label, count, selected, depth). A form with
      `<input type="checkbox" name="{{ facet.parameter }}" value="{{ value.value }}">`, the text
      and the order gives the address of the filtered search
    - `kinds`: KindLink (label, count, address, current): every type and how many results it has,
      "all types" first; none where there is only one
    - `groups`: (KindLink, hits) of each type, instead of pages, where the best of each are asked
      for; `grouped_address` asks for them, "" where there is but one type
    - `chips`: Chip (label, facet, address), and `clear_address`, the search without facets
    - `pages`: see `cms.catalogue.paging`, or None without results; `first`, the position of the
      first hit shown, from 1
    - `no_such_page`: there are results, and none on this page; `first_page`, the address of the
      page that has some
    - `orders`: OrderLink (value, label, address, current)
    - `ask`: where to ask a person when nothing was found, "" for nowhere
    - `onward`: Onward (spelling, fewer, shorter: Way label/count/address; concepts: (label,
      address)) where nothing fits what was asked, else None
    - `near`: NearBy, the place in the form, and beside the results what applies to it
    - `beside`: Beside (language, count, address), the same search in French for whoever reads
      another language, else None
    - `coming_first`: what is to come stands before the rest, and the page says so
    - `feeds`: the addresses of the search as a feed, `feeds.atom` and `feeds.rss`; with a 400, {}
    - `error`: a sentence with a 400, else ""
    - what `desk.context.desk` adds; `result.hits` are without the picks
    """
    key = _of_anybody(request)
    if key and (known := pages.get(key)):
        body, (query, result) = known
        return counted(request, query, result, _varying(HttpResponse(body)))
    try:
        query = SearchQuery.parse(request.GET, locale=_locale())
        asked, around = query, nearby.Around()
        if query.near:  # what is no place is said, and left out
            around = nearby.around(query.near.place, query.near.code)
            near = nearby.at(query.near, around) if around.located else None
            query = replace(query, near=near)
        result = search(query, whole=True, beside=there(query))
        if query.grouped and len({hit.type for hit in result.hits}) < 2:  # nothing to group
            query = replace(query, grouped=False)
            result = search(query, whole=True, beside=there(query))
    except InvalidQuery as invalid:
        return render(request, TEMPLATE, _refused(request, invalid), status=400)
    picks, shown = picked(query, result)
    context = {**_context(query, shown, around), **desk(request, query, picks)}
    context["near"] = _near(asked, around, result)
    if context["onward"]:
        subject = _("Search: %(text)s") % {"text": query.q}
        context["ask"] = Contact.load(request).address(subject)
    response = _varying(render(request, TEMPLATE, context))
    if key and result.total and not result.degraded:
        bare = replace(result, hits=(), facets=())  # all that counting needs
        pages.put(key, response.content, (query, bare))
    return counted(request, query, result, response)


def _of_anybody(request: HttpRequest) -> Hashable:
    """What a page depends on that is the same for whoever asks for it; None for who is signed in
    or has a message waiting. One query."""
    if request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, MESSAGES}:
        return None
    return (
        request.scheme, request.get_host(), request.get_full_path(), by_a_visitor(request),
        state().all,
    )  # fmt: skip


def _varying(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Cookie"])
    return response


def _locale() -> str:
    return (get_language() or "fr").split("-")[0]


def _context(query: SearchQuery, result: SearchResult, around: nearby.Around) -> dict[str, object]:
    return {
        "page_title": _title(query, result),
        "query": query,
        "hidden_fields": query.with_().parameters(without="q"),
        "result": result,
        "facets": [facet for facet in result.facets if facet.values],
        "chips": _chips(query, result.facets, around),
        "clear_address": query.with_(
            types=(), concepts=(), open_only=False, near=None
        ).as_address(),
        "kinds": (kinds := _kinds(query, result.facets)),
        "groups": _groups(kinds, result) if query.grouped else [],
        "grouped_address": query.with_(grouped=True).as_address() if kinds else "",
        "pages": _pages(query, result) if not query.grouped else None,
        "first": query.offset + 1,
        "no_such_page": bool(result.total and query.offset >= result.total),
        "first_page": query.with_().as_address(),
        "orders": _orders(query),
        "onward": _onward(query, result),
        "ask": "",
        "feeds": feeds.addresses(query),
        "beside": beside(query, result.beside),
        "coming_first": query.coming_first(bool(query.q)) and result.total > 1,
        "error": "",
    }


def _refused(request: HttpRequest, invalid: InvalidQuery) -> dict[str, object]:
    """What was typed stays in the box."""
    return {
        "page_title": pgettext("page", "Search"),
        "query": SearchQuery(q=clean_text(request.GET.get("q", "")), locale=_locale()),
        "hidden_fields": [],
        "result": None,
        "facets": [],
        "chips": [],
        "kinds": [],
        "groups": [],
        "grouped_address": "",
        "clear_address": "?",
        "pages": None,
        "first": 1,
        "no_such_page": False,
        "first_page": "?",
        "orders": [],
        "onward": None,
        "ask": "",
        "near": None,
        "beside": None,
        "coming_first": False,
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


def _near(asked: SearchQuery, around: nearby.Around, result: SearchResult) -> NearBy:
    """What applies to the commune stands before the first results only."""
    near, commune = asked.near, around.commune
    first = commune if asked.page == 1 else None
    return NearBy(
        asked=around.asked,
        radius=near.radius if near else RADIUS,
        radii=sorted({*RADII, near.radius if near else RADIUS}),
        notice=nearby.guessed(around)
        or (nearby.unknown(around) if near and not around.located else ""),
        commune=str(commune) if commune and around.located else "",
        others=[
            (str(one), asked.with_(near=replace(near, code=one.code)).as_address())
            for one in around.others
            if near
        ],
        covering=nearby.covering(first, asked.locale) if first else None,
        departments=[
            value
            for facet in result.facets
            if facet.name == TERRITORY
            for value in sorted(facet.values, key=lambda one: one.label)
            if value.value.startswith("departement-") and not value.selected
        ],
    )


def _chips(query: SearchQuery, facets: Sequence[Facet], around: nearby.Around) -> list[Chip]:
    place = []
    if query.near:
        label = _("%(commune)s, %(radius)d km") % {
            "commune": around.commune, "radius": query.near.radius,
        }  # fmt: skip
        place = [Chip(label, _("Near"), query.with_(near=None).as_address())]
    return place + [
        Chip(
            value.label,
            facet.label,
            query.toggled(facet.parameter, value.value).as_address(),
            value.language,
        )
        for facet in facets
        for value in facet.values
        if value.selected
    ]


def _kinds(query: SearchQuery, facets: Sequence[Facet]) -> list[KindLink]:
    """One click narrows: the types of the facet, each alone."""
    values = next((facet.values for facet in facets if facet.name == "type"), ())
    if len(values) < 2:
        return []
    every = KindLink(
        "",
        _("All types"),
        sum(value.count for value in values),
        query.with_(types=(), grouped=False).as_address(),
        not (query.types or query.grouped),
    )
    return [every] + [
        KindLink(
            value.value,
            value.label,
            value.count,
            query.with_(types=(value.value,), grouped=False).as_address(),
            query.types == (value.value,),
        )
        for value in values
    ]


def _groups(kinds: Sequence[KindLink], result: SearchResult) -> list[tuple[KindLink, list[Hit]]]:
    """The hits under their types."""
    known = {kind.name: kind for kind in kinds}
    return [
        (known[name], list(hits))
        for name, hits in groupby(result.hits, key=lambda hit: hit.type)
        if name in known
    ]


def _pages(query: SearchQuery, result: SearchResult) -> paging.Pages | None:
    if not result.total:
        return None
    count = -(-result.total // query.page_size)
    return paging.pages(query.page, count, lambda n: query.with_(page=n).as_address())


def _orders(query: SearchQuery) -> list[OrderLink]:
    labels: dict[Order, str] = {
        "relevance": _("Nearest") if query.near and not query.q else _("Relevance"),
        "newest": _("Newest"),
        "next": _("Next date"),
        "title": _("Title"),
    }
    now = query.sorted_by(bool(query.q))
    return [
        OrderLink(
            order,
            labels[order],
            query.with_(order=order).as_address(),
            (now == "nearest" and order == "relevance") or now == order,
        )
        for order in ORDERS
        if order != "relevance" or query.q or query.near
    ]
