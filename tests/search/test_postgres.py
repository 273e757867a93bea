"""What is PostgreSQL's own: no statement outlives its time."""

import pytest
from django.db import connection
from django.test.utils import override_settings

from search.engines import postgres
from search.engines.base import EngineError
from search.interpretation import interpret
from search.query import SearchQuery
from tests.search import corpus
from tests.search.conftest import index_everything


@pytest.fixture(scope="module")
def records(module_db):
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        index_everything()


def _timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


def test_a_statement_that_takes_too_long_is_ended(records, monkeypatch):
    monkeypatch.setattr(postgres, "STATEMENT_TIMEOUT", 50)
    monkeypatch.setattr(
        postgres, "statement", lambda *_, **__: "SELECT 'total', '', 1.0 FROM pg_sleep(1)"
    )
    before = _timeout()
    with pytest.raises(EngineError):
        postgres.PostgresEngine().search(SearchQuery(q="CLS"), interpret("CLS", "fr"))
    assert _timeout() == before


def test_other_statements_keep_their_time(records):
    before = _timeout()
    postgres.PostgresEngine().search(SearchQuery(q="CLS"), interpret("CLS", "fr"))
    assert _timeout() == before
