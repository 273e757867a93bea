"""A search's answer for programs: what the page shows, as JSON."""

from typing import Any

from django.conf import settings

from .query import InvalidQuery, SearchQuery
from .result import Facet, FoundInFile, Hit, SearchResult


def answer(query: SearchQuery, result: SearchResult) -> dict[str, Any]:
    """`{"total", "items", "facets", "engine", "degraded", "relaxed", "expanded"}`. Texts named
    `…_html` are escaped, with <mark> only; addresses are absolute."""
    return {
        "q": query.q,
        "page": query.page,
        "total": result.total,
        "items": [_hit(hit) for hit in result.hits],
        "facets": [_facet(facet) for facet in result.facets],
        "engine": result.engine,
        "degraded": result.degraded,
        "relaxed": result.relaxed,
        "expanded": [{"label": one.label, "others": one.others} for one in result.expanded],
    }


def problem(invalid: InvalidQuery) -> dict[str, Any]:
    """A problem document (RFC 9457) that names the parameter."""
    return {"title": str(invalid.message), "status": 400, "parameter": invalid.parameter}


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "uid": str(hit.uid),
        "type": hit.type,
        "title": hit.title,
        "title_html": hit.title_html,
        "extract_html": hit.extract_html,
        "summary": hit.summary,
        "url": settings.BASE_URL + hit.url,
        "date": hit.date.isoformat() if hit.date else None,
        "concepts_html": list(hit.labels),
        "found_in": _file(hit.where) if hit.where else None,
    }


def _file(where: FoundInFile) -> dict[str, Any]:
    return {"title": where.title, "url": settings.BASE_URL + where.url, "page": where.page}


def _facet(facet: Facet) -> dict[str, Any]:
    values = [
        {
            "value": value.value,
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
        "parameter": facet.parameter,
        "values": values,
    }
