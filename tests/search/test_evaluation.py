"""The measure itself, and the command on a small folder."""

import gzip
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import override_settings

from search import semantic
from search.evaluation import Asked, figures, query_sets


def test_figures_of_known_answers():
    perfect = figures([(["a", "b"], {"a": 2, "b": 1})])
    assert (perfect.ndcg10, perfect.mrr10, perfect.recall10, perfect.n) == (1, 1, 1, 1)
    second = figures([(["x", "a"], {"a": 1})])
    assert (second.ndcg10, second.mrr10, second.recall10) == (0.6309, 0.5, 1)
    assert figures([(["x"], {"a": 1, "b": 0})]).recall10 == 0
    assert figures([(["x"] * 10 + ["a"], {"a": 1})]).mrr10 == 0


def test_sets_by_kind():
    queries = [
        Asked("q1", "question", True, {"a": 1}),
        Asked("q2", "question", False, {"a": 1}),
        Asked("q3", "anchor", False, {"a": 1}),
        Asked("q4", "keywords", False, {"a": 1}),
        Asked("q5", "keywords", False, {}),
    ]
    assert [(one.name, one.titles, len(one.queries)) for one in query_sets(queries)] == [
        ("questions", False, 2), ("questions_noleak", True, 1), ("anchors", True, 1),
        ("keywords", True, 1),
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    documents = [
        {"id": "F1", "title": "Les chats", "text": "Le chat dort sur le toit."},
        {"id": "F2", "title": "Les chiens", "text": "Le chien garde la maison."},
    ]
    with gzip.open(tmp_path / "docs.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(document) + "\n" for document in documents)
    (tmp_path / "queries.tsv").write_text(
        "qid\tkind\ttitle_leak\ttext\n"
        'q1\tquestion\t1\tOù dort le "chat" ?\nq2\tquestion\t0\tQui garde la maison ?\n'
        "q3\tanchor\t0\tchiens\nq4\tother\t0\tchat dort\n",
        encoding="utf-8",
    )
    (tmp_path / "qrels.tsv").write_text(
        "qid\tdocid\tgrade\nq1\tF1\t1\nq2\tF2\t1\nq3\tF2\t1\nq4\tF1\t2\n", encoding="utf-8"
    )
    return tmp_path


def test_the_command_measures_and_leaves_nothing_behind(transactional_db, folder, capsys):
    def databases():
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'relais_eval%%'")
            return cursor.fetchall()

    own = connection.settings_dict["NAME"]
    with override_settings(ELASTICSEARCH_URL=""):
        call_command("search", "evaluate", str(folder), "--json")
    found = json.loads(capsys.readouterr().out)
    assert set(found["postgresql"]) == {"questions", "questions_noleak", "anchors", "other"}
    for one in found["postgresql"].values():
        assert one["ndcg10"] == one["mrr10"] == one["recall10"] == 1
    assert found["postgresql"]["questions"]["n"] == 2
    assert connection.settings_dict["NAME"] == own
    assert databases() == []


@pytest.mark.skipif(not semantic.installed(), reason="relais[semantic] is not installed")
def test_weights_of_the_semantic_complement_are_measured_beside_the_words(
    transactional_db, folder, capsys
):
    with override_settings(ELASTICSEARCH_URL=""):
        call_command("search", "evaluate", str(folder), "--weights", "0.5,2")
    printed = capsys.readouterr().out
    for name in ("postgresql  ", "postgresql +0.5", "postgresql +2"):
        assert len([line for line in printed.splitlines() if line.startswith(name)]) == 4
    assert "p95" in printed


def test_a_folder_of_another_shape_is_refused(transactional_db, tmp_path):
    with pytest.raises(CommandError):
        call_command("search", "evaluate", str(tmp_path))
