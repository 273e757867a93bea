"""What happens when the catalogue changed: found at once by PostgreSQL, soon by Elasticsearch."""

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from . import semantic, sync, tasks

log = logging.getLogger(__name__)

AT_ONCE = 100  # changes that a request indexes itself: less than a second


def on_catalogue_changed(sender: Any, **kwargs: Any) -> None:
    """Index what changed. Never fails: the change is committed, and the worker reads the same
    feed each minute."""
    try:
        followed = sync.follow_postgres(limit=AT_ONCE)
    except Exception:
        log.exception("PostgreSQL's index does not follow; the worker will try again.")
        enqueue()
        return
    if settings.ELASTICSEARCH_URL or semantic.on() or not followed.done:
        enqueue()


def enqueue() -> None:
    """Ask the worker to follow, unless it is asked already."""
    try:
        with transaction.atomic():  # a savepoint: "already asked" is an error to PostgreSQL
            tasks.follow.defer()
    except AlreadyEnqueued:
        return
    except Exception:
        log.exception("The worker cannot be asked to index; it does each minute anyway.")
