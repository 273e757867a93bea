"""The visitor's language comes first; what French has on the same subject is offered beside it."""

from dataclasses import dataclass

from django.conf import settings

from .query import InvalidQuery, SearchQuery
from .service import count_as_typed


@dataclass(frozen=True, slots=True)
class Beside:
    """How many results the same search has in another language, and the address that shows
    them."""

    language: str
    count: int
    address: str


def beside(query: SearchQuery) -> Beside | None:
    """None for a search in French, for one that asks nothing, and where French has nothing."""
    other = settings.LANGUAGE_CODE
    if query.locale == other or not (query.q or query.filtered):
        return None
    there = query.with_(locale=other, grouped=False)
    try:
        found = count_as_typed(there)
    except InvalidQuery:  # it takes too long: the page does without
        return None
    return Beside(other, found, there.as_address()) if found else None
