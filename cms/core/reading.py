"""Addresses that programs read: what they are answered where there is nothing to read."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

PROBLEM = "application/problem+json"
View = Callable[..., HttpResponseBase]


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document (RFC 9457). `kind` is an anchor of the API's documentation, which
    explains it."""
    found = {"type": f"/api/v1/docs#{kind}", "title": title, "status": status, "detail": detail}
    return HttpResponse(
        json.dumps({**found, **more}, ensure_ascii=False).encode("utf-8", "replace"),
        status=status,
        content_type=PROBLEM,
        headers={"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"},
    )


def wants_page(request: HttpRequest) -> bool:
    """Whether a browser asks, and not a program that takes whatever comes."""
    kinds = [PROBLEM, "application/json", "text/html"]
    return request.get_preferred_type(kinds) == "text/html"


def reads(*also: str) -> Callable[[View], View]:
    """A view that GET and HEAD may ask, and the methods `also`: others are 405, what there is not
    404, both as problem documents. OPTIONS says what pages of other sites may send. Nothing is
    written, so no token is asked for."""
    allowed = ("GET", "HEAD", *also)
    preflight = {
        "Allow": ", ".join((*allowed, "OPTIONS")),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join((*allowed, "OPTIONS")),
        "Access-Control-Allow-Headers": "Accept-Language, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }

    def decorated(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "OPTIONS":
                allows = HttpResponse(status=204, headers=preflight)
                del allows.headers["Content-Type"]
                return allows
            if request.method not in allowed:
                detail = _("This address is not open to this method: see the header Allow.")
                refused = problem(405, "method-not-allowed", _("Method not allowed"), detail)
                refused.headers["Allow"] = preflight["Allow"]
                return refused
            try:
                return view(request, *args, **kwargs)
            except Http404:
                if wants_page(request):
                    raise
                detail = _("Nothing is at this address. The documentation lists the addresses.")
                return problem(404, "not-found", _("Not found"), detail)

        return answer

    return decorated
