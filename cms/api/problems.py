"""Errors as problem documents (RFC 9457), in the reader's language, naming the parameter."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

DOCS = "/api/v1/docs"
MEDIA_TYPE = "application/problem+json"
# Languages in which problems are written; the first is for those who ask for none.
LANGUAGES = ("fr", "en", "es")


class Filled:
    """A lazy text with its values, which may be lazy too: both follow the reader's language."""

    def __init__(self, text: "Text", **values: "Text") -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return str(self.text) % {name: str(value) for name, value in self.values.items()}


Text = str | Promise | Filled

# Anchors of the documentation page: what each kind of problem is called.
TITLES: Mapping[str, Text] = {
    "unknown-parameter": _("Unknown parameter"),
    "repeated-parameter": _("Parameter given twice"),
    "invalid-parameter": _("Value not accepted"),
    "exclusive-parameters": _("Parameters that exclude each other"),
    "wrong-key": _("Key not accepted"),
    "scope": _("The key does not open this"),
    "too-many": _("Too many requests"),
    "invalid-fields": _("Some fields are not accepted"),
    "other-content": _("Key of idempotency used for something else"),
    "too-large": _("Too large"),
    "unsupported-type": _("Type of content not accepted"),
    "incomplete": _("Draft not complete"),
    "not-found": _("Not found"),
    "gone": _("No longer public"),
    "method-not-allowed": _("Method not allowed"),
    "too-long": _("Address too long"),
    "bad-request": _("Request not understood"),
    "unavailable": _("Out of service for the moment"),
    "internal-error": _("An error of ours"),
}
KIND_OF_STATUS = {
    400: "bad-request",
    401: "wrong-key",
    403: "scope",
    429: "too-many",
    404: "not-found",
    405: "method-not-allowed",
    410: "gone",
    414: "too-long",
    503: "unavailable",
}
# What a client sends back is shown to it only so far.
ECHO = 80


class Problem(Exception):
    """An answer other than the one asked for.

    `kind` is a key of TITLES; `parameter` names the parameter at fault; `more` adds members to
    the document; `headers` go into the response.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: Text,
        *,
        parameter: str | None = None,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.parameter = parameter
        self.more = more or {}
        self.headers = headers or {}

    def response(self, request: HttpRequest) -> HttpResponse:
        """The problem document, in French unless the request prefers English or Spanish."""
        language = preferred_language(request)
        with translation.override(language):
            document: dict[str, Any] = {
                "type": f"{DOCS}#{self.kind}",
                "title": str(TITLES[self.kind]),
                "status": self.status,
                "detail": str(self.detail),
            }
        if self.parameter is not None:
            document["parameter"] = self.parameter[:ECHO]
        document.update(self.more)
        return HttpResponse(
            json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"),
            status=self.status,
            content_type=MEDIA_TYPE,
            headers={
                "Content-Language": language,
                "Vary": "Accept-Language",
                "Cache-Control": "no-cache",
                **self.headers,
            },
        )


def preferred_language(request: HttpRequest) -> str:
    """One of LANGUAGES, from Accept-Language."""
    for code, _quality in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if (language := code.split("-")[0]) in LANGUAGES:
            return language
    return LANGUAGES[0]


def unknown_parameter(name: str, known: list[str]) -> Problem:
    if known:
        detail = _("“%(name)s” is not a parameter of this address. It accepts: %(known)s.")
    else:
        detail = _("“%(name)s” is not a parameter of this address, which accepts none.")
    return Problem(
        400,
        "unknown-parameter",
        Filled(detail, name=name[:ECHO], known=", ".join(known)),
        parameter=name,
    )


def repeated_parameter(name: str) -> Problem:
    return Problem(
        400,
        "repeated-parameter",
        Filled(_("“%(name)s” may be given only once."), name=name),
        parameter=name,
    )


def invalid_parameter(name: str, expected: Text) -> Problem:
    """`expected` says what the parameter is and which values it accepts."""
    return Problem(
        400,
        "invalid-parameter",
        Filled(
            _("“%(name)s” does not accept this value. %(expected)s"),
            name=name[:ECHO],
            expected=expected,
        ),
        parameter=name,
    )


def exclusive_parameters(one: str, other: str) -> Problem:
    return Problem(
        400,
        "exclusive-parameters",
        Filled(_("“%(one)s” and “%(other)s” do not go together."), one=one, other=other),
        parameter=other,
    )


def unknown_value(name: str, value: str) -> Problem:
    """A value that is well written and that nothing is called."""
    return Problem(
        400,
        "invalid-parameter",
        Filled(_("“%(name)s”: nothing is called “%(value)s”."), name=name, value=value[:ECHO]),
        parameter=name,
    )


def of_status(status: int) -> Problem:
    """The problem of an answer that came without a document of its own."""
    kind = KIND_OF_STATUS.get(status, "bad-request" if status < 500 else "internal-error")
    return Problem(status, kind, DETAILS.get(kind, TITLES[kind]))


DETAILS: Mapping[str, Text] = {
    "not-found": _("Nothing is at this address. The documentation lists the addresses."),
    "method-not-allowed": _("This address is not open to this method: see the header Allow."),
    "too-long": _("The query string is longer than 4,000 bytes."),
    "bad-request": _("The request is not one that this address understands."),
    "unavailable": _("Please ask again in a moment."),
    "internal-error": _("The error has been noted. It is not the fault of your request."),
}
