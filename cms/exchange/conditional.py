"""Answers that a client may keep, and asks about before it reads them again."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response


def etag_of(*state: object) -> str:
    """A weak tag: GZip may change the bytes, and nobody asks for parts of them."""
    return f'W/"{hashlib.blake2b(repr(state).encode(), digest_size=12).hexdigest()}"'


def kept(
    request: HttpRequest,
    etag: str,
    content_type: str,
    body: Callable[[], str | bytes],
    **headers: str,
) -> HttpResponseBase:
    """The answer, or 304 to a client who has it: the body is then not made."""
    response = HttpResponse(content_type=content_type)
    found = get_conditional_response(request, etag=etag, response=response) or response
    found.headers["ETag"] = etag
    # What is public now may be withdrawn in a minute: readers must ask again.
    found.headers["Cache-Control"] = "no-cache"
    for name, value in headers.items():
        found.headers[name.replace("_", "-")] = value
    if found is response:
        response.content = body()
    return found
