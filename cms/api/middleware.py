"""The short path: /api/ is answered without what a browser's session needs.

It stands first in MIDDLEWARE, inside Django's own handler, so that signals fire and connections
are closed as for any request. Between it and the view there is nothing but Django's security
headers. Whatever goes wrong below comes out as a problem document.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve

from . import problems
from .admission import admit
from .problems import DOCS, MEDIA_TYPE, Problem
from .strict import check_characters

log = logging.getLogger(__name__)

PREFIX = "/api/"
# A page for people, with the site's header and its policy for scripts.
LONG_PATH = frozenset({DOCS})

EXPOSED = "Deprecation, ETag, Link, Retry-After, Sunset"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept-Language, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

Handler = Callable[[HttpRequest], HttpResponseBase]


class ApiMiddleware:
    """Hands requests under /api/ to the view itself; all others go the long way."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.api = cast(Handler, SecurityMiddleware(answer))  # never asynchronous: answer is not

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX) and request.path_info not in LONG_PATH:
            return self.api(request)
        return self.get_response(request)


def answer(request: HttpRequest) -> HttpResponseBase:
    """Any request under /api/, by any method, to any address."""
    method = request.method
    if method == "HEAD":
        request.method = "GET"
    response = _view(request)
    if response.status_code == 405:
        allowed = _allowed(response)
        if method == "OPTIONS":
            response = HttpResponse(status=204, headers=PREFLIGHT)
        else:
            response = problems.of_status(405).response(request)
        response.headers["Allow"] = allowed
    elif response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
        response = problems.of_status(response.status_code).response(request)
    _finish(response, method)
    return response


@lru_cache(maxsize=4_096)
def _match(urlconf: str, path: str) -> ResolverMatch:
    """The view of an address. Resolving takes 68 µs, as much as all else that a record needs;
    partners ask for the same addresses again and again. An address of none is not kept."""
    return resolve(path, urlconf)


def _view(request: HttpRequest) -> HttpResponseBase:
    """The view's answer; whatever it raises becomes a problem document."""
    try:
        if request.method != "OPTIONS":  # a browser asks by it, before it sends any key
            vars(request)["caller"] = admit(request)
        check_characters(request.META.get("QUERY_STRING", ""))
        match = request.resolver_match = _match(settings.ROOT_URLCONF, request.path_info)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response
    except Problem as problem:
        return problem.response(request)
    except Http404:
        return problems.of_status(404).response(request)
    except PermissionDenied:
        return problems.of_status(403).response(request)
    except (BadRequest, SuspiciousOperation):
        return problems.of_status(400).response(request)
    except OperationalError:
        log.exception("The database does not answer: %s", request.path)
        response = problems.of_status(503).response(request)
        response.headers["Retry-After"] = "30"
        return response
    except Exception:
        log.exception("An error in the API: %s %s", request.method, request.get_full_path())
        got_request_exception.send(sender=None, request=request)
        return problems.of_status(500).response(request)


def _allowed(response: HttpResponseBase) -> str:
    methods = {name.strip() for name in response.headers.get("Allow", "").split(",")} - {""}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods | {"OPTIONS"}))


def _finish(response: HttpResponseBase, method: str | None) -> None:
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    if isinstance(response, HttpResponse):
        if response.status_code not in (204, 304):
            headers["Content-Length"] = str(len(response.content))
        else:
            headers.pop("Content-Type", None)
        if method == "HEAD":
            response.content = b""
    elif method == "HEAD":
        # Not closed here: that would end the request twice. Its generator never starts.
        response.streaming_content = ()  # type: ignore[attr-defined]  # a streaming response
