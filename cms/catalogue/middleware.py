"""On commit and before the response: an editor's change is in the catalogue when she sees it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import touches
from .signals import catalogue_changed
from .tasks import sweep

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class CatalogueMiddleware:
    """Flushes touches after each request that may have changed something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE:
            flushed = touches.flush(batches=touches.REQUEST_BATCHES)
            if flushed.left:
                sweep.configure(queueing_lock="catalogue.sweep").defer()
            if flushed.done.written or flushed.done.retired:
                catalogue_changed.send(sender=None)
        return response
