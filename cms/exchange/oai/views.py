"""`/oai`: one address, by GET or by POST."""

import datetime as dt
import logging
from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from lxml import etree

from cms.catalogue import clock
from cms.catalogue.rendering import RENDERER
from cms.core.reading import reads
from cms.exchange.conditional import etag_of, kept
from cms.formats.text import writable
from search.state import state

from . import answers, arguments, identity
from .answers import NAMESPACE, SCHEMA, XSI

log = logging.getLogger(__name__)

LONGEST = 8_192  # bytes of a request's arguments
TYPE = "text/xml; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
# Raise it when answers change their shape.
SHAPE = 1


@reads("POST", checked=False)
def oai(request: HttpRequest) -> HttpResponseBase:
    """The answer of OAI-PMH, its errors included: they are 200. Others are HTTP's: 413, 414, 415
    and 503."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST:
        return _plain(414, "The arguments of OAI-PMH are short.")
    if request.method == "POST":
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LONGEST:
            return _plain(413, "The arguments of OAI-PMH are short.")
        if request.content_type != FORM:
            return _plain(415, f"Arguments are sent as {FORM}.")
    try:
        # Names of sets and types are those of the house, whoever asks.
        with translation.override("fr"):
            return _answer(request)
    except OperationalError:
        log.exception("The database does not answer: OAI-PMH")
        response = _plain(503, "Out of service for the moment.")
        response.headers["Retry-After"] = "30"
        return response


def _answer(request: HttpRequest) -> HttpResponseBase:
    moment = timezone.now()
    # Whoever asks next time for what changed since this answer must not miss a change that was
    # dated before it and committed after.
    clock.settle()
    pairs = _pairs(request)
    if request.method == "POST":
        response = HttpResponse(_body(pairs, moment), content_type=TYPE)
        response.headers["Cache-Control"] = "no-cache"
        return response
    # Tokens age: an answer is not good for as long as they are.
    now = state()
    etag = etag_of(
        SHAPE, RENDERER, now.newest, now.site, now.vocabularies, moment.date(), pairs,
        identity.namespace(), identity.base_url(), identity.admin_email(),
    )  # fmt: skip
    return kept(request, etag, TYPE, lambda: _body(pairs, moment))


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """The arguments in the order in which they came, of the form or else of the address. What is
    not UTF-8 becomes U+FFFD, which no argument may hold."""
    if request.method == "POST":
        sent = request.body
    else:
        sent = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    return parse_qsl(sent.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")


def _body(pairs: list[tuple[str, str]], moment: dt.datetime) -> bytes:
    """The document: the verb's answer, or errors."""
    given: Mapping[str, str] = {}
    try:
        asked = arguments.read(pairs)
        given = asked.given
        root, request = _root(moment)
        answers.ANSWERS[asked.verb](root, asked)
    except arguments.Refused as refusal:
        root, request = _root(moment)
        given = dict(pairs) if refusal.echo else {}
        for error in refusal.errors:
            answers.add(root, "error", error.text, code=error.code)
    for name, value in given.items():
        request.set(name, writable(value))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _root(moment: dt.datetime) -> tuple[etree._Element, etree._Element]:
    root = etree.Element(f"{{{NAMESPACE}}}OAI-PMH", nsmap={None: NAMESPACE, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    answers.add(root, "responseDate", answers.stamp(moment))
    return root, answers.add(root, "request", identity.base_url())


def _plain(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
