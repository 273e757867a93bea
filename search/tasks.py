"""Background work of the search: every index follows the catalogue."""

import logging

from django.conf import settings
from procrastinate.contrib.django import app

from . import sync
from .desk import counting
from .engines.base import EngineError
from .models import SavedSearch

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="search.follow", name="search.follow")
def follow(timestamp: int = 0) -> None:
    """Bring every index up to date. An engine that does not answer is asked again later."""
    sync.follow_postgres()
    sync.follow_vectors()  # before the other engine, which takes them from there
    if not settings.ELASTICSEARCH_URL:
        return
    for locale in sync.locales():
        try:
            sync.follow_elasticsearch(locale)
        except EngineError as error:
            log.warning("Elasticsearch cannot follow the catalogue now: %s", error)
            return


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="search.heal", name="search.heal")
def heal(timestamp: int = 0) -> None:
    """Notice what an index lost, and read the feed again from its start."""
    try:
        sync.heal_all()
    except EngineError as error:
        log.warning("Elasticsearch cannot be checked now: %s", error)


@app.periodic(cron="25 3 * * *")
@app.task(queueing_lock="search.forget", name="search.forget")
def forget(timestamp: int = 0) -> None:
    """Delete the addresses that nobody confirmed, and old or rare searches of visitors."""
    SavedSearch.forget_unconfirmed()
    counting.forget()
