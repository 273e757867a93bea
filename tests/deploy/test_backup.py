"""A backup is worth what its restoration brings back."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from deploy.local import postgres, postgres_cluster
from deploy.local.accounts import Account

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "backup.sh"


@pytest.fixture
def site(base_dir: Path, account: Account) -> dict[str, str]:
    """A database and a folder of uploads; returns the environment that names them."""
    dsn = postgres.ensure_running(base_dir, fast=True)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE guide AS SELECT 'Évaluer' AS title")
        connection.execute("CREATE DATABASE restored")
    media = base_dir / "media"
    (media / "documents").mkdir(parents=True)
    (media / "documents" / "l’été.pdf").write_bytes(b"%PDF")
    programs = postgres_cluster.programs(account)
    path = f"{programs}:{os.environ['PATH']}"
    return {**os.environ, "DATABASE_URL": dsn, "MEDIA_ROOT": str(media), "PATH": path}


def run(environment: dict[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_backup_comes_back_whole(site: dict[str, str], base_dir: Path) -> None:
    saved = run(site, "save", base_dir / "backups")
    assert saved.returncode == 0, saved.stdout
    (backup,) = (base_dir / "backups").iterdir()
    assert backup.stat().st_mode & 0o077 == 0

    elsewhere = {
        **site,
        "DATABASE_URL": site["DATABASE_URL"].removesuffix("/relais") + "/restored",
        "MEDIA_ROOT": str(base_dir / "restored"),
    }
    restored = run(elsewhere, "restore", backup)
    assert restored.returncode == 0, restored.stdout
    with psycopg.connect(elsewhere["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT title FROM guide").fetchall() == [("Évaluer",)]
    assert (base_dir / "restored" / "documents" / "l’été.pdf").read_bytes() == b"%PDF"

    again = run(elsewhere, "restore", backup)
    assert again.returncode == 1
    assert "restore into an empty one" in again.stdout


def test_a_damaged_backup_is_refused(site: dict[str, str], base_dir: Path) -> None:
    run(site, "save", base_dir / "backups")
    (backup,) = (base_dir / "backups").iterdir()
    with (backup / "media.tar").open("ab") as archive:
        archive.write(b"!")
    refused = run({**site, "MEDIA_ROOT": str(base_dir / "new")}, "restore", backup)
    assert refused.returncode == 1
    assert "media.tar: FAILED" in refused.stdout
    assert not (base_dir / "new").exists()


def test_only_the_last_backups_are_kept(site: dict[str, str], base_dir: Path) -> None:
    backups = base_dir / "backups"
    for day in ("01", "02", "03"):
        (backups / f"relais-202001{day}T000000Z").mkdir(parents=True)
    (backups / "letters").mkdir()
    saved = run({**site, "KEEP": "2"}, "save", backups)
    assert saved.returncode == 0, saved.stdout
    names = sorted(path.name for path in backups.iterdir())
    assert names[:2] == ["letters", "relais-20200103T000000Z"]
    assert len(names) == 3
