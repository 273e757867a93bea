"""The semantic complement: off it changes nothing, on it orders by meaning what words cannot
tell apart, and where something is missing the search goes by words. On real engines."""

import importlib.util
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings

from cms.catalogue.models import Record
from search import checking, compounds, semantic, service, sync
from search.desk.explaining import explain
from search.engines import elasticsearch_index as elastic
from search.engines import elasticsearch_query, postgres_vectors
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine
from search.interpretation import NOTHING, interpret
from search.query import SearchQuery
from tests.search.conftest import configured, index_everything, titles
from tests.search.corpus import add, uid_of

has_package = importlib.util.find_spec(semantic.PACKAGE) is not None
needs_package = pytest.mark.skipif(
    not has_package, reason="relais[semantic] is not installed: nothing makes vectors"
)
# Both have the words that the search has in common with them, and the wrong one is newer.
QUESTION = "prix avocat divorce"
LAW, FRUIT = "Un avocat à petit prix", "Un avocat à petit prix !"


@pytest.fixture
def on():
    with override_settings(SEARCH_SEMANTIC=1.0):
        semantic.load()
        yield


@pytest.fixture
def few(db, on):
    """Records that words alone order wrongly."""
    add(LAW, name="law", published="2023-01-01",
        body="Le juge du tribunal et la séparation des époux devant la justice.")  # fmt: skip
    add(FRUIT, name="fruit", published="2024-01-01",
        body="Le marché du samedi et la salade des légumes devant la boutique.")  # fmt: skip
    add("Le jardin partagé", name="garden", body="Des voisins sèment des haricots.")
    add("", name="empty")


@contextmanager
def filled(name, request):
    """The engine of this name with the few records and their vectors."""
    if name == "postgresql":
        with override_settings(ELASTICSEARCH_URL=""):
            sync.follow_postgres()
            sync.follow_vectors()
            yield PostgresEngine()
        return
    from django.conf import settings

    with configured(request.getfixturevalue("elasticsearch_url"), "semantic"):
        index_everything()
        yield ElasticsearchEngine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX)


@pytest.fixture(
    params=["postgresql", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
)
def engine(request, few):
    with filled(request.param, request) as engine:
        yield engine


def ask(engine, q=QUESTION, **fields):
    return service.search(SearchQuery(q=q, **fields), engine=engine)


def by_words(engine, q=QUESTION, **fields):
    with override_settings(SEARCH_SEMANTIC=0.0):
        return ask(engine, q, **fields)


@needs_package
def test_vectors_of_like_texts_are_nearer_than_those_of_unlike_texts():
    asked, near, far = semantic.encode(
        ["la garde des enfants après un divorce", "séparation des parents : chez qui l’enfant vit",
         "la vidange du moteur de la voiture"]
    )  # fmt: skip
    assert len(asked) == semantic.DIMENSIONS
    assert semantic.cosine(asked, asked) == pytest.approx(1, abs=1e-3)
    assert semantic.cosine(asked, near) > semantic.cosine(asked, far) + 0.1


@needs_package
def test_a_record_is_its_title_and_by_half_its_text():
    title, text = semantic.encode(["La garde des enfants", "Le moteur de la voiture"])
    one, other, both = semantic.encode_records(
        [semantic.Said("La garde des enfants", ""), semantic.Said("", "Le moteur de la voiture"),
         semantic.Said("La garde des enfants", "Le moteur de la voiture")]
    )  # fmt: skip
    assert semantic.cosine(one, title) == pytest.approx(1, abs=1e-3)
    assert semantic.cosine(other, text) == pytest.approx(1, abs=1e-3)
    assert semantic.cosine(both, both) == pytest.approx(1, abs=1e-3)
    assert semantic.cosine(both, title) > semantic.cosine(both, text) > 0.3


@needs_package
def test_only_meaning_finds_the_order(engine):
    assert titles(by_words(engine)) == [FRUIT, LAW]
    assert titles(ask(engine)) == [LAW, FRUIT]


@needs_package
def test_it_finds_nothing_by_itself_and_counts_the_same(engine):
    words, meant = by_words(engine), ask(engine)
    assert (meant.total, meant.facets) == (words.total, words.facets)
    assert {hit.uid for hit in meant.hits} == {hit.uid for hit in words.hits}
    assert all("<mark>" in hit.title_html for hit in meant.hits)
    assert ask(engine, "dissolution matrimoniale").total == 0


@needs_package
def test_other_orders_groups_and_pages_stay_as_they_are(engine):
    for fields in ({"order": "newest"}, {"order": "title"}, {"grouped": True}):
        assert titles(ask(engine, **fields)) == titles(by_words(engine, **fields))
    assert [titles(ask(engine, page_size=1, page=page)) for page in (1, 2, 3)] == [
        [LAW], [FRUIT], []
    ]  # fmt: skip


@needs_package
def test_a_pasted_title_and_quoted_words_find_their_page_first(engine):
    assert titles(ask(engine, "Le jardin partagé"))[0] == "Le jardin partagé"
    assert titles(ask(engine, '"salade des légumes" prix avocat divorce')) == [FRUIT]
    assert titles(ask(engine, "prix avocat divorce -juge")) == [FRUIT]


@needs_package
def test_a_hidden_record_is_not_shown(engine):
    from cms.catalogue.projection import _bury

    with transaction.atomic():
        _bury([(uid_of("law"), "unpublished")])
    assert titles(ask(engine)) == [FRUIT]
    sync.follow_vectors()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_vector WHERE uid = %s", [uid_of("law")])
        assert cursor.fetchone() == (0,)


@needs_package
def test_the_desk_says_what_the_meaning_gave(engine):
    found = explain(SearchQuery(q=QUESTION), Record.objects.get(pk=uid_of("law")), engine)
    assert found.rank == 1
    gained = [part for part in found.parts if part.field == "meaning"]
    assert len(gained) == 1
    assert gained[0].points > 0
    assert sum(part.points for part in found.parts) == pytest.approx(found.score, rel=0.02)


@needs_package
def test_an_index_made_before_it_was_switched_on_answers_by_words(few, request):
    with override_settings(SEARCH_SEMANTIC=0.0, ELASTICSEARCH_URL=""):
        sync.follow_postgres()
    assert not postgres_vectors.there()
    assert titles(ask(PostgresEngine())) == [FRUIT, LAW]


@needs_package
@pytest.mark.elasticsearch
def test_switching_it_on_makes_the_index_of_elasticsearch_anew(few, request):
    with override_settings(SEARCH_SEMANTIC=0.0), filled("elasticsearch", request) as engine:
        before = elastic.behind_alias("fr")
        with override_settings(SEARCH_SEMANTIC=1.0):
            assert set(titles(ask(engine))) == {FRUIT, LAW}  # no vectors yet, and no error
            sync.heal_all()
            after = elastic.behind_alias("fr")
            after.refresh()
            assert after.name != before.name
            assert titles(ask(engine)) == [LAW, FRUIT]
        assert titles(ask(engine)) == [FRUIT, LAW]


@needs_package
def test_unchanged_texts_are_not_encoded_again(few, monkeypatch):
    sync.follow_vectors()
    encoded = []
    real = semantic.encode
    monkeypatch.setattr(semantic, "encode", lambda texts: encoded.extend(texts) or real(texts))
    add("Le jardin partagé", name="garden", body="Des voisins sèment des haricots.",
        published="2025-01-01")  # fmt: skip
    add("Le potager partagé", name="new")
    assert sync.follow_vectors().read == 2
    assert encoded == ["Le potager partagé"]


@needs_package
def test_lost_vectors_are_made_anew_and_the_check_names_them(few):
    sync.follow_postgres()
    sync.follow_vectors()
    assert not list(checking.problems(elasticsearch=False))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_vector WHERE uid = %s", [uid_of("law")])
    assert [one.what for one in checking.problems(elasticsearch=False)] == ["missing"]
    with override_settings(ELASTICSEARCH_URL=""):
        sync.heal_all()
    assert not list(checking.problems(elasticsearch=False))


@needs_package
def test_switched_off_its_table_goes_and_comes_back_whole(few):
    sync.follow_vectors()
    with override_settings(SEARCH_SEMANTIC=0.0, ELASTICSEARCH_URL=""):
        sync.follow_postgres()
        sync.heal_all()
        assert not postgres_vectors.there()
    assert sync.follow_vectors().read == Record.objects.count()
    assert postgres_vectors.vector_index().size() == Record.objects.count()


@needs_package
def test_the_query_is_encoded_once(few):
    query, meaning = SearchQuery(q="santé mentale"), interpret("santé mentale", "fr")
    semantic.forget_queries()
    first = semantic.of_query(query, meaning)
    assert first == semantic.of_query(query, meaning)
    assert semantic._of_text.cache_info().misses == 1


@needs_package
@pytest.mark.parametrize("text", ["avocat", "l’avocat", "médico-social"])
def test_one_word_says_all_by_itself(on, db, text):
    meaning = compounds.read(interpret(text, "fr"), NOTHING)
    meaning = replace(meaning, joined={0: "medicosocial"} if "-" in text else {})
    assert semantic.of_query(SearchQuery(q=text), meaning) is None


@needs_package
def test_a_misspelled_word_means_nothing_to_the_encoder(on):
    meaning = interpret("résidance artistique", "fr")
    asked = SearchQuery(q=meaning.text)
    assert semantic.of_query(asked, meaning)
    corrected = replace(meaning, corrections={"résidance": ("residenc",)})
    assert semantic.of_query(asked, corrected) is None


@needs_package
def test_searches_go_by_words_while_the_encoder_is_being_loaded(few, monkeypatch):
    monkeypatch.setattr(semantic._Model, "at_hand", lambda self: None)
    sync.follow_postgres()
    sync.follow_vectors()
    assert titles(ask(PostgresEngine())) == [FRUIT, LAW]


def test_off_by_default_nothing_is_asked_made_or_sent(db, settings):
    assert settings.SEARCH_SEMANTIC == 0
    add(LAW, name="law")
    with CaptureQueriesContext(connection) as asked:
        sync.follow_postgres()
        sync.follow_vectors()
        service.search(SearchQuery(q="avocat"), engine=PostgresEngine())
    assert not [one["sql"] for one in asked if "search_vector" in one["sql"]]
    assert "meaning" not in elastic._mapping()["properties"]
    body = elasticsearch_query.request(SearchQuery(q="avocat"), interpret("avocat", "fr"))
    assert len(body["rescore"]) == 1  # the words' own second step
    assert "meaning" not in str(body)
    assert not checks.run_checks(databases=["default"])


def test_without_the_package_a_check_says_so_and_words_answer(db, monkeypatch):
    monkeypatch.setattr(semantic, "installed", lambda: False)
    monkeypatch.setitem(sys.modules, semantic.PACKAGE, None)
    add(LAW, name="law")
    with override_settings(SEARCH_SEMANTIC=0.5, ELASTICSEARCH_URL=""):
        found = checks.run_checks(databases=["default"])
        assert [one.id for one in found] == ["search.W001"]
        sync.follow_postgres()
        sync.heal_all()
        assert "meaning" not in elastic._mapping()["properties"]
        assert titles(ask(PostgresEngine(), "avocat")) == [LAW]
        with pytest.raises(CommandError, match="semantic"):
            call_command("search", "evaluate", "folder")


@needs_package
def test_without_pgvector_a_check_says_so_and_words_answer(few, monkeypatch):
    monkeypatch.setattr(postgres_vectors, "EXTENSION", "no_such_extension")
    found = checks.run_checks(databases=["default"])
    assert [one.id for one in found] == ["search.W002"]
    sync.follow_postgres()
    assert sync.follow_vectors().done
    assert not postgres_vectors.there()
    assert titles(ask(PostgresEngine())) == [FRUIT, LAW]


@needs_package
def test_a_server_that_forbids_the_extension_breaks_nothing(few, monkeypatch):
    monkeypatch.setattr(postgres_vectors, "_CREATE", "SELECT nothing FROM nowhere")
    sync.follow_postgres()
    assert sync.follow_vectors().done
    assert titles(ask(PostgresEngine())) == [FRUIT, LAW]


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf"), 1000.0])
def test_a_weight_that_is_none_is_an_error_of_the_check(weight):
    with override_settings(SEARCH_SEMANTIC=weight):
        assert [one.id for one in checks.run_checks()] == ["search.E001"]
