"""Elasticsearch down, hung or emptied: visitors are answered, publishing is not held up, and
nothing is lost."""

import os
import signal
import socket
import sys
import threading
import time
import traceback

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import override_settings

from cms.catalogue.models import Record
from search import checking, receivers, service, sync
from search.engines import elasticsearch_index as elastic
from search.engines.base import EngineError
from search.query import SearchQuery
from tests.search import corpus
from tests.search.conftest import configured, index_everything


@pytest.fixture(scope="module")
def records(module_db):
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        index_everything()
    return


@pytest.fixture
def down(records):
    """An address at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    yield from _pointed_at(address)


@pytest.fixture
def hung(records):
    """An address at which everybody is accepted and nobody answered."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = []

    def accept():
        while True:
            try:
                kept.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield from _pointed_at(f"http://127.0.0.1:{listener.getsockname()[1]}")
    listener.close()


def _pointed_at(address):
    service.breaker.reset()
    with override_settings(ELASTICSEARCH_URL=address, ELASTICSEARCH_TIMEOUT=1.0):
        yield address
    service.breaker.reset()


def _timed(work):
    started = time.monotonic()
    found = work()
    return found, time.monotonic() - started


@pytest.mark.parametrize("engine", ["down", "hung"])
def test_visitors_are_answered_by_postgres(engine, request):
    request.getfixturevalue(engine)
    result, seconds = _timed(lambda: service.search(SearchQuery(q="évaluation")))
    assert (result.engine, result.degraded, result.total) == ("postgresql", True, 3)
    assert seconds < 2


@pytest.mark.parametrize("engine", ["down", "hung"])
def test_a_dead_engine_slows_only_the_first(engine, request):
    request.getfixturevalue(engine)
    for _ in range(2):
        service.search(SearchQuery(q="évaluation"))
    for _ in range(5):
        result, seconds = _timed(lambda: service.search(SearchQuery(q="évaluation")))
        assert result.degraded
        assert seconds < 0.5


@pytest.mark.parametrize("engine", ["down", "hung"])
def test_the_page_says_that_it_is_simplified(engine, request):
    request.getfixturevalue(engine)
    response = Client(raise_request_exception=False).get("/recherche/?q=évaluation")
    assert response.status_code == 200
    assert response.context["result"].degraded


@pytest.mark.parametrize("engine", ["down", "hung"])
def test_publishing_is_not_held_up(engine, request):
    request.getfixturevalue(engine)
    corpus.add("Publié pendant la panne", name="panne")
    _nothing, seconds = _timed(lambda: receivers.on_catalogue_changed(None))
    assert seconds < 1
    (hit,) = service.search(SearchQuery(q="panne")).hits
    assert hit.title == "Publié pendant la panne"


@pytest.mark.parametrize("engine", ["down", "hung"])
def test_the_worker_gives_up_and_comes_back(engine, request):
    from search import tasks

    request.getfixturevalue(engine)
    _nothing, seconds = _timed(lambda: (tasks.follow(), tasks.heal()))
    assert seconds < 5


@pytest.mark.parametrize("engine", ["down", "hung"])
def test_the_check_says_that_there_is_no_answer(engine, request):
    request.getfixturevalue(engine)
    assert "no answer" in {problem.what for problem in checking.problems(elasticsearch=True)}


@pytest.mark.elasticsearch
def test_a_lost_index_comes_back_with_everything(records, elasticsearch_url):
    with configured(elasticsearch_url, "lost"):
        index_everything()
        assert service.search(SearchQuery(q="évaluation")).engine == "elasticsearch"
        elastic.writer().indices.delete(index=elastic.behind_alias("fr").name)
        lost = service.search(SearchQuery(q="évaluation"))
        assert (lost.engine, lost.degraded, lost.total) == ("postgresql", True, 3)
        index_everything()
        service.breaker.reset()
        assert service.search(SearchQuery(q="évaluation")).engine == "elasticsearch"


@pytest.mark.elasticsearch
def test_a_worker_killed_in_the_middle_of_a_batch(transactional_db, elasticsearch_url):
    with configured(elasticsearch_url, "killed"):
        for number in range(250):
            corpus.add(f"Fiche {number}", name=f"fiche-{number}")
        connections.close_all()  # a connection must not be shared by two processes
        worker = os.fork()
        if worker == 0:
            _work_until_killed()
        _pid, status = os.waitpid(worker, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert Record.objects.count() == 250
        for locale in sync.locales():
            sync.follow_elasticsearch(locale)
        sync.follow_postgres()
        call_command("search", "check")


def _work_until_killed():
    """In a child: index a batch and a half, then die without a word."""
    # After browser tests the parent has an event loop, the child has none: Django then finds the
    # connection from before, to a database that was replaced since.
    connections.close_all()
    elastic.client.cache_clear()
    real = elastic.ElasticsearchIndex.apply
    done = []

    def apply(self, records):
        if done:
            real(self, records[: len(records) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        done.append(1)
        return real(self, records)

    elastic.ElasticsearchIndex.apply = apply
    try:
        print("The child ended by itself:", sync.follow_elasticsearch("fr"), file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(1)


def test_an_engine_error_is_no_visitors_fault(records, monkeypatch):
    with override_settings(ELASTICSEARCH_URL="http://127.0.0.1:1"):
        service.breaker.reset()

        def failing(*args):
            raise EngineError("503")

        monkeypatch.setattr(service.ElasticsearchEngine, "search", failing)
        assert service.search(SearchQuery(q="évaluation")).total == 3
        service.breaker.reset()
