"""What was asked is answered again without the engine, as long as nothing has changed."""

import time

import pytest
from django.test.utils import override_settings

from cms.catalogue import touches
from cms.core.cache import SharedCache
from knowledge.thesaurus.models import ConceptLabel
from search import service
from search.desk.models import Pick, PickPage, SearchDay
from search.engines.base import EngineError
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine
from tests.factories import ConceptFactory, GuidePageFactory, UserFactory
from tests.search.conftest import index_everything
from tests.search.corpus import add

pytestmark = pytest.mark.usefixtures("db")

PAGE, API = "/recherche/?q={}", "/api/v1/search?q={}"


@pytest.fixture
def asked(monkeypatch):
    """The searches that PostgreSQL was asked for."""
    found = []
    ask = PostgresEngine.search

    def search(self, query, meaning, beside=None):
        found.append(query.q)
        return ask(self, query, meaning, beside)

    monkeypatch.setattr(PostgresEngine, "search", search)
    with override_settings(ELASTICSEARCH_URL=""):
        yield found


@pytest.mark.parametrize("address", [PAGE, API])
def test_the_engine_is_asked_once(client, asked, address):
    add("Jardins partagés")
    index_everything()
    first = client.get(address.format("jardins"))
    assert "partagés" in first.text
    again = client.get(address.format("jardins"))
    assert again.content == first.content
    assert again.headers == first.headers
    assert asked == ["jardins"]
    client.get(address.format("jardins&page=2"))
    assert asked == ["jardins"] * 2


def test_a_page_asked_again_takes_one_query(client, asked, django_assert_num_queries):
    add("Jardins partagés")
    index_everything()
    client.get(PAGE.format("jardins"))
    with django_assert_num_queries(1):
        client.get(PAGE.format("jardins"))


@pytest.mark.parametrize("address", [PAGE, API])
def test_what_is_published_is_found_at_once(client, asked, address):
    add("Jardins partagés")
    index_everything()
    client.get(address.format("jardins"))
    add("Jardins ouvriers", name="ouvriers")
    index_everything()
    assert "ouvriers" in client.get(address.format("jardins")).text


@pytest.mark.parametrize("address", [PAGE, API])
def test_what_is_unpublished_is_gone_at_once_even_before_the_index_knows(client, asked, address):
    page = GuidePageFactory(title="Jardins partagés")
    touches.flush()
    index_everything()
    assert "partagés" in client.get(address.format("jardins")).text
    page.unpublish()
    touches.flush()
    assert "partagés" not in client.get(address.format("jardins")).text


@pytest.mark.parametrize("address", [PAGE, API])
def test_a_new_label_works_at_once(client, asked, address):
    concept = ConceptFactory(label="Santé mentale")
    add("Aller mieux", concepts=[concept])
    index_everything()
    assert "Aller mieux" not in client.get(address.format("psychisme")).text
    ConceptLabel.objects.create(
        concept=concept, language="fr", kind="alternative", label="Psychisme"
    )
    assert "Aller mieux" in client.get(address.format("psychisme")).text


@pytest.mark.parametrize("address", [PAGE, API])
def test_an_editors_pick_stands_first_at_once(client, asked, address):
    page = GuidePageFactory(title="Cultiver ensemble")
    touches.flush()
    add("Jardins partagés")
    index_everything()
    assert "Cultiver" not in client.get(address.format("jardins")).text
    pick = Pick.objects.create(texts="jardins", keys=["jardins"])
    PickPage.objects.create(pick=pick, page=page)
    assert "Cultiver" in client.get(address.format("jardins")).text


@pytest.mark.parametrize("address", [PAGE, API])
def test_an_answer_in_another_engines_place_is_not_kept(client, asked, monkeypatch, address):
    def dead(self, query, meaning, beside=None):
        raise EngineError("dead")

    monkeypatch.setattr(ElasticsearchEngine, "search", dead)
    add("Jardins partagés")
    index_everything()
    with override_settings(ELASTICSEARCH_URL="http://127.0.0.1:1"):
        for _time in range(2):
            service.breaker.reset()
            assert client.get(address.format("jardins")).status_code == 200
    service.breaker.reset()
    assert asked == ["jardins"] * 2


def test_whoever_is_signed_in_has_a_page_of_their_own(client, asked):
    add("Jardins partagés")
    index_everything()
    editor = UserFactory(is_superuser=True)
    client.force_login(editor)
    own = client.get(PAGE.format("jardins")).text
    client.logout()
    assert client.get(PAGE.format("jardins")).text != own
    assert asked == ["jardins"] * 2
    client.force_login(editor)
    assert client.get(PAGE.format("jardins")).text == own
    assert asked == ["jardins"] * 3


def test_each_language_and_each_host_has_its_own(client, asked):
    add("Jardins partagés")
    index_everything()
    french = client.get(PAGE.format("jardins")).text
    assert client.get(f"/en{PAGE.format('jardins')}").text != french
    client.get(PAGE.format("jardins"), headers={"Host": "127.0.0.1"})
    assert len(asked) >= 3


def test_a_search_answered_again_is_counted_again(client, asked):
    add("Jardins partagés")
    index_everything()
    for _time in range(2):
        client.get(PAGE.format("jardins"), headers={"User-Agent": "Mozilla/5.0"})
    assert SearchDay.objects.get().searches == 2
    assert asked == ["jardins"]


def test_it_is_kept_for_a_minute(client, asked, monkeypatch):
    add("Jardins partagés")
    index_everything()
    client.get(PAGE.format("jardins"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 58)
    client.get(PAGE.format("jardins"))
    assert asked == ["jardins"]
    monkeypatch.setattr(time, "time", lambda: now + 62)
    client.get(PAGE.format("jardins"))
    assert asked == ["jardins"] * 2


@pytest.mark.parametrize("address", [PAGE, API])
def test_what_one_process_answered_another_sends_from_the_folder_of_all(
    client, asked, settings, tmp_path, address
):
    """Each cache object stands for a process: they have the folder in common and nothing else."""
    add("Jardins partagés")
    index_everything()
    folder = {"BACKEND": "cms.core.cache.SharedCache",
              "LOCATION": tmp_path / "answers"}  # fmt: skip
    first = None
    for _process in range(2):
        settings.CACHES = {**settings.CACHES, "answers": folder}
        answer = client.get(address.format("jardins"))
        assert answer.content == (first or answer).content
        first = answer
    assert asked == ["jardins"]


def test_a_folder_without_room_costs_no_answer(client, asked, settings, tmp_path):
    nowhere = tmp_path / "a file"
    nowhere.touch()
    backend = "cms.core.cache.SharedCache"
    settings.CACHES = {**settings.CACHES, "answers": {"BACKEND": backend, "LOCATION": nowhere}}
    add("Jardins partagés")
    index_everything()
    assert "partagés" in client.get(PAGE.format("jardins")).text


def test_a_folder_never_holds_many_more_than_it_may(tmp_path):
    kept = SharedCache(tmp_path, {"OPTIONS": {"MAX_ENTRIES": 20}})
    for number in range(3_000):
        kept.set(str(number), number)
    assert len(list(tmp_path.iterdir())) < 400
    assert kept.get("2999") == 2999
