"""The embedded PostgreSQL: started once, for us alone, whatever happened before."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from deploy.local import postgres
from deploy.local.accounts import Account, check_owner
from deploy.local.errors import ServiceError
from deploy.local.process import Started, find, load, look, save

PROJECT = Path(__file__).resolve().parents[2]


def ask(dsn: str, question: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def noted(base_dir: Path) -> Started:
    found = load(base_dir / "var" / "postgres.json")
    assert found is not None
    return found


def test_the_address_is_known_before_anything_runs(base_dir: Path) -> None:
    before = postgres.dsn(base_dir)
    assert list(base_dir.iterdir()) == []
    assert not postgres.status(base_dir).running
    assert postgres.stop(base_dir) is False
    assert list(base_dir.iterdir()) == []

    assert postgres.ensure_running(base_dir, fast=True) == before
    first = noted(base_dir)
    assert postgres.ensure_running(base_dir, fast=True) == before
    assert noted(base_dir) == first
    assert postgres.status(base_dir).running
    assert ask(before, "SELECT count(*) FROM pg_extension WHERE extname ~ 'unaccent|trgm'") == 2

    assert postgres.stop(base_dir) is True
    assert not first.alive
    assert postgres.stop(base_dir) is False
    assert not postgres.status(base_dir).running


def test_a_relative_folder_that_does_not_exist_yet_will_do(
    base_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(base_dir.parent)
    base_dir.rmdir()
    relative = Path(base_dir.name)
    assert postgres.ensure_running(relative, fast=True) == postgres.dsn(base_dir)
    data = base_dir / "var" / "postgres"
    assert data.is_dir()
    assert not data.is_symlink()
    assert postgres.stop(relative) is True


def test_an_inherited_language_changes_nothing(
    base_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "LANG": "C",
        "LC_ALL": "xx_YY.nonsense",
        "LC_CTYPE": "POSIX",
        "PGDATA": "/nonexistent",
        "PGPORT": "1",
        "LD_LIBRARY_PATH": "/nonexistent",
        "TZ": "Pacific/Auckland",
    }.items():
        monkeypatch.setenv(name, value)
    dsn = postgres.ensure_running(base_dir, fast=True)
    assert ask(dsn, "SELECT lower('ÉVALUÉ')") == "évalué"
    assert ask(dsn, "SELECT upper('Straße')") == "STRASSE"  # the full rules of Unicode
    assert ask(dsn, "SHOW server_encoding") == "UTF8"
    assert ask(dsn, "SHOW timezone") == "UTC"
    assert ask(dsn, "SELECT to_tsvector('les évaluées') @@ to_tsquery('évalué')") is True


def test_a_killed_server_comes_back_with_its_data(base_dir: Path) -> None:
    dsn = postgres.ensure_running(base_dir)
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    first = noted(base_dir)
    with contextlib.closing(psycopg.connect(dsn)) as busy:
        busy.execute("SELECT 1")  # a backend that outlives its postmaster for a moment
        first.send(signal.SIGKILL)
        assert first.wait_gone(10)
        assert postgres.ensure_running(base_dir) == dsn
    assert noted(base_dir).pid != first.pid
    assert ask(dsn, "SELECT answer FROM kept") == 42


def test_stale_notes_never_reach_a_stranger(
    base_dir: Path, account: Account, stranger: subprocess.Popen[bytes]
) -> None:
    postgres.ensure_running(base_dir, fast=True)
    first = noted(base_dir)
    pid_file = base_dir / "var" / "postgres" / "postmaster.pid"
    socket_lock = postgres._Server(base_dir, account).socket_folder / ".s.PGSQL.5432.lock"
    saved = pid_file.read_text(), socket_lock.read_text()
    first.send(signal.SIGKILL)
    assert first.wait_gone(10)
    time.sleep(0.5)
    for path, text in zip((pid_file, socket_lock), saved, strict=True):
        path.write_text(text.replace(str(first.pid), str(stranger.pid), 1))

    words = look(stranger.pid)
    assert words is not None
    for since in (first.since, words[0]):  # a reused number; and even at the same moment
        claim = Started(stranger.pid, since, first.marker, ready=True)
        save(base_dir / "var" / "postgres.json", claim)
        assert not claim.alive
        assert postgres.stop(base_dir) is False
        assert stranger.poll() is None

    save(base_dir / "var" / "postgres.json", claim)
    dsn = postgres.ensure_running(base_dir, fast=True)
    assert ask(dsn, "SELECT 1") == 1
    assert postgres.stop(base_dir) is True
    assert stranger.poll() is None


@pytest.mark.parametrize("junk", ["", "{", "[]", '{"pid": null}', "\0"])
def test_a_broken_state_file_is_no_state(base_dir: Path, junk: str) -> None:
    (base_dir / "var").mkdir()
    (base_dir / "var" / "postgres.json").write_text(junk)
    assert postgres.stop(base_dir) is False
    assert not postgres.status(base_dir).running


def test_callers_at_the_same_moment_share_one_server(base_dir: Path, account: Account) -> None:
    command = [sys.executable, "-m", "deploy.local", "postgres", "start"]
    callers = [
        subprocess.Popen(
            [*command, "--base-dir", base_dir], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    answers = {caller.communicate(timeout=60)[0].strip() for caller in callers}
    assert [caller.returncode for caller in callers] == [0, 0, 0]
    assert answers == {postgres.dsn(base_dir)}
    servers = find(postgres._Server(base_dir, account).marker, account, "postgres")
    assert [server.pid for server in servers if _is_postmaster(server)] == [noted(base_dir).pid]


def _is_postmaster(server: Started) -> bool:
    seen = look(server.pid)
    return seen is not None and "-D" in seen[1]


def test_a_server_whose_folder_was_deleted_is_replaced(base_dir: Path) -> None:
    postgres.ensure_running(base_dir, fast=True)
    first = noted(base_dir)
    subprocess.run(["rm", "-rf", base_dir / "var"], check=True)
    dsn = postgres.ensure_running(base_dir, fast=True)
    assert not first.alive
    assert ask(dsn, "SELECT 1") == 1


def test_a_server_whose_folder_was_deleted_can_be_stopped(base_dir: Path) -> None:
    postgres.ensure_running(base_dir, fast=True)
    first = noted(base_dir)
    subprocess.run(["rm", "-rf", base_dir / "var"], check=True)
    # True or False: a server that misses its folder may have ended by itself just before.
    postgres.stop(base_dir)
    assert not first.alive
    assert not postgres.status(base_dir).running


def test_an_unwritable_folder_is_named(
    base_dir: Path, as_ordinary_user: Callable[[], None]
) -> None:
    base_dir.chmod(0o555)
    as_ordinary_user()
    with pytest.raises(ServiceError, match=r"var cannot be written by user \w+.*DATABASE_URL"):
        postgres.ensure_running(base_dir)


def test_another_owners_data_are_refused(base_dir: Path, account: Account) -> None:
    data = base_dir / "var" / "postgres"
    data.mkdir(parents=True, mode=0o700)
    other = Account(account.uid + 1, account.gid, "other", switch=False)
    if account.switch:
        os.chown(data, other.uid, other.gid)
        with pytest.raises(ServiceError, match="belongs to user"):
            postgres.ensure_running(base_dir)
    else:
        with pytest.raises(ServiceError, match="belongs to user"):
            check_owner(data, other)


def test_a_socket_folder_laid_out_by_others_is_refused(base_dir: Path, account: Account) -> None:
    folder = postgres._Server(base_dir, account).socket_folder
    folder.symlink_to("/tmp")
    try:
        with pytest.raises(ServiceError, match="should be a folder"):
            postgres.ensure_running(base_dir)
    finally:
        folder.unlink()
    folder.mkdir()
    folder.chmod(0o777)
    if account.switch:
        os.chown(folder, account.uid, account.gid)
    with pytest.raises(ServiceError, match="open to other users"):
        postgres.ensure_running(base_dir)


def test_a_copy_in_a_closed_folder_works(closed_base_dir: Path) -> None:
    dsn = postgres.ensure_running(closed_base_dir, fast=True)
    assert ask(dsn, "SELECT 1") == 1
    postgres.stop(closed_base_dir)
    assert postgres.ensure_running(closed_base_dir, fast=True) == dsn


def test_a_folder_with_something_else_in_it_is_left_alone(base_dir: Path, account: Account) -> None:
    data = base_dir / "var" / "postgres"
    data.mkdir(parents=True, mode=0o700)
    (data / "letters.txt").write_text("mine")
    if account.switch:
        os.chown(data, account.uid, account.gid)
    with pytest.raises(ServiceError, match="not a PostgreSQL cluster"):
        postgres.ensure_running(base_dir)
    assert (data / "letters.txt").read_text() == "mine"


def test_a_named_database_is_used_as_it_is(
    base_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@db.example/relais")
    assert postgres.ensure_running(base_dir) == postgres.dsn(base_dir) == os.environ["DATABASE_URL"]
    assert list(base_dir.iterdir()) == []


def test_the_state_file_holds_no_secret_and_survives_a_cut(base_dir: Path) -> None:
    (base_dir / "var").mkdir()
    state = base_dir / "var" / "postgres.json"
    save(state, Started(1, "2", "marker", 3, ready=True))
    assert json.loads(state.read_text()).keys() == {"pid", "since", "marker", "port", "ready"}
    assert load(state) == Started(1, "2", "marker", 3, ready=True)
