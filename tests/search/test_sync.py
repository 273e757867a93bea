"""Every index follows the change feed, whatever happens to it. On real engines."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cms.catalogue.models import Record
from search import checking, sync
from search.engines import elasticsearch_index as elastic
from search.engines.base import EngineError
from search.engines.postgres_index import PostgresIndex
from search.models import Entry, FilePage, IndexCursor, Posting
from tests.search import corpus
from tests.search.conftest import configured, index_everything
from tests.search.corpus import add, uid_of


@pytest.fixture
def records(module_db):
    corpus.build()


@pytest.fixture
def elasticsearch(elasticsearch_url):
    with configured(elasticsearch_url, "sync"):
        yield


@pytest.fixture
def both(records, elasticsearch):
    for locale in sync.locales():
        sync.follow_elasticsearch(locale)
    sync.follow_postgres()


def bury(name):
    """Turn a record into a tombstone, as the catalogue does."""
    from cms.catalogue.projection import _bury

    with transaction.atomic():
        _bury([(uid_of(name), "unpublished")])


def problems(*, elasticsearch=False):
    return [(problem.what, problem.uid) for problem in
            checking.problems(elasticsearch=elasticsearch)]  # fmt: skip


class Said:
    """What a rebuild says of how it gets on."""

    def __init__(self):
        self.resumed, self.read = [], []
        self.progress = sync.Progress(read=self.read.append, resumed=self.resumed.append)


def kill_in_the_second_batch(monkeypatch, index):
    real, batches = index.apply, []

    def apply(self, records):
        batches.append(records)
        if len(batches) == 2:
            raise KeyboardInterrupt
        return real(self, records)

    monkeypatch.setattr(index, "apply", apply)
    monkeypatch.setattr(sync, "BATCH", 3)


def test_a_killed_rebuild_in_place_goes_on_where_it_stopped(records, monkeypatch):
    sync.follow_postgres()
    kill_in_the_second_batch(monkeypatch, PostgresIndex)
    with pytest.raises(KeyboardInterrupt):
        sync.rebuild_postgres(sync.Progress())
    monkeypatch.undo()
    said = Said()
    sync.rebuild_postgres(said.progress)
    assert said.resumed == [3]
    assert sum(said.read) == Record.objects.count() - 3
    assert problems() == []
    again = Said()
    sync.rebuild_postgres(again.progress)
    assert (again.resumed, sum(again.read)) == ([], Record.objects.count())


def test_postgres_follows(records):
    assert ("missing", str(uid_of("cls-dix"))) in problems()
    sync.follow_postgres()
    assert problems() == []
    add("Le CLS en onze questions", name="cls-dix")
    assert problems() == [("outdated", str(uid_of("cls-dix")))]
    bury("clsm")
    assert ("leftover", str(uid_of("clsm"))) in problems()
    sync.follow_postgres()
    assert problems() == []


def test_nothing_stays_of_a_record_that_is_gone(records):
    sync.follow_postgres()
    entry = Entry.objects.get(uid=uid_of("atelier")).pk
    assert FilePage.objects.filter(entry=entry).count() == 3
    bury("atelier")
    sync.follow_postgres()
    assert not Posting.objects.filter(entry_id=entry).exists()
    assert not FilePage.objects.filter(entry_id=entry).exists()


def test_a_batch_that_comes_twice_changes_nothing(records):
    sync.follow_postgres()
    before = list(Posting.objects.order_by("word", "entry").values_list("word", "frequency"))
    PostgresIndex().apply(list(Record.objects.all()))
    assert before == list(
        Posting.objects.order_by("word", "entry").values_list("word", "frequency")
    )


def test_an_older_version_never_wins(records):
    old = Record.objects.get(uid=uid_of("cls-dix"))
    add("Le CLS en onze questions", name="cls-dix")
    sync.follow_postgres()
    PostgresIndex().apply([old])
    assert problems() == []


def test_a_bounded_reader_says_that_it_is_not_done(records):
    assert not sync.follow_postgres(limit=5).done
    assert sync.follow_postgres().done


def test_a_text_of_very_many_words(records):
    add("Énorme", name="enorme", body=" ".join(f"mot{n}é" for n in range(120_000)),
        pages=[" ".join(f"page{n}" for n in range(120_000)), "x" * 300_000])  # fmt: skip
    sync.follow_postgres()
    assert problems() == []
    assert Posting.objects.filter(word="fr:mot119999e").count() == 1


def test_an_emptied_postgres_index_heals(records):
    sync.follow_postgres()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_posting")
        cursor.execute("DELETE FROM search_entry")
    sync.heal_all()
    assert problems() == []


def test_a_catalogue_restored_from_an_older_copy(records):
    sync.follow_postgres()
    IndexCursor.objects.update(version=10**9)
    add("Nouveau", name="nouveau")
    sync.heal_all()
    assert problems() == []


@pytest.mark.elasticsearch
class TestElasticsearch:
    def test_it_follows(self, both):
        assert problems(elasticsearch=True) == []
        add("Le CLS en onze questions", name="cls-dix")
        bury("clsm")
        bury("evaluation")
        assert len(problems(elasticsearch=True)) == 6
        index_everything()
        assert problems(elasticsearch=True) == []

    def test_a_record_that_came_back(self, both):
        bury("clsm")
        index_everything()
        add("Le CLSM est revenu", name="clsm")
        index_everything()
        assert problems(elasticsearch=True) == []

    def test_a_tombstone_of_a_record_never_indexed(self, both):
        add("Passager", name="passager")
        bury("passager")
        index_everything()
        assert problems(elasticsearch=True) == []

    def test_a_deleted_index_is_made_anew(self, both):
        lost = elastic.behind_alias("fr")
        elastic.writer().indices.delete(index=lost.name)
        sync.follow_elasticsearch("fr")
        assert elastic.behind_alias("fr").name != lost.name
        assert problems(elasticsearch=True) == []

    def test_a_write_never_makes_an_index_by_itself(self, both):
        lost = elastic.behind_alias("fr")
        elastic.writer().indices.delete(index=lost.name)
        with pytest.raises(EngineError):
            lost.apply(list(Record.objects.filter(locale="fr")))
        assert elastic.behind_alias("fr") is None

    def test_an_emptied_index_heals(self, both):
        index = elastic.behind_alias("fr")
        elastic.writer().delete_by_query(
            index=index.name, query={"match_all": {}}, refresh=True, conflicts="proceed"
        )
        sync.heal_all()
        assert problems(elasticsearch=True) == []

    def test_an_index_with_a_stranger_heals(self, both):
        index = elastic.behind_alias("fr")
        elastic.writer().index(index=index.name, id="stranger", document={"title": "x"})
        assert ("leftover", "stranger") in problems(elasticsearch=True)
        sync.heal_all()
        assert problems(elasticsearch=True) == []

    def test_what_is_not_read_yet_is_no_loss(self, both):
        bury("clsm")
        bury("signer")
        index = elastic.behind_alias("fr")
        before = IndexCursor.objects.get(name=index.name).version
        sync.heal_all()
        assert IndexCursor.objects.get(name=index.name).version == before

    def test_an_index_of_an_older_mapping_is_made_anew(self, both, monkeypatch):
        before = elastic.behind_alias("fr").name
        monkeypatch.setattr(elastic, "digest", lambda locale: "another")
        sync.heal_all()
        assert elastic.behind_alias("fr").name != before
        assert problems(elasticsearch=True) == []

    def test_a_catalogue_restored_from_an_older_copy(self, both):
        IndexCursor.objects.filter(engine="elasticsearch").update(version=10**9)
        sync.follow_elasticsearch("fr")
        assert problems(elasticsearch=True) == []

    def test_a_document_that_the_engine_refuses_holds_up_nobody(self, both, monkeypatch):
        real = elastic.document

        def poisoned(record):
            made = real(record)
            if record.uid == uid_of("signer"):
                made["published_at"] = "never"
            return made

        monkeypatch.setattr(elastic, "document", poisoned)
        add("Signer encore", name="signer")
        add("Après", name="apres")
        index_everything()
        assert problems(elasticsearch=True) == [("refused", str(uid_of("signer")))]
        monkeypatch.undo()
        add("Signer enfin", name="signer")
        index_everything()
        assert problems(elasticsearch=True) == []

    def test_a_rebuild_swaps_and_leaves_one_index(self, both):
        before = elastic.behind_alias("fr")
        call_command("search", "rebuild")
        after = elastic.behind_alias("fr")
        assert before.name != after.name
        assert len(elastic.writer().indices.get(index=f"{after.name[:-20]}*").body) == 1
        assert problems(elasticsearch=True) == []
        call_command("search", "check")

    def test_a_killed_rebuild_goes_on_where_it_stopped(self, both, monkeypatch):
        before = elastic.behind_alias("fr")
        kill_in_the_second_batch(monkeypatch, elastic.ElasticsearchIndex)
        with pytest.raises(KeyboardInterrupt):
            sync.rebuild_elasticsearch("fr", sync.Progress())
        monkeypatch.undo()
        assert elastic.behind_alias("fr").name == before.name  # it answers all the while
        half = elastic.unfinished("fr")
        add("Une fiche de plus", name="plus")
        said = Said()
        sync.rebuild_elasticsearch("fr", said.progress)
        assert elastic.behind_alias("fr").name == half.name
        assert said.resumed == [3]
        assert sum(said.read) == Record.objects.filter(locale="fr").count() - 3
        sync.follow_postgres()
        assert problems(elasticsearch=True) == []

    def test_a_rebuilt_index_is_of_one_part_and_shows_what_comes_within_a_second(
        self, both, monkeypatch
    ):
        monkeypatch.setattr(sync, "BATCH", 2)
        index = elastic.create("fr")
        sync._follow(index, limit=2, progress=lambda _read: index.refresh())
        call_command("search", "rebuild")
        assert elastic.behind_alias("fr").name == index.name
        made = elastic.writer().indices
        (shard,) = made.segments(index=index.name).body["indices"][index.name]["shards"]["0"]
        assert len(shard["segments"]) == 1
        kept = made.get_settings(index=index.name).body[index.name]["settings"]["index"]
        assert kept["refresh_interval"] == "1s"

    def test_an_unfinished_index_made_for_another_mapping_is_not_taken(self, both, monkeypatch):
        left = elastic.create("fr")
        monkeypatch.setattr(elastic, "digest", lambda locale: "another")
        sync.rebuild_elasticsearch("fr", sync.Progress())
        assert elastic.behind_alias("fr").name != left.name

    def test_the_check_names_what_differs(self, both, capsys):
        bury("clsm")
        with pytest.raises(CommandError):
            call_command("search", "check")
        assert f"leftover {uid_of('clsm')}" in capsys.readouterr().out
