"""Clients that are generated from the committed contract read a running server: in Python and in
TypeScript, as a partner would make them."""

import importlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cms.api import openapi
from tests import synthetic

TYPESCRIPT = Path(__file__).with_name("typescript")
TIMEOUT = 300  # seconds for one command: a slow network, not a hang


def run(*command: str, folder: Path) -> str:
    """What a command says. Its errors are the test's."""
    scripts = sysconfig.get_path("scripts")
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    found = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, timeout=TIMEOUT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, f"{' '.join(command)}\n{found.stdout}\n{found.stderr}"
    return found.stdout


@pytest.fixture(scope="module")
def python_client(tmp_path_factory):
    """The package that openapi-python-client makes, importable for the module's tests."""
    folder = tmp_path_factory.mktemp("python")
    # It has no words for one record a line: those are read as text.
    settings = folder / "settings.yaml"
    settings.write_text("content_type_overrides: {application/x-ndjson: text/plain}\n")
    run(
        "openapi-python-client", "generate", "--path", str(openapi.FILE), "--meta", "none",
        "--config", str(settings), "--fail-on-warning", "--output-path", "relais_client",
        folder=folder,
    )  # fmt: skip
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"relais_client.{name}")
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "relais_client"]:
        del sys.modules[name]


def test_a_python_client_reads_records_changes_and_problems(python_client, live_server):
    stored = synthetic.store(7, size=1_500)
    synthetic.bury(3)
    client = python_client("client").Client(base_url=live_server.url)
    list_records = python_client("api.records.list_records")
    titles, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = list_records.sync(client=client, limit=2, **more)
        titles += [item.title for item in page.items]
        if page.next_ is None:
            break
        cursor = page.next_.partition("cursor=")[2]
    assert len(titles) == page.total == 6
    get_record = python_client("api.records.get_record")
    one = get_record.sync(client=client, uid=stored[0].uid)
    assert one.title == stored[0].title
    assert one.downloads[0].media_type == "application/pdf"
    assert one.superseded_by is None
    gone = get_record.sync(client=client, uid=stored[3].uid)
    assert (gone.status, gone.reason.value if hasattr(gone.reason, "value") else gone.reason) == (
        410, "deleted")  # fmt: skip
    changes = python_client("api.changes.list_changes").sync(client=client, since=0)
    assert [change.change for change in changes.items].count("gone") == 1
    refused = list_records.sync(client=client, near="91,181")
    assert refused.parameter == "near"


@pytest.fixture(scope="module")
def typescript_client(tmp_path_factory) -> Path:
    """The folder in which a program in TypeScript was built with the contract's types."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: the client in TypeScript was not built")
    folder = tmp_path_factory.mktemp("typescript")
    shutil.copytree(TYPESCRIPT, folder, dirs_exist_ok=True)
    shutil.copy(openapi.FILE, folder / "openapi.json")
    try:
        run("npm", "ci", "--no-audit", "--no-fund", "--fetch-retries=1", folder=folder)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        text = str(error)
        if any(sign in text for sign in ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT",
                                         "ECONNRESET", "timed out", "network")):  # fmt: skip
            pytest.skip("the npm registry is out of reach: the client in TypeScript was not built")
        raise
    run("npm", "run", "build", folder=folder)
    return folder


def test_a_typescript_client_reads_records_and_problems(typescript_client, live_server):
    stored = synthetic.store(5, size=1_500)
    said = run("node", "build/read.js", live_server.url, folder=typescript_client)
    found = json.loads(said)
    assert sorted(found["titles"]) == sorted(row.title for row in stored)
    assert found["parameter"] == "near"
    assert found["type"] == "FeatureCollection"
