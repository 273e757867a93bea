"""Does each index hold what the catalogue says?"""

from collections.abc import Iterator
from dataclasses import dataclass

from cms.catalogue.models import Record

from .engines import elasticsearch_index as elastic
from .engines.base import EngineError, Index
from .models import IndexCursor
from .sync import indexes, locales


@dataclass(frozen=True, slots=True)
class Problem:
    """A difference. `what`: "missing", "outdated", "leftover" or "refused" for a record; "no
    index", "no answer" or "old mapping" for an index (then `uid` is empty)."""

    index: str
    uid: str
    what: str


def problems(*, elasticsearch: bool) -> Iterator[Problem]:
    """Every difference between the indexes and the catalogue. Reads all, writes nothing."""
    if elasticsearch:
        try:
            for locale in locales():
                found = elastic.behind_alias(locale)
                if found is None:
                    yield Problem(f"elasticsearch {locale}", "", "no index")
                elif elastic.stored_digest(found) != elastic.digest(locale):
                    yield Problem(found.name, "", "old mapping")
        except EngineError:
            yield Problem("elasticsearch", "", "no answer")
            elasticsearch = False
    for index in indexes(elasticsearch=elasticsearch):
        yield from _differences(index)


def _differences(index: Index) -> Iterator[Problem]:
    live = Record.objects.filter(gone_at__isnull=True)
    if index.locale:
        live = live.filter(locale=index.locale)
    refused: set[str] = set()
    for cursor in IndexCursor.objects.filter(engine=index.engine, name=index.name):
        refused |= set(cursor.refused)
    held = dict(index.versions())
    for uid, version in live.values_list("uid", "version").iterator(chunk_size=5_000):
        found = held.pop(str(uid), None)
        if str(uid) in refused:
            yield Problem(index.name, str(uid), "refused")
        elif found is None:
            yield Problem(index.name, str(uid), "missing")
        elif found != version:
            yield Problem(index.name, str(uid), "outdated")
    for leftover in held:
        yield Problem(index.name, leftover, "leftover")
