"""Addresses that programs read: what they may ask, and what they are answered where there is
nothing to read."""

import json
import re
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

PROBLEM = "application/problem+json"
View = Callable[..., HttpResponseBase]
ECHO = 80  # signs of what was sent that are sent back
LONGEST = 16_384  # bytes of a query string

# What newsletters, networks and measures of audience hang on addresses. It asks for nothing, and
# must not break a calendar or a feed that somebody subscribes to.
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|at|mc)_\w{1,40}|(?:fb|g|d|msc|tt|tw|y)clid|[gw]braid|igshid|xtor"
    r"|_ga|_gl|_hsenc|_hsmi",
    re.ASCII,
)


class BadAddress(ValueError):
    """A parameter that is refused; `message` is a sentence in the visitor's language, `kind` an
    anchor of the API's documentation."""

    def __init__(self, parameter: str, message: str, kind: str = "invalid-parameter") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message
        self.kind = kind

    def response(self) -> HttpResponse:
        """400 with a problem document."""
        titles = {
            "unknown-parameter": _("Unknown parameter"),
            "repeated-parameter": _("Parameter given twice"),
        }
        title = titles.get(self.kind) or _("Value not accepted")
        return problem(400, self.kind, title, self.message, parameter=self.parameter[:ECHO])


def is_tracking(name: str) -> bool:
    """Whether a parameter only says where a visitor came from."""
    return _TRACKING.fullmatch(name) is not None


def check(given: QueryDict, once: Collection[str] = (), several: Collection[str] = ()) -> None:
    """One rule for every address that programs read: a parameter that it does not know is refused,
    never left aside, lest a misspelt filter give everything; so is one of `once` that is given
    twice. Raises BadAddress."""
    for name, values in given.lists():
        if name in several or (name in once and len(values) == 1):
            continue
        if name in once:
            message = _("“%(name)s” may be given only once.") % {"name": name}
            raise BadAddress(name, message, "repeated-parameter")
        if not is_tracking(name):
            raise BadAddress(name, _unknown(name, {*once, *several}), "unknown-parameter")


def _unknown(name: str, known: Collection[str]) -> str:
    said = {"name": name[:ECHO], "known": ", ".join(sorted(known))}
    if known:
        text = _("“%(name)s” is not a parameter of this address. It accepts: %(known)s.")
    else:
        text = _("“%(name)s” is not a parameter of this address, which accepts none.")
    return text % said


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


def reads(*also: str, checked: bool = True) -> Callable[[View], View]:
    """A view that GET and HEAD may ask, and the methods `also`: others are 405, what there is not
    404, a BadAddress 400, all as problem documents. It takes no parameter, unless it looks at them
    itself (`checked` false). OPTIONS says what pages of other sites may send. Nothing is written,
    so no token is asked for."""
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
            if len(request.META.get("QUERY_STRING", "")) > LONGEST:
                detail = _("What follows the question mark is longer than 16,384 bytes.")
                return problem(414, "too-long", _("Address too long"), detail)
            try:
                if checked:
                    check(request.GET)
                return view(request, *args, **kwargs)
            except BadAddress as bad:
                return bad.response()
            except Http404:
                if wants_page(request):
                    raise
                detail = _("Nothing is at this address. The documentation lists the addresses.")
                return problem(404, "not-found", _("Not found"), detail)

        return answer

    return decorated
