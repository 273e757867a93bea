"""`/notices/<uid>`: a record's address for good, and the record in other formats."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cms.catalogue.models import Gone, Record
from cms.catalogue.rendering import RENDERER
from cms.core.reading import PROBLEM, reads, wants_page
from cms.formats import bibtex, csl, markdown, ris, schema_org
from cms.formats.notice import Notice, translations

from .conditional import etag_of, kept
from .oai import identity

REASONS: Mapping[str, Any] = {
    Gone.UNPUBLISHED: _("It has been unpublished."),
    Gone.EXPIRED: _("Its date of expiry has passed."),
    Gone.PRIVATE: _("It is no longer open to everybody."),
    Gone.DELETED: _("It has been deleted."),
}


@dataclass(frozen=True, slots=True)
class Export:
    """A format of one record. `attached`: browsers save it, they do not show it."""

    media_type: str
    write: Callable[[Notice], bytes]
    attached: bool


EXPORTS: Mapping[str, Export] = {
    module.EXTENSION: Export(module.MEDIA_TYPE, module.write, attached)
    for module, attached in (
        (ris, True), (bibtex, True), (csl, True), (schema_org, False), (markdown, False),
    )
}  # fmt: skip


@reads(checked=False)
def notice(request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
    """302 to the record's page, wherever it is now; 410 with date and reason when it is gone. As at
    pages, whatever hangs on the address is left aside: it is one that people send each other."""
    record = Record.objects.filter(uid=uid).only("uid", "url", "gone_at", "gone_reason").first()
    if record is None or record.gone_at is not None:
        return absent(request, record)
    response = HttpResponseRedirect(record.url)
    response.headers["Cache-Control"] = "no-cache"
    return response


@reads()
def export(request: HttpRequest, uid: uuid.UUID, extension: str) -> HttpResponseBase:
    """The record in a format of EXPORTS, by two queries; three with translations."""
    record = Record.objects.filter(uid=uid).defer("document").first()
    if record is None or record.gone_at is not None:
        return absent(request, record, file=True)
    chosen = EXPORTS[extension]
    site = identity.site_name()
    others = translations(record)
    name = f"{slugify(record.title)[:60].strip('-') or record.uid}.{extension}"

    def body() -> bytes:
        with translation.override(record.locale):
            return chosen.write(Notice(record, site, others))

    return kept(
        request,
        etag_of(RENDERER, extension, record.version, site, settings.BASE_URL, others),
        chosen.media_type,
        body,
        Content_Disposition=content_disposition_header(chosen.attached, name) or "inline",
        Content_Language=record.locale,
        X_Robots_Tag="noindex",
    )


def absent(request: HttpRequest, record: Record | None, *, file: bool = False) -> HttpResponse:
    """410 for what is gone, 404 for what never was: a page for who takes any, else a problem
    document (RFC 9457). `file`: what is missing is a file, and takes a page only who asks for
    one."""
    status = 410 if record else 404
    kinds = ["text/html", PROBLEM, "application/json"]
    page = wants_page(request) if file else request.get_preferred_type(kinds) == "text/html"
    if not page:
        response: HttpResponse = HttpResponse(
            json.dumps(_problem(status, record), ensure_ascii=False).encode(),
            status=status,
            content_type=PROBLEM,
        )
    elif record is None:
        response = render(request, "404.html", status=404)
    else:
        context = {"gone_at": record.gone_at, "reason": REASONS[record.gone_reason]}
        response = render(request, "exchange/gone.html", context, status=410)
    patch_vary_headers(response, ["Accept"])
    response.headers["Cache-Control"] = "no-cache"
    return response


def _problem(status: int, record: Record | None) -> dict[str, Any]:
    kind = "gone" if record else "not-found"
    title = _("No longer public") if record else _("Not found")
    never = _("No record has ever had this identifier.")
    found: dict[str, Any] = {
        "type": f"/api/v1/docs#{kind}",
        "title": str(title),
        "status": status,
        "detail": str(REASONS[record.gone_reason] if record else never),
    }
    if record and record.gone_at:
        found |= {
            "uid": str(record.uid),
            "gone_at": record.gone_at.isoformat(),
            "reason": record.gone_reason,
        }
    return found
