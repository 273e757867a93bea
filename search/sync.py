"""Every index reads the change feed of the catalogue, from a cursor of its own.

A dead, hung or emptied engine loses nothing: its cursor stays where it was, or goes back to the
start, and the feed is there. Versions come with the writes, so that reading twice is harmless.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zlib import crc32

from django.conf import settings
from django.db import connection, transaction

from cms.catalogue import clock
from cms.catalogue.feed import changes
from cms.catalogue.models import Record

from . import semantic
from .engines import elasticsearch_index as elastic
from .engines import postgres_vectors
from .engines.base import Index
from .engines.postgres_index import PostgresIndex, forget
from .models import Entry, IndexCursor

log = logging.getLogger(__name__)

BATCH = 100  # records held in memory at once; their files may weigh a megabyte each
_LOCKS = 0x5345


@dataclass(frozen=True, slots=True)
class Followed:
    """How many changes were read, and whether the index now has them all."""

    read: int
    done: bool


def follow_postgres(*, limit: int | None = None) -> Followed:
    """Bring PostgreSQL's index up to date; at most `limit` changes."""
    return _follow(PostgresIndex(), limit=limit)


def follow_vectors(progress: Callable[[int], object] = lambda _read: None) -> Followed:
    """Bring the vectors in PostgreSQL up to date, where the complement is on and there is a place
    for them. What they were made of tells when to make them anew."""
    index = postgres_vectors.vector_index()
    return _follow(index, progress=progress) if index else Followed(0, done=True)


def follow_elasticsearch(locale: str) -> Followed:
    """Bring a language's index up to date, making it where there is none. Raises EngineError."""
    index = elastic.behind_alias(locale)
    if index is not None and _from_another_history(index):
        log.warning("The catalogue is older than the index %s: a new one.", index.name)
        index = None
    if index is not None:
        return _follow(index)
    with _only_one(f"rebuild:{locale}") as mine:
        if not mine:
            return Followed(0, done=False)
        return Followed(_build(locale).read, done=True)


@dataclass(slots=True)
class Progress:
    """Told how a rebuild gets on: `resumed` once with the number of changes that a killed one
    had read, `read` with each batch's number."""

    read: Callable[[int], object] = lambda _read: None
    resumed: Callable[[int], object] = lambda _read: None


def rebuild_elasticsearch(locale: str, progress: Progress) -> int:
    """A new index beside the old one, which answers until the new one has read the whole feed.
    One that was killed goes on where it stopped. Returns the number of changes read. Raises
    EngineError."""
    with _only_one(f"rebuild:{locale}", wait=True):
        return _build(locale, progress).read


def _build(locale: str, progress: Progress | None = None) -> Followed:
    """Under the lock of rebuilds: nobody else reads for an index that does not answer yet."""
    progress = progress or Progress()
    index = elastic.unfinished(locale)
    if index is None or _from_another_history(index):
        index = elastic.create(locale)
    elif version := _cursor(index).version:
        done = Record.objects.filter(locale=locale, version__lte=version).count()
        log.info("The index %s goes on after %s changes.", index.name, done)
        progress.resumed(done)
    read = _follow(index, progress=progress.read).read
    elastic.put_behind_alias(index)
    _forget_cursors(locale, keep=index.name)
    # What changed meanwhile; a worker that was quicker reads it instead.
    return Followed(read + _follow(index, progress=progress.read).read, done=True)


def rebuild_postgres(progress: Progress) -> int:
    """Every entry anew, in place: a search between two batches finds the old or the new one.
    One that was killed goes on where it stopped."""
    index = PostgresIndex()
    with _only_one(f"{index.engine}:{index.name}", wait=True):
        cursor = _cursor(index)
        if cursor.goal is not None and 0 < cursor.version < cursor.goal <= clock.now():
            progress.resumed(Record.objects.filter(version__lte=cursor.version).count())
        else:
            goal = clock.now()
            IndexCursor.objects.filter(pk=cursor.pk).update(version=0, goal=goal)
        with transaction.atomic():
            live = Record.objects.filter(gone_at__isnull=True).values("uid")
            lost = Entry.objects.exclude(uid__in=live)
            forget(lost.values_list("uid", flat=True))
        read = _follow(index, progress=progress.read, locked=True).read
        IndexCursor.objects.filter(pk=cursor.pk).update(goal=None)
        return read


def heal(index: Index) -> bool:
    """Whether the index had to go back to the start of the feed, because it has read all of it
    and does not hold as many records as there are. Raises EngineError."""
    cursor = _cursor(index)
    locale = index.locale or None
    live = Record.objects.filter(gone_at__isnull=True)
    if locale:
        live = live.filter(locale=locale)
    refused = live.filter(uid__in=list(cursor.refused)).count() if cursor.refused else 0
    expected, held = live.count() - refused, index.size()
    # Not while changes come in: what is not read yet explains any difference.
    if held == expected or changes(cursor.version, 1, locale=locale).exists():
        return False
    log.warning("%s holds %s records, not %s: reading again.", index.name, held, expected)
    return bool(IndexCursor.objects.filter(pk=cursor.pk, version=cursor.version).update(version=0))


def heal_all() -> None:
    """Look at every index: one that lost something reads the feed again; one that holds what
    the catalogue does not know, or was made for an older mapping, is made anew. Raises
    EngineError."""
    postgres = PostgresIndex()
    if clock.now() < _cursor(postgres).version or heal(postgres):
        rebuild_postgres(Progress())
    heal_vectors()
    for locale in locales() if settings.ELASTICSEARCH_URL else ():
        index = elastic.behind_alias(locale)
        if index is None:
            continue
        lost = heal(index)
        if lost:
            _follow(index)
        if (lost and heal(index)) or elastic.stored_digest(index) != elastic.digest(locale):
            rebuild_elasticsearch(locale, Progress())


def heal_vectors() -> None:
    """Make the vectors in PostgreSQL anew when some are lost or unknown to the catalogue; take
    them away when the complement is off."""
    index = postgres_vectors.vector_index()
    if index is None:
        if not semantic.on():
            postgres_vectors.drop()
        return
    if clock.now() < _cursor(index).version:
        IndexCursor.objects.filter(engine=index.engine, name=index.name).update(version=0)
    elif not heal(index):
        return
    index.forget_gone()
    _follow(index)


def locales() -> list[str]:
    """The languages that have an index."""
    return [code for code, _label in settings.LANGUAGES]


def indexes(*, elasticsearch: bool) -> Iterator[Index]:
    """Every index that answers searches now. Raises EngineError."""
    yield PostgresIndex()
    if vectors := postgres_vectors.vector_index():
        yield vectors
    if elasticsearch:
        for locale in locales():
            if index := elastic.behind_alias(locale):
                yield index


def _follow(
    index: Index,
    *,
    limit: int | None = None,
    progress: Callable[[int], object] = lambda _read: None,
    locked: bool = False,
) -> Followed:
    """Read the feed from the index's cursor to its end. One reader for each index: a second one
    returns at once, not done. No transaction is open while the engine works."""
    key = f"{index.engine}:{index.name}"
    with _only_one(key) if not locked else _nothing() as mine:
        if not mine:
            return Followed(0, done=False)
        cursor = _cursor(index)
        read = 0
        while limit is None or read < limit:
            size = BATCH if limit is None else min(BATCH, limit - read)
            records = _read(cursor.version, size, index.locale)
            if not records:
                return Followed(read, done=True)
            refused = index.apply(records)
            for uid, reason in refused.items():
                log.error("%s refuses the record %s: %s", index.name, uid, reason)
            if len(records) < size:  # the end of the feed: the cursor says what can be found
                index.refresh()
            cursor.version = records[-1].version
            written = {str(record.uid) for record in records}
            kept = {uid: why for uid, why in cursor.refused.items() if uid not in written}
            cursor.refused = {**kept, **refused}
            cursor.save(update_fields=["version", "refused"])
            read += len(records)
            progress(len(records))
        return Followed(read, done=False)


def _read(since: int, size: int, locale: str) -> list[Record]:
    """Changes without the answers of the API, which no index needs."""
    found = changes(since, size, locale=locale or None).defer("json")
    return list(found.prefetch_related("occurrences"))


def _cursor(index: Index) -> IndexCursor:
    """The index's cursor, at the start of the feed when the engine made the index anew."""
    cursor, _made = IndexCursor.objects.get_or_create(
        engine=index.engine,
        name=index.name,
        defaults={"locale": index.locale, "identity": index.identity},
    )
    if cursor.identity != index.identity:
        cursor.identity, cursor.version, cursor.refused = index.identity, 0, {}
        cursor.save(update_fields=["identity", "version", "refused"])
    return cursor


def _from_another_history(index: Index) -> bool:
    """Whether the index has read further than the clock: the catalogue was restored from an
    older copy, and the index would refuse what is new as old."""
    return _cursor(index).version > clock.now()


def _forget_cursors(locale: str, *, keep: str) -> None:
    IndexCursor.objects.filter(engine="elasticsearch", locale=locale).exclude(name=keep).delete()


@contextmanager
def _nothing() -> Iterator[bool]:
    yield True


@contextmanager
def _only_one(what: str, *, wait: bool = False) -> Iterator[bool]:
    """A lock of the session, no row and no transaction: True for the one that holds it. It ends
    with the session, so a killed process holds nobody up."""
    key = [_LOCKS, crc32(f"{connection.settings_dict['NAME']}:{what}".encode()) - 2**31]
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
            mine = True
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
            mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
