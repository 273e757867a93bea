"""Elasticsearch in Docker, as a stand-in for Docker's client sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import elasticsearch, folders
from deploy.local.elasticsearch_docker import IMAGE, Container, docker_runs
from deploy.local.errors import ServiceError
from tests.deploy.conftest import program

DOCKER = """
echo "$@" >> "$0.log"
case "$1" in
  info) exit 0 ;;
  image) exit 0 ;;
  run) touch "$0.running" ;;
  port) test -e "$0.running" && echo 127.0.0.1:{port} ;;
  inspect) test -e "$0.running" && echo {label} ;;
  stop) rm "$0.running" ;;
esac
"""


def test_where_docker_runs_the_official_image_is_started(
    base_dir: Path, bare_machine: Path, answering: Callable[[str], int]
) -> None:
    assert not docker_runs()  # a client without its engine
    container = Container(folders.copy_key(base_dir))
    port = answering(container.name)
    program(bare_machine, "docker", DOCKER.format(port=port, label=container.key))
    # The fake engine publishes where the fake cluster answers.
    assert container.start(port, ["-Xmx512m"]) == f"http://127.0.0.1:{port}"
    (base_dir / "var").mkdir()
    (base_dir / "var" / "elasticsearch.url").write_text(f"http://127.0.0.1:{port}\n")
    assert elasticsearch.ensure_running(base_dir) == f"http://127.0.0.1:{port}"
    assert elasticsearch.status(base_dir).detail == f"container {container.name}"

    calls = (bare_machine / "docker.log").read_text().splitlines()
    (run,) = [call for call in calls if call.startswith("run ")]
    assert f"--publish=127.0.0.1:{port}:9200" in run
    assert run.endswith(IMAGE)
    assert IMAGE == "elasticsearch:9.4.3"
    assert "action.auto_create_index=false" in run
    assert "ES_JAVA_OPTS=-Xmx512m" in run

    assert elasticsearch.stop(base_dir) is True
    assert elasticsearch.stop(base_dir) is False


def test_a_container_of_the_same_name_by_others_is_left_alone(
    base_dir: Path, bare_machine: Path
) -> None:
    program(bare_machine, "docker", DOCKER.format(port=1, label="somebody"))
    (bare_machine / "docker.running").touch()
    with pytest.raises(ServiceError, match="that Relais did not start"):
        elasticsearch.stop(base_dir)
    assert (bare_machine / "docker.running").exists()
    (bare_machine / "docker.running").unlink()
