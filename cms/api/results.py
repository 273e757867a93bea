"""The search page for programs: hits with what was found marked, and the filters with counts.

`records?q=` gives whole records; this gives what a results page shows.
"""

import json
from dataclasses import replace
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import BeforeValidator, Field

from search import nearby
from search.desk.picks import picked
from search.query import MAX_PAGE, OPEN, InvalidQuery, SearchQuery, clean_text
from search.remembered import bodies
from search.result import Facet, FoundInFile, Hit, SearchResult
from search.service import search
from search.state import state

from . import conditional
from .addresses import next_page
from .filters import WithFilters
from .known import refuse_unknown
from .problems import invalid_parameter, preferred_language
from .schemas import ProblemDocument
from .shapes import Results
from .strict import LocaleCode, whole_number

router = Router(tags=["search"])


class ResultsQuery(WithFilters):
    """What the search page takes."""

    locale: LocaleCode = Field(
        "fr", description=gettext_noop("A language of the site: fr, en or es.")
    )
    order: Literal["relevance", "newest", "next", "title"] = Field(
        "relevance",
        description=gettext_noop("One of relevance, newest, next (what comes next first), title."),
    )
    open_only: Literal["1"] | None = Field(
        None,
        alias="a-venir",  # as in lists: search.query.OPEN
        description=gettext_noop("1 for only what is to come or open."),
        json_schema_extra={"example": "1"},
    )
    page: Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=MAX_PAGE)] = Field(
        1, description=gettext_noop("A page of twenty results: a whole number from 1.")
    )


@router.get(
    "search",
    operation_id="search",
    summary=gettext_noop("Search"),
    description=gettext_noop(
        "What the search page shows: twenty results with what was found in mark elements, where "
        "it was found, and every filter with its counts. `degraded` says that the simpler engine "
        "answered."
    ),
    response={200: Results, 400: ProblemDocument},
)
def results(request: HttpRequest, query: Query[ResultsQuery]) -> HttpResponse:
    validators = _validators(request, query)
    if validators.not_modified(request):
        return validators.unchanged()
    if known := bodies.get(validators.etag):
        return validators.put_on(HttpResponse(known[0], content_type="application/json"))
    around = query.around()
    asked = SearchQuery(
        q=clean_text(query.q),
        types=tuple(dict.fromkeys(query.type)),
        concepts=query.filters(),
        locale=query.locale,
        order=query.order,
        open_only=bool(query.open_only),
        near=query.circle(around),
        page=query.page,
    )
    with translation.override(preferred_language(request)):
        try:
            found = search(asked)
        except InvalidQuery as invalid:
            raise invalid_parameter(invalid.parameter, invalid.message) from None
        refuse_unknown(query, found.total)
        picks, rest = picked(asked, found)
        found = replace(rest, hits=[*picks, *rest.hits])
        address = None
        if asked.offset + asked.page_size < found.total and query.page < MAX_PAGE:
            address = next_page(request, query, "page", str(query.page + 1))
        shown = answer(found, address, _place(around, asked.locale))
        body = json.dumps(shown, ensure_ascii=False).encode()
    response = HttpResponse(body, content_type="application/json")
    if found.degraded:  # for the moment: nobody is to keep it
        response.headers["Cache-Control"] = "no-cache"
        return response
    bodies.put(validators.etag, body, None)
    return validators.put_on(response)


def _validators(request: HttpRequest, query: ResultsQuery) -> conditional.Validators:
    """From what a search depends on, the day, and the minute where what is over is left out. One
    query."""
    timely = bool(query.open_only) or query.order == "next"
    moment = timezone.localtime().strftime("%Y%m%d%H%M" if timely else "%Y%m%d")
    now = (state().all, moment, preferred_language(request))
    return conditional.of_list(now, f"search|{request.META['QUERY_STRING']}", None)


def answer(
    found: SearchResult, address: str | None, place: dict[str, Any] | None
) -> dict[str, Any]:
    """Texts named `…_html` are escaped, with mark elements only; addresses are absolute."""
    return {
        "total": found.total,
        "items": [_hit(hit) for hit in found.hits],
        "next": address,
        "facets": [_facet(facet) for facet in found.facets],
        "engine": found.engine,
        "degraded": found.degraded,
        "relaxed": found.relaxed,
        "place": place,
        "expanded": [{"label": one.label, "others": list(one.others)} for one in found.expanded],
    }


def _place(around: nearby.Around | None, locale: str) -> dict[str, Any] | None:
    """The commune around which was searched, with what applies to it."""
    commune = around.commune if around else None
    if commune is None:
        return None
    return {
        "insee": commune.code,
        "name": commune.name,
        "latitude": commune.latitude,
        "longitude": commune.longitude,
        "covering": [
            {
                "territory": group.territory,
                "uid": str(record.uid),
                "type": record.type,
                "title": record.title,
                "url": settings.BASE_URL + record.url,
                "ended": record in group.ended,
            }
            for group in nearby.covering(commune, locale)
            for record in [*(one for one, _contacts in group.records), *group.ended]
        ],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "uid": str(hit.uid),
        "type": hit.type,
        "title": hit.title,
        "title_html": hit.title_html,
        "extract_html": hit.extract_html,
        "summary": hit.summary,
        "url": settings.BASE_URL + hit.url,
        "distance": hit.distance,
        "date": hit.date.isoformat() if hit.date else None,
        "concepts_html": list(hit.labels),
        "found_in": _file(hit.where) if hit.where else None,
        "pick": hit.pick,
    }


def _file(where: FoundInFile) -> dict[str, Any]:
    return {"title": where.title, "url": settings.BASE_URL + where.url, "page": where.page}


def _facet(facet: Facet) -> dict[str, Any]:
    """A facet of one type only is asked for as facet=name:value, so that the API's parameters are
    the same whatever is installed."""
    own = facet.parameter not in {*ResultsQuery.model_fields, OPEN}
    values = [
        {
            "value": f"{facet.parameter}:{value.value}" if own else value.value,
            "label": str(value.label),
            "count": value.count,
            "selected": value.selected,
            "depth": value.depth,
        }
        for value in facet.values
    ]
    return {
        "name": facet.name,
        "label": str(facet.label),
        "parameter": "facet" if own else facet.parameter,
        "values": values,
    }
