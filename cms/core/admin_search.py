"""The search of the admin's lists and choosers: in French, without accents, with any apostrophe.

Visitors search elsewhere (the app `search`); this is Wagtail's own, on PostgreSQL.
"""

from typing import Any

from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend
from modelsearch.query import PlainText

# "d'un", "d’un" and "d un" are the same words, of which the article is none.
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´′＇", " "))


class AdminSearch(PostgresSearchBackend):
    """SEARCH_CONFIG is the configuration of whole words; beginnings of words are not stemmed."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.autocomplete_config = "admin_plain"

    def search(self, query: Any, *args: Any, **options: Any) -> Any:
        return super().search(_plain(query), *args, **options)

    def autocomplete(self, query: Any, *args: Any, **options: Any) -> Any:
        """By the beginnings of words; where nothing begins so ("contrats"), by their stems."""
        text = _plain(query)
        found = super().autocomplete(text, *args, **options)
        return found if len(found) else super().search(text, *args, **options)


def _plain(query: Any) -> Any:
    if isinstance(query, str):
        return query.translate(_APOSTROPHES)
    if isinstance(query, PlainText):
        return PlainText(query.query_string.translate(_APOSTROPHES), operator=query.operator)
    return query


SearchBackend = AdminSearch
