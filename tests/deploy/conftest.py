"""Throw-away working copies; the developer's own servers and ``var`` are never touched."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import elasticsearch, postgres
from deploy.local.accounts import Account, service_account

# Spaces, accents, shell characters, and longer than a socket path may be.
AWKWARD = 'l’été d\'une "équipe" à $HOME ' + "très " * 20 + "loin"


@pytest.fixture(autouse=True)
def _own_services_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)


@pytest.fixture
def account() -> Account:
    return service_account()


@pytest.fixture
def base_dir() -> Iterator[Path]:
    """An empty working copy with an awkward path that every user can reach."""
    with _working_copy(mode=0o755) as folder:
        yield folder


@pytest.fixture
def closed_base_dir() -> Iterator[Path]:
    """A working copy below a folder that only we can enter, such as root's home."""
    with _working_copy(mode=0o700) as folder:
        yield folder


@contextlib.contextmanager
def _working_copy(mode: int) -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="relais-test-", dir="/tmp"))
    root.chmod(mode)
    folder = root / AWKWARD
    folder.mkdir()
    try:
        yield folder
    finally:
        for service in (postgres, elasticsearch):
            service.stop(folder)
        shutil.rmtree(postgres._Server(folder, service_account()).socket_folder, True)
        for place in (folder / "var").glob("*"):
            if place.is_symlink():
                shutil.rmtree(place.resolve().parent)
        shutil.rmtree(root)


@pytest.fixture
def stranger(account: Account) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the servers' user that has nothing to do with Relais."""
    user = account.uid if account.switch else None
    process = subprocess.Popen(["/bin/sleep", "600"], user=user, cwd="/")
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def as_ordinary_user(account: Account) -> Iterator[Callable[[], None]]:
    """Call it to go on without root's rights until the end of the test."""

    def drop() -> None:
        if account.switch:
            os.seteuid(account.uid)

    yield drop
    if account.switch:
        os.seteuid(0)


@pytest.fixture
def bare_machine(base_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No Docker, no Maven, no download kept; returns an empty folder on the PATH."""
    programs = base_dir.parent / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("RELAIS_CACHE", str(base_dir.parent / "cache"))
    monkeypatch.setenv("HOME", str(base_dir.parent))
    for name in ("docker", "mvn"):  # hide the real ones: found first, and failing
        program(programs, name, "exit 1")
    return programs


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def answering() -> Iterator[Callable[[str], int]]:
    """Call it with a cluster name: returns a port where a cluster of that name seems to answer."""
    servers = []

    def answer(cluster: str) -> int:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"cluster_name": cluster, "timed_out": False}).encode())

            def log_message(self, *arguments: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_port

    yield answer
    for server in servers:
        server.shutdown()
        server.server_close()
