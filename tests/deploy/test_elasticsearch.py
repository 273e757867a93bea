"""The local Elasticsearch: one real start, one kill, and every way in which none can be had."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch, NotFoundError

from deploy.local import elasticsearch, folders, java
from deploy.local.accounts import Account
from deploy.local.elasticsearch_node import Node
from deploy.local.errors import ServiceError
from deploy.local.process import Started, launch, load, save

PROJECT = Path(__file__).resolve().parents[2]
FRENCH = {
    "analysis": {
        "filter": {
            "articles": {"type": "elision", "articles_case": True, "articles": ["l", "d", "qu"]},
            "stems": {"type": "stemmer", "language": "light_french"},
        },
        "analyzer": {
            "fr": {
                "tokenizer": "standard",
                "filter": ["articles", "lowercase", "stems", "asciifolding"],
            }
        },
    }
}


def noted(base_dir: Path) -> Started:
    found = load(base_dir / "var" / "elasticsearch.json")
    assert found is not None
    return found


@pytest.mark.elasticsearch
def test_a_real_one_starts_once_and_survives_a_kill(base_dir: Path) -> None:
    assert elasticsearch.url(base_dir) is None
    script = (
        "import sys; from pathlib import Path; from deploy.local import elasticsearch;"
        "print(elasticsearch.ensure_running(Path(sys.argv[1]), heap='512m', fast=True))"
    )
    callers = [
        subprocess.Popen(
            [sys.executable, "-c", script, base_dir], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    answers = {caller.communicate(timeout=240)[0].strip() for caller in callers}
    address = elasticsearch.url(base_dir)
    assert answers == {address}
    assert elasticsearch.ensure_running(base_dir) == address
    assert elasticsearch.status(base_dir).running

    client = Elasticsearch(address)
    client.indices.create(index="guides", settings=FRENCH)
    client.index(index="guides", id="1", document={"title": "L’évaluation"}, refresh=True)
    words = client.indices.analyze(index="guides", analyzer="fr", text="l'évaluation")["tokens"]
    assert [word["token"] for word in words] == ["evalu"]
    with pytest.raises(NotFoundError, match="auto_create_index"):
        client.index(index="unannounced", document={})

    noted(base_dir).send(signal.SIGKILL)
    assert noted(base_dir).wait_gone(10)
    assert not elasticsearch.status(base_dir).running
    assert elasticsearch.ensure_running(base_dir, heap="512m", fast=True) == address
    assert client.count(index="guides")["count"] == 1
    client.close()

    assert elasticsearch.stop(base_dir) is True
    assert elasticsearch.stop(base_dir) is False
    assert elasticsearch.url(base_dir) is None


def test_a_stale_note_never_reaches_a_stranger(
    base_dir: Path, account: Account, stranger: subprocess.Popen[bytes]
) -> None:
    (base_dir / "var").mkdir()
    marker = Node(base_dir, account).marker
    save(
        base_dir / "var" / "elasticsearch.json",
        Started(stranger.pid, "1", marker, 9200, ready=True),
    )
    assert elasticsearch.stop(base_dir) is False
    assert not elasticsearch.status(base_dir).running
    assert stranger.poll() is None


def test_a_named_one_is_used_as_it_is(base_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://search.example:9200")
    assert elasticsearch.ensure_running(base_dir) == elasticsearch.url(base_dir)
    assert list(base_dir.iterdir()) == []


def test_without_docker_and_maven_the_message_says_what_to_do(
    base_dir: Path, bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name in ("mvn", "docker") else name)
    monkeypatch.setattr(java, "find_jdk", lambda account: Path("/jdk"))
    with pytest.raises(ServiceError, match="Docker does not run here and Maven") as caught:
        elasticsearch.ensure_running(base_dir)
    assert "ELASTICSEARCH_URL" in str(caught.value)
    assert "PostgreSQL" in str(caught.value)


def test_an_unwritable_folder_is_named(
    base_dir: Path, as_ordinary_user: Callable[[], None]
) -> None:
    base_dir.chmod(0o555)
    as_ordinary_user()
    with pytest.raises(ServiceError, match="cannot be written by user"):
        elasticsearch.ensure_running(base_dir)


def test_another_owners_data_are_refused(
    base_dir: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(java, "find_jdk", lambda account: Path("/jdk"))
    monkeypatch.setattr("deploy.local.distribution.assembled", lambda account: Path("/es"))
    data = base_dir / "var" / "elasticsearch"
    data.mkdir(parents=True, mode=0o700)
    other = Account(account.uid + 1, account.gid, "other", switch=False)
    with pytest.raises(ServiceError, match="belongs to user"):
        Node(base_dir, other).start(1, [])


def test_somebody_elses_cluster_on_our_port_is_not_ours(
    base_dir: Path, account: Account, answering: Callable[[str], int]
) -> None:
    node = Node(base_dir, account)
    log = folders.var_folder(base_dir) / "log"
    command = ["/bin/sh", "-c", "sleep 60; exit", node.marker]
    started = launch(account, command, marker=node.marker, env={}, log=log)
    try:
        for cluster, seen in ((node.cluster, True), ("elasticsearch", False)):
            port = answering(cluster)
            save(node.state_file, Started(started.pid, started.since, node.marker, port, True))
            assert (node.serving_at() is not None) is seen
    finally:
        started.end(signal.SIGTERM, signal.SIGKILL, 5)


def test_a_port_that_another_program_keeps_is_not_taken(base_dir: Path) -> None:
    own = elasticsearch._free_port(base_dir)
    assert elasticsearch._free_port(base_dir) == own
    with socket.create_server(("127.0.0.1", own)):
        assert elasticsearch._free_port(base_dir) != own
