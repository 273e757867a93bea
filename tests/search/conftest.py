"""The same suite on both engines: `engine` is PostgreSQL, then a real Elasticsearch."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test.utils import override_settings

from search import service, sync
from search.engines import elasticsearch_index
from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine
from search.query import SearchQuery
from search.result import SearchResult
from tests.search import corpus

Ask = Callable[..., SearchResult]


@contextmanager
def configured(url: str, prefix: str) -> Iterator[None]:
    """Elasticsearch with patience (two cores are shared) and a prefix of this process's own."""
    own = f"test-{os.getpid()}-{prefix}"
    with override_settings(
        ELASTICSEARCH_URL=url, ELASTICSEARCH_PREFIX=own, ELASTICSEARCH_TIMEOUT=10.0
    ):
        service.breaker.reset()
        try:
            yield
        finally:
            elasticsearch_index.delete_all(own)


def index_everything(locales: tuple[str, ...] = ("fr",)) -> None:
    """Bring every index up to date and make it findable."""
    sync.follow_postgres()
    sync.follow_vectors()
    for locale in locales if settings.ELASTICSEARCH_URL else ():
        sync.follow_elasticsearch(locale)
        found = elasticsearch_index.behind_alias(locale)
        assert found is not None
        found.refresh()


@pytest.fixture(
    scope="module",
    params=["postgresql", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)],
)
def engine(request: pytest.FixtureRequest, module_db: None) -> Iterator[Engine]:
    """An engine with the corpus in it, for a whole module."""
    if request.param == "postgresql":
        with override_settings(ELASTICSEARCH_URL=""):
            corpus.build()
            index_everything()
            yield PostgresEngine()
            _empty()
        return
    with configured(request.getfixturevalue("elasticsearch_url"), "suite"):
        corpus.build()
        index_everything()
        yield ElasticsearchEngine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX)
        _empty()


@pytest.fixture
def ask(engine: Engine) -> Ask:
    """Ask the engine: `ask("CLS", types=("guide",))`."""

    def asked(q: str = "", **fields: object) -> SearchResult:
        return service.search(SearchQuery(q=q, **fields), engine=engine)

    return asked


def titles(result: SearchResult) -> list[str]:
    return [hit.title for hit in result.hits]


def _empty() -> None:
    """`module_db` is undone after both engines had their turn: the second begins afresh."""
    from django.db import connection

    tables = ["search_entry", "search_exactwords", "search_total", "search_term", "search_posting",
              "search_filepage", "search_stem",
              "search_indexcursor", "cms_catalogue_occurrence", "cms_catalogue_place",
              "cms_catalogue_record", "cms_catalogue_clock", "knowledge_territories_inclusion",
              "knowledge_territories_territory",
              "knowledge_thesaurus_conceptlabel", "knowledge_thesaurus_conceptrelation",
              "knowledge_thesaurus_concept", "knowledge_thesaurus_conceptscheme"]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
