"""Four writers at once and a reader of the change feed, with real transactions.

The reader does what a partner does: it asks for the changes since `until`, keeps what it saw, and
comes back. At the end it must have seen every record at its last version.
"""

import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from cms.catalogue import clock, projection
from cms.catalogue.models import Record
from tests import synthetic

WRITERS = 4
SEQUENCE = "tests_plain_sequence"


class Reader:
    """A partner who follows the feed; `seen` holds the newest version it saw of each record."""

    def __init__(self, since: int = 0) -> None:
        self.since = since
        self.seen: dict[str, int] = {}
        self.client = Client()

    def catch_up(self) -> None:
        """Read on until nothing new is there."""
        address: str | None = f"/api/v1/changes?since={self.since}&limit=100"
        while address:
            response = self.client.get(address)
            assert response.status_code == 200, response.content
            page = json.loads(response.content)
            for change in page["items"]:
                self.seen[change["uid"]] = change["version"]
            self.since = page["until"]
            address = page["next"] and page["next"].removeprefix("http://testserver")

    def missed(self) -> Mapping[uuid.UUID, int]:
        """Records whose last version the reader has not seen, whatever it saw before."""
        versions = Record.objects.values_list("uid", "version")
        return {uid: version for uid, version in versions if self.seen.get(str(uid)) != version}


def write(writer: int, changes: int, edition: int) -> None:
    """Publish, edit and delete, in short transactions that end now sooner, now later."""
    dice = random.Random(f"{writer}.{edition}")
    try:
        for _change in range(changes):
            number = writer * 1_000 + dice.randrange(30)
            row = synthetic.row(number, edition=dice.randrange(10**9), size=1_500)
            with transaction.atomic():
                if dice.random() < 0.15:
                    synthetic.bury(number)
                else:
                    projection.store([row])
                # Whoever took a version first need not commit first.
                time.sleep(dice.random() * 0.006)
    finally:
        connections.close_all()


def follow_while_writing(reader: Reader, changes: int, edition: int = 0) -> None:
    """Let the writers make `changes` changes each while the reader follows; then catch up."""
    threads = [
        threading.Thread(target=write, args=(number, changes, edition)) for number in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        reader.catch_up()
    for thread in threads:
        thread.join()
    reader.catch_up()


@contextmanager
def plain_sequence() -> Iterator[None]:
    """The clock as it must not be: numbers from a sequence, taken whenever, committed whenever.
    The table is kept at the newest number given out, as a reader would find it."""

    def tick(count: int) -> tuple[int, object]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT nextval('{SEQUENCE}'), clock_timestamp() FROM generate_series(1, %s)",
                [count],
            )
            return cursor.fetchall()[-1]

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS {SEQUENCE}")
        cursor.execute("INSERT INTO cms_catalogue_clock (id, v) VALUES (1, 1000000000)"
                       " ON CONFLICT (id) DO UPDATE SET v = 1000000000")  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "tick", tick)
        yield
