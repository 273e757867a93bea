"""Vectors of records in PostgreSQL, as a reader of the change feed.

The table is no model and no migration makes it: it needs the extension `vector` (pgvector), which
many servers do not have, and stands only while the complement is on. The worker writes it, not
the request that changed a page: a vector takes longer than all postings of a record.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction

from cms.catalogue.models import Record

from .. import semantic
from ..semantic import DIMENSIONS, RECIPE, Vector

log = logging.getLogger(__name__)

TABLE = "search_vector"
EXTENSION = "vector"

# Half precision: a row stays within its page, and no rank differs.
_CREATE = f"""
    CREATE TABLE IF NOT EXISTS {TABLE} (
        uid uuid PRIMARY KEY,
        version bigint NOT NULL,
        digest text NOT NULL,
        vector halfvec({DIMENSIONS})
    )
"""
_STORE = f"""
    INSERT INTO {TABLE} AS own (uid, version, digest, vector)
    SELECT uid, version, digest, vector::halfvec
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[])
        AS new(uid, version, digest, vector)
    ON CONFLICT (uid) DO UPDATE
    SET version = EXCLUDED.version, digest = EXCLUDED.digest, vector = EXCLUDED.vector
    WHERE own.version <= EXCLUDED.version
"""
_POSSIBLE = """
    SELECT EXISTS (
        SELECT FROM pg_available_extension_versions
        WHERE name = %s AND string_to_array(version, '.')::int[] >= '{0,7}' AND (
            installed OR trusted OR NOT superuser
            OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
    )
"""


class VectorIndex:
    """The table of vectors, one for all languages. Made by `vector_index`."""

    engine = "postgresql"
    locale = ""
    name = TABLE

    def __init__(self, identity: str) -> None:
        self.identity = identity

    def apply(self, records: Sequence[Record]) -> Mapping[str, str]:
        """Write a batch in one transaction; texts that did not change keep their vectors."""
        live = [record for record in records if not record.gone_at]
        found = vectors(live)
        with transaction.atomic(), connection.cursor() as cursor:
            gone = [record.uid for record in records if record.gone_at]
            cursor.execute(f"DELETE FROM {TABLE} WHERE uid = ANY(%s)", [gone])
            cursor.execute(
                _STORE,
                [
                    [record.uid for record in live],
                    [record.version for record in live],
                    [semantic.said(record).digest for record in live],
                    [written(found[str(r.uid)]) if str(r.uid) in found else None for r in live],
                ],
            )
        return {}

    def refresh(self) -> None:
        """Nothing to do: what was committed is found."""

    def size(self) -> int:
        return int(_value(f"SELECT count(*) FROM {TABLE}"))

    def versions(self) -> Mapping[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT uid::text, version FROM {TABLE}")
            return dict(cursor.fetchall())

    def forget_gone(self) -> None:
        """Delete the vectors of what is no live record."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {TABLE} own WHERE NOT EXISTS (SELECT FROM cms_catalogue_record record"
                " WHERE record.uid = own.uid AND record.gone_at IS NULL)"
            )


def vector_index() -> VectorIndex | None:
    """The table, made where there is none; None while the complement is off or the server has no
    pgvector. What is made anew has another identity, so that the feed is read from its start."""
    if not semantic.on() or not (there() or _made()):
        return None
    oid = _value("SELECT %s::regclass::oid", TABLE)
    return VectorIndex(f"{oid} {RECIPE}")


def there() -> bool:
    """Whether the table stands."""
    return _value("SELECT to_regclass(%s) IS NOT NULL", TABLE)


def possible() -> bool:
    """Whether the table stands or could be made: the server has a pgvector that is new enough,
    and it is installed or may be by us."""
    return there() or bool(_value(_POSSIBLE, EXTENSION))


def drop() -> None:
    """Take the table away where there is one: it must not outlive what it was made of."""
    if there():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def vectors(records: Sequence[Record]) -> dict[str, Vector]:
    """uid -> vector of live records, those without a word left out. What the table holds of the
    same text is not computed again."""
    texts = {str(record.uid): said for record in records if any(said := semantic.said(record))}
    known = _known({uid: said.digest for uid, said in texts.items()})
    missing = [uid for uid in texts if uid not in known]
    made = semantic.encode_records([texts[uid] for uid in missing])
    return {**known, **dict(zip(missing, made, strict=True))}


def written(vector: Vector) -> str:
    """A vector as pgvector reads it."""
    return f"[{','.join(f'{value:.6g}' for value in vector)}]"


def _known(digests: Mapping[str, str]) -> dict[str, Vector]:
    if not digests or not there():
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT own.uid::text, own.vector::text FROM {TABLE} own"
            " JOIN unnest(%s::uuid[], %s::text[]) AS asked(uid, digest) USING (uid, digest)"
            " WHERE own.vector IS NOT NULL",
            [list(digests), list(digests.values())],
        )
        return {uid: [float(v) for v in text[1:-1].split(",")] for uid, text in cursor}


def _made() -> bool:
    """Make the table, and the extension where that is allowed; whether it could be done."""
    if not _value("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = %s)", EXTENSION):
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")
            cursor.execute(_CREATE)
    except DatabaseError as error:
        log.warning("PostgreSQL has no use of pgvector: %s", error)
        return False
    return True


def _value(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        row = cursor.fetchone()
    return row[0] if row else None
