"""Absolute addresses of the API's own answers."""

import json
from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def next_page(request: HttpRequest, name: str, value: str | int) -> str:
    """This request's address with one parameter set: where the list goes on."""
    pairs: Iterable[tuple[str, str]] = (
        (key, text) for key, texts in request.GET.lists() if key != name for text in texts
    )
    return f"{settings.BASE_URL}{request.path}?{urlencode([*pairs, (name, str(value))])}"


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
