"""On commit and before the response: an editor's change is in the catalogue when she sees it."""

import logging
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from procrastinate.exceptions import AlreadyEnqueued

from . import touches
from .signals import catalogue_changed
from .tasks import sweep

log = logging.getLogger(__name__)

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class CatalogueMiddleware:
    """Flushes touches after each request that may have changed something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE:
            follow()
        return response


def follow() -> None:
    """Bring the catalogue up to date, the worker doing what is too much for a request. Never
    fails: the change itself is committed, and its touches wait."""
    try:
        flushed = touches.flush(batches=touches.REQUEST_BATCHES)
    except Exception:
        log.exception("The catalogue does not follow; the worker will try again.")
        ask_worker()
        return
    if flushed.left:
        ask_worker()
    if flushed.done.written or flushed.done.retired:
        catalogue_changed.send(sender=None)


def ask_worker() -> None:
    """Ask the worker to sweep, unless it is asked already."""
    try:
        with transaction.atomic():  # a savepoint: "already asked" is an error to PostgreSQL
            sweep.defer()
    except AlreadyEnqueued:
        return
    except Exception:
        log.exception("The worker cannot be asked to sweep; it does each minute anyway.")
