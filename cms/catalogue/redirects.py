"""Old addresses lead to public pages only: a refusal would tell the address of the others. Where a
page was that is deleted, the answer is 410."""

from collections.abc import Iterator
from urllib.parse import urlparse

from django.http import HttpRequest, HttpResponse
from django.http.response import (
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from wagtail.contrib.redirects import middleware
from wagtail.contrib.redirects.models import Redirect

from . import former
from .visibility import public_pages


class RedirectMiddleware(middleware.RedirectMiddleware):
    """Wagtail's; an address whose page is not public stays unknown (404)."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.status_code != 404:
            return response
        for path in _forms(request):
            found = middleware.get_redirect(request, path)
            if found is not None:
                return _answer(found) or response
        if "\0" not in request.path and former.is_gone(request.path):
            return render(request, "410.html", status=410)
        return response


def _forms(request: HttpRequest) -> Iterator[str]:
    """The address as asked for, then without its query."""
    path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    yield path
    if (bare := urlparse(path).path) != path:
        yield bare


def _answer(found: Redirect) -> HttpResponse | None:
    page_id = found.redirect_page_id
    if found.link is None or (page_id and page_id not in public_pages([page_id])):
        return None
    kind = HttpResponsePermanentRedirect if found.is_permanent else HttpResponseRedirect
    return kind(found.link)
