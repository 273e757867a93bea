"""What was asked is answered again without the engine, as long as nothing has changed."""

import pytest
from django.test.utils import override_settings

from cms.catalogue.models import Record
from knowledge.thesaurus.models import ConceptLabel
from search import service
from search.engines.base import EngineError
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine
from search.query import SearchQuery
from search.remembered import Remembered
from tests.factories import ConceptFactory
from tests.search.conftest import index_everything
from tests.search.corpus import add

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def asked(monkeypatch):
    """The searches that PostgreSQL was asked for."""
    found = []
    ask = PostgresEngine.search

    def search(self, query, meaning, beside=None):
        found.append(query.q)
        return ask(self, query, meaning, beside)

    monkeypatch.setattr(PostgresEngine, "search", search)
    service._remembered.forget()
    with override_settings(ELASTICSEARCH_URL=""):
        yield found


def titles(text="", **fields):
    return [hit.title for hit in service.search(SearchQuery(q=text, **fields)).hits]


def test_the_engine_is_asked_once(asked):
    add("Jardins partagés")
    index_everything()
    first = service.search(SearchQuery(q="jardins"), whole=True)
    again = service.search(SearchQuery(q="jardins"), whole=True)
    assert asked == ["jardins"]
    assert (again.total, again.hits, again.facets) == (first.total, first.hits, first.facets)
    assert titles("jardins", page=2) == []
    assert asked == ["jardins"] * 2


def test_what_is_published_is_found_at_once(asked):
    add("Jardins partagés")
    index_everything()
    assert titles("jardins") == ["Jardins partagés"]
    add("Jardins ouvriers", name="ouvriers")
    index_everything()
    assert set(titles("jardins")) == {"Jardins partagés", "Jardins ouvriers"}


def test_what_is_hidden_is_not_shown_even_before_the_index_knows(asked):
    uid = add("Jardins partagés")
    index_everything()
    assert titles("jardins")
    Record.objects.filter(uid=uid).update(gone_at="2026-01-01T00:00Z")
    assert titles("jardins") == []


def test_a_new_label_works_at_once(asked):
    concept = ConceptFactory(label="Santé mentale")
    add("Aller mieux", concepts=[concept])
    index_everything()
    assert titles("psychisme") == []
    ConceptLabel.objects.create(
        concept=concept, language="fr", kind="alternative", label="Psychisme"
    )
    assert titles("psychisme") == ["Aller mieux"]


def test_an_answer_in_another_engines_place_is_not_kept(asked, monkeypatch):
    def dead(self, query, meaning, beside=None):
        raise EngineError("dead")

    monkeypatch.setattr(ElasticsearchEngine, "search", dead)
    add("Jardins partagés")
    index_everything()
    with override_settings(ELASTICSEARCH_URL="http://127.0.0.1:1"):
        for _time in range(2):
            service.breaker.reset()
            assert service.search(SearchQuery(q="jardins")).degraded
    service.breaker.reset()
    assert asked == ["jardins"] * 2


def test_answers_are_bounded(asked):
    kept = Remembered(most=2)
    made = []

    def ask(text):
        return kept.get(SearchQuery(q=text), lambda: made.append(text) or text, lambda _: True)

    assert [ask(text) for text in "abcac"] == list("abcac")
    assert made == ["a", "b", "c", "a"]
