"""What the desk adds to a page of results."""

from collections.abc import Sequence

from django.http import HttpRequest

from ..query import SearchQuery
from ..result import Hit
from .access import may_explain
from .counting import telling


def desk(request: HttpRequest, query: SearchQuery, picks: Sequence[Hit]) -> dict[str, object]:
    """For `search/results.html`: `picks`, the hits that editors put first; `clicks`, what the
    browser needs to tell which result was opened, or None; `may_explain`."""
    return {
        "picks": picks,
        "clicks": telling(request, query),
        "may_explain": may_explain(request),
    }
