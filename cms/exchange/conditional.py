"""Answers that a client may keep, and asks about before it reads them again."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
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
    found = _validated(request, etag, response, headers)
    if found is response:
        response.content = body()
    return found


def streamed(
    request: HttpRequest,
    etag: str,
    content_type: str,
    body: Callable[[], Iterable[bytes]],
    **headers: str,
) -> HttpResponseBase:
    """The same, sent while it is made. `body` asks the database before it gives the first part, so
    that what goes wrong there is an answer and not a broken one."""
    response = StreamingHttpResponse(content_type=content_type)
    found = _validated(request, etag, response, headers)
    if found is response:
        parts = body()  # of HEAD too, which says what GET would: it may be refused
        response.streaming_content = parts if request.method != "HEAD" else ()
    return found


def _validated(
    request: HttpRequest, etag: str, response: HttpResponseBase, headers: dict[str, str]
) -> HttpResponseBase:
    given: Any = response  # any answer will do, whatever the stubs say
    found = get_conditional_response(request, etag=etag, response=given) or response
    found.headers["ETag"] = etag
    # What is public now may be withdrawn in a minute: readers must ask again.
    found.headers["Cache-Control"] = "no-cache"
    found.headers["Access-Control-Allow-Origin"] = "*"  # pages of other sites may read it
    for name, value in headers.items():
        found.headers[name.replace("_", "-")] = value
    return found
