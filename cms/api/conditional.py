"""ETag and Last-Modified, compared before a body is built (RFC 9110 §13)."""

import datetime as dt
import hashlib
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import http_date, parse_http_date_safe

from cms.catalogue.rendering import RENDERER

# Raise it when answers change their shape around the records.
ENVELOPE = 1


def asked(request: HttpRequest) -> bool:
    """Whether the client has a copy already."""
    return "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MODIFIED_SINCE" in request.META


R = TypeVar("R", bound=HttpResponseBase)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a client sends back to ask whether its copy is still good."""

    etag: str
    modified: dt.datetime | None

    def not_modified(self, request: HttpRequest) -> bool:
        """If-None-Match decides; If-Modified-Since only where it is absent (§13.2.2)."""
        sent = request.META.get("HTTP_IF_NONE_MATCH")
        if sent is not None:
            tags = (tag.strip().removeprefix("W/") for tag in sent.split(","))
            return any(tag in (self.etag, "*") for tag in tags)
        since = request.META.get("HTTP_IF_MODIFIED_SINCE")
        if since is None or self.modified is None:
            return False
        moment = parse_http_date_safe(since)
        return moment is not None and int(self.modified.timestamp()) <= moment

    def put_on(self, response: R) -> R:
        headers = response.headers
        headers["ETag"] = self.etag
        # What is public now may be withdrawn in a minute: caches must ask again.
        headers["Cache-Control"] = "no-cache"
        if self.modified is not None:
            # Within the same second another change may follow: such a copy must be asked for
            # again, so it is dated one second earlier (§8.8.2.1).
            second = int(self.modified.timestamp())
            if second >= int(time.time()):
                second -= 1
            headers["Last-Modified"] = _http_date(second)
        return response

    def unchanged(self) -> HttpResponse:
        return self.put_on(HttpResponseNotModified())


@lru_cache(maxsize=4_096)
def _http_date(second: int) -> str:
    return http_date(second)


def of_record(version: int, modified: dt.datetime, fields: tuple[str, ...]) -> Validators:
    """Of one record, whole or some of its fields."""
    part = f"-{digest(','.join(fields))}" if fields else ""
    return Validators(f'"{RENDERER}.{ENVELOPE}-{version}{part}"', modified)


def of_list(state: object, query: str, modified: dt.datetime | None) -> Validators:
    """Of a list: `state` changes with anything that the list may show."""
    return Validators(f'"{RENDERER}.{ENVELOPE}-{digest(f"{state}|{query}")}"', modified)


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=9).hexdigest()
