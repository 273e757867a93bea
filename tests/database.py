"""One migrated template database, cloned for each process: migrations are paid for once."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from cms.catalogue.triggers import install_triggers

_TEMPLATE_LOCK = 0x54455354


def _connect() -> psycopg.Connection:
    database = settings.DATABASES["default"]
    return psycopg.connect(
        dbname="postgres",
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"],
        autocommit=True,
    )


def _run(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _schema_digest() -> str:
    """Changes whenever a migration of any installed app does."""
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def template() -> str:
    """The name of a database with every migration applied and today's triggers; made on first
    use."""
    name = f"relais_template_{_schema_digest()}"
    with _connect() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            for (old,) in server.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'relais_template_%'"
            ).fetchall():
                _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
            building = f"{name}_building"
            _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", building)
            _run(server, "CREATE DATABASE {}", building)
            _point_to(building)
            call_command("migrate", verbosity=0, interactive=False)
            connections.close_all()
            _run(server, "ALTER DATABASE {} RENAME TO {}", building, name)
        # They follow the models, which change more often than migrations: once in each process.
        _point_to(name)
        install_triggers()
        connections.close_all()
    return name


def clone(name: str, source: str) -> None:
    """Make the database `name` a fresh copy of the template."""
    connections.close_all()
    with _connect() as server:
        # Two copies of the same template at once would refuse each other.
        server.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
        _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _run(server, "CREATE DATABASE {} TEMPLATE {}", name, source)
    _point_to(name)


def drop(name: str) -> None:
    connections.close_all()
    with _connect() as server:
        _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _point_to(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


@contextmanager
def own_database() -> Iterator[tuple[str, str]]:
    """A database of this process's own: (its name, its template's)."""
    source = template()
    name = f"relais_test_{os.getpid()}"
    clone(name, source)
    try:
        yield name, source
    finally:
        drop(name)
