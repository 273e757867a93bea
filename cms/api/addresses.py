"""Absolute addresses of the API's own answers."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .strict import StrictQuery


def next_page(request: HttpRequest, query: StrictQuery, name: str, value: str | int) -> str:
    """This request's address with "cursor" or "since" set: where the list goes on."""
    before = f"{query.without_place}&" if query.without_place else ""
    return f"{settings.BASE_URL}{request.path}?{before}{name}={value}"


def with_facets(counted: list[dict[str, Any]] | None) -> str:
    """The member of a list's answer that holds counts, for `listed`."""
    return f',"facets":{json.dumps(counted, ensure_ascii=False)}' if counted is not None else ""


def listed(total: int, items: bytes, address: str | None, more: str = "") -> HttpResponse:
    """A list's answer from its items as joined JSON; `more` are members written as `,"a":1`."""
    follow = json.dumps(address)
    body = b'{"total":%d,"items":[%b],"next":%b%b}' % (
        total, items, follow.encode(), more.encode()
    )  # fmt: skip
    response = HttpResponse(body, content_type="application/json")
    if address:
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response
