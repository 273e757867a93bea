"""A reader of the change feed misses nothing: with four writers, and after a restore."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cms.api import changes
from cms.catalogue import clock
from cms.catalogue.models import Record
from deploy.local import postgres, postgres_cluster
from deploy.local.accounts import service_account
from tests.faults.feed import Reader, follow_while_writing, plain_sequence

pytestmark = pytest.mark.usefixtures("transactional_db")

CHANGES = 75  # by each writer


def test_four_writers_at_once_and_the_reader_misses_nothing():
    reader = Reader()
    follow_while_writing(reader, CHANGES)
    assert not reader.missed()
    assert len(reader.seen) == Record.objects.count() > 80
    versions = list(Record.objects.values_list("version", flat=True))
    assert len(versions) == len(set(versions))
    assert max(versions) == clock.now() == reader.since


def test_the_same_reader_misses_changes_that_a_plain_sequence_numbers(monkeypatch):
    """The proof that the test above can fail."""
    reader = Reader()
    # The reader keeps the last version that it saw: a sequence knows no better value.
    feed = changes._PAGE.replace(
        "(SELECT v FROM cms_catalogue_clock)",
        "(SELECT coalesce(max(version), 0) FROM cms_catalogue_record)",
    )
    assert feed != changes._PAGE
    monkeypatch.setattr(changes, "_PAGE", feed)
    with plain_sequence():
        follow_while_writing(reader, CHANGES)
    assert reader.missed()


def test_the_reader_goes_on_after_a_dump_and_a_restore_into_a_fresh_server():
    reader = Reader()
    follow_while_writing(reader, 25)
    before = clock.now()
    with restored():
        assert clock.now() == before
        assert not reader.missed()
        follow_while_writing(reader, 40, edition=1)
        assert not reader.missed()
        assert reader.since == clock.now() > before


@contextmanager
def restored() -> Iterator[None]:
    """Dump the database, restore it into a new server, and work there until the end."""
    programs = postgres_cluster.programs(service_account())
    folder = Path(tempfile.mkdtemp(prefix="relais-restore-", dir="/tmp"))
    folder.chmod(0o755)
    dump = folder / "catalogue.dump"
    known = connections["default"].settings_dict
    source = make_conninfo(
        dbname=known["NAME"], user=known["USER"], host=known["HOST"], port=known["PORT"]
    )
    subprocess.run(
        [programs / "pg_dump", "--format=custom", f"--file={dump}", source],
        check=True, capture_output=True,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        target = postgres.ensure_running(folder, fast=True)
        address = conninfo_to_dict(target)
        try:
            subprocess.run(
                [programs / "pg_restore", "--no-owner", "--clean", "--if-exists",
                 f"--dbname={target}", dump],
                check=True, capture_output=True,
            )  # fmt: skip
            connections.close_all()
            patch.setitem(known, "NAME", address["dbname"])
            patch.setitem(known, "HOST", address["host"])
            patch.setitem(known, "PORT", str(address["port"]))
            patch.setitem(known, "USER", address["user"])
            yield
        finally:
            connections.close_all()
            postgres.stop(folder)
            shutil.rmtree(postgres._Server(folder, service_account()).socket_folder, True)
            shutil.rmtree(folder, ignore_errors=True)
