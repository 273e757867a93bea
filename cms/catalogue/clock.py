"""The one clock: versions follow the order of commits.

A sequence would not do: an older transaction may commit after a newer number was read, and
the reader of the feed would never come back for it. The row's lock is held until the commit,
so a version is visible only when every smaller one is.
"""

import datetime as dt

from django.db import connection


def tick(count: int) -> tuple[int, dt.datetime]:
    """Take `count` versions: (the last of them, the time at which they were taken).

    Call it inside a transaction, as late as possible: every other writer waits from here to
    the commit.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The clock moves only inside the transaction that writes the records.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cms_catalogue_clock AS clock (id, v) VALUES (1, %s)"
            " ON CONFLICT (id) DO UPDATE SET v = clock.v + EXCLUDED.v"
            " RETURNING v, clock_timestamp()",
            [count],
        )
        return cursor.fetchone()


def now() -> int:
    """The version of the newest committed record; 0 for an empty catalogue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT v FROM cms_catalogue_clock")
        row = cursor.fetchone()
    return row[0] if row else 0


def settle() -> None:
    """Wait until whoever holds the clock has committed. What was numbered before this call is
    then visible to the next statement: a reader who notes the time first, and next time asks for
    what changed since, misses nothing. Outside a transaction it keeps nobody waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT v FROM cms_catalogue_clock FOR SHARE")


def state() -> tuple[int, dt.datetime | None]:
    """What changes with any change of the catalogue: version and date of the newest record; (0,
    None) for an empty catalogue. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version, modified_at FROM cms_catalogue_record ORDER BY version DESC LIMIT 1"
        )
        return cursor.fetchone() or (0, None)
