"""The visitor's language comes first; what French has on the same subject is offered beside it."""

from dataclasses import dataclass

from django.conf import settings

from .query import SearchQuery


@dataclass(frozen=True, slots=True)
class Beside:
    """How many results the same search has in another language, and the address that shows
    them."""

    language: str
    count: int
    address: str


def there(query: SearchQuery) -> SearchQuery | None:
    """The same search in French, also where it asks for everything; None for one in French."""
    other = settings.LANGUAGE_CODE
    if query.locale == other:
        return None
    return query.with_(locale=other, grouped=False)


def beside(query: SearchQuery, count: int) -> Beside | None:
    """What is offered beside a search; None where French has nothing."""
    other = there(query)
    return Beside(other.locale, count, other.as_address()) if other and count else None
