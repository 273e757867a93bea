"""What is wrong with an address, as a problem document (RFC 9457)."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

MEDIA_TYPE = "application/problem+json"
ECHO = 80  # signs of what was sent that are sent back


class BadAddress(ValueError):
    """A parameter that cannot be read; `message` is a sentence in the visitor's language."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message

    def response(self) -> HttpResponse:
        return problem(400, "invalid-parameter", _("Value not accepted"), self.message,
                       parameter=self.parameter[:ECHO])  # fmt: skip


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> HttpResponse:
    """`kind` is an anchor of the API's documentation, which explains it."""
    found = {"type": f"/api/v1/docs#{kind}", "title": title, "status": status, "detail": detail}
    return HttpResponse(
        json.dumps({**found, **more}, ensure_ascii=False).encode("utf-8", "replace"),
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"},
    )
