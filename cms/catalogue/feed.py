"""The change feed: everything new, changed or gone, in the order of the clock."""

from django.db.models import QuerySet

from .models import Record


def changes(since: int, limit: int, *, locale: str | None = None) -> QuerySet[Record]:
    """Records and tombstones with a version above `since`, oldest change first.

    A record stands at its newest version only. Nothing is ever committed below a version
    that was read, so a reader that keeps the last version misses nothing.
    """
    found = Record.objects.filter(version__gt=since).order_by("version")
    if locale is not None:
        found = found.filter(locale=locale)
    return found[:limit]
