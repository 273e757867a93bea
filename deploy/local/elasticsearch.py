"""The Elasticsearch of a working copy: ``ELASTICSEARCH_URL``, or one started on demand.

Started in Docker (the official image) where an engine runs, else as a process of its own
(``elasticsearch_node``). One node, no password, reachable from this machine only.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from deploy.local import folders
from deploy.local.accounts import service_account, unwritable
from deploy.local.distribution import HALF_AN_HOUR
from deploy.local.elasticsearch_docker import Container, docker_runs
from deploy.local.elasticsearch_node import Node
from deploy.local.locking import exclusive
from deploy.local.status import Status

FIRST_PORT = 20_000  # below the range from which systems take ports for outgoing connections
PORTS = 10_000


class Engine(Protocol):
    """A way to run Elasticsearch for one working copy."""

    def serving_at(self) -> str | None:
        """Return the URL where it answers, None when it does not."""

    def running(self) -> bool:
        """Tell whether it runs, answering or not."""

    def start(self, port: int, java_options: list[str]) -> str:
        """Start it and return its URL once it answers. Raises ServiceError."""

    def stop(self) -> bool:
        """Stop it; False when it was not running."""

    def describe(self) -> str:
        """Name its process or container."""


def ensure_running(base_dir: Path, *, heap: str = "1g", fast: bool = False) -> str:
    """Return the URL of an Elasticsearch that answers, starting one if need be.

    ``heap`` is Java's heap as ``-Xmx`` takes it; ``fast`` halves the start by compiling less,
    which makes it slower later, and only the tests use it. Neither changes one that already runs.
    The first call may download 1 GB. Raises ServiceError with what to do when none can be had.
    """
    given = os.environ.get("ELASTICSEARCH_URL")
    if given:
        return given
    found = _serving(base_dir)
    if found:
        return found
    var = folders.var_folder(base_dir)
    with exclusive(var / "elasticsearch.lock", seconds=HALF_AN_HOUR):
        found = _serving(base_dir)
        if found:
            return found
        node, container = _engines(base_dir)
        engine = container if docker_runs() and not node.running() else node
        address = engine.start(_free_port(base_dir), _java_options(heap, fast))
        try:
            _note(base_dir).write_text(address + "\n", encoding="utf-8")
        except OSError as error:
            raise unwritable(var, error) from error
        return address


def url(base_dir: Path) -> str | None:
    """Return the URL for settings, None when no Elasticsearch was started. Starts nothing."""
    given = os.environ.get("ELASTICSEARCH_URL")
    if given:
        return given
    try:
        return _note(base_dir).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def stop(base_dir: Path) -> bool:
    """Stop the Elasticsearch of this working copy; False when none was running."""
    engines = [engine for engine in _engines(base_dir) if engine.running()]
    if not engines:
        _note(base_dir).unlink(missing_ok=True)
        return False
    with exclusive(folders.var_folder(base_dir) / "elasticsearch.lock", seconds=HALF_AN_HOUR):
        _note(base_dir).unlink(missing_ok=True)
        return any([engine.stop() for engine in engines])  # noqa: C419 - stop them all


def status(base_dir: Path) -> Status:
    """Tell whether the Elasticsearch of this working copy answers, and where."""
    given = os.environ.get("ELASTICSEARCH_URL")
    if given:
        return Status(_accepts(given), given, "ELASTICSEARCH_URL")
    for engine in _engines(base_dir):
        address = engine.serving_at()
        if address or engine.running():
            return Status(address is not None, address or "", engine.describe())
    return Status(False, "")


def _java_options(heap: str, fast: bool) -> list[str]:
    # Without pre-touch, memory that the heap does not need stays with the rest of the machine.
    options = [f"-Xms{heap}", f"-Xmx{heap}", "-XX:-AlwaysPreTouch"]
    return [*options, "-XX:TieredStopAtLevel=1"] if fast else options


def _engines(base_dir: Path) -> tuple[Engine, Engine]:
    account = service_account()
    return Node(base_dir, account), Container(folders.copy_key(base_dir))


def _serving(base_dir: Path) -> str | None:
    noted = url(base_dir)
    if noted is None:
        return None
    for engine in _engines(base_dir):
        if engine.serving_at() == noted:
            return noted
    return None


def _note(base_dir: Path) -> Path:
    return base_dir / "var" / "elasticsearch.url"


def _free_port(base_dir: Path) -> int:
    """Return the working copy's own port if it is free, so that its URL seldom changes."""
    preferred = FIRST_PORT + int(folders.copy_key(base_dir), 16) % PORTS
    end = time.monotonic() + 3
    while not _can_listen(preferred):
        # A killed server's threads hold its port a little longer than its process is seen.
        if time.monotonic() > end:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                return int(probe.getsockname()[1])
        time.sleep(0.1)
    return preferred


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _accepts(address: str) -> bool:
    """Tell whether something listens at ``address`` (which may want a password we do not know)."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=5).close()
    except OSError:
        return False
    return True
