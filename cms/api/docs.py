"""The documentation page: the OpenAPI document as a page of the site, without a script."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from cms.catalogue.models import Record
from cms.core.records import record_types

from . import news, openapi, problems

# What a partner may paste into a terminal, by operation: (what it does, query string). In braces:
# what `_shown` finds on this site, so that it answers.
EXAMPLES: Mapping[str, tuple[tuple[Any, str], ...]] = {
    "list_records": (
        (gettext_lazy("The newest changes, five at a time"), "?limit=5"),
        (
            gettext_lazy("A search in a vocabulary, titles and addresses only"),
            "?q=habitants&concept=themes:sante-mentale&fields=title,url",
        ),
        (gettext_lazy("Everything changed since a day, from A to Z"),
         "?updated_since=2026-01-01&order=title"),
    ),
    "get_record": ((gettext_lazy("One record"), ""),),
    "search": ((gettext_lazy("An acronym, with the filters"), "?q=CLS"),),
    "suggest": ((gettext_lazy("What a reader may mean who has typed three letters"), "?q=con"),),
    "list_changes": (
        (gettext_lazy("Everything, from the beginning"), ""),
        (gettext_lazy("What is new since the last visit"), "?since={since}"),
    ),
    "list_concepts": ((gettext_lazy("The descriptors of a vocabulary"), "?scheme=themes"),),
    "get_record_by_path": (
        (gettext_lazy("What is at an address"), "?path={path}"),
    ),
    "get_tree": ((gettext_lazy("A plan with its actions"), ""),),
    "list_organisations": ((gettext_lazy("Organisations from A to Z"), "?order=title&limit=50"),),
    "list_dates": (
        (gettext_lazy("What comes next"), ""),
        (gettext_lazy("A month in a department"),
         "?from={first}&to={after}&territory=departement-36"),
    ),
    "list_places": (
        (gettext_lazy("Projects of a region, as GeoJSON"), "?type=project&territory=region-24"),
    ),
    "dump": ((gettext_lazy("Everything, into a file"), ""),),
    "list_territories": (
        (gettext_lazy("The communes of a department"), "?kind=commune&within=departement-36"),
    ),
    "list_types": ((gettext_lazy("The types"), ""),),
    "get_status": ((gettext_lazy("The state"), ""),),
    "list_submission_kinds": ((gettext_lazy("In French"), ""),),
    "submit": ((gettext_lazy("A proposal in a file, without joined files"), ""),),
    "get_preview": ((gettext_lazy("With the token of the front’s address"), "?token=…"),),
    "get_usage": ((gettext_lazy("With the key in a variable"), ""),),
}  # fmt: skip
# What the command needs besides.
_KEY = '-H "Authorization: Bearer $RELAIS_KEY" '
_WITH: Mapping[str, str] = {
    "dump": "-o relais.ndjson ",
    "get_usage": _KEY,
    "submit": f'{_KEY}-H "Idempotency-Key: 7d5f0b9e" --json @proposition.json ',
}
EXAMPLE_UID = "b930a1d4-2c4d-5022-8548-6843a0e5f4e1"

PROBLEMS: Mapping[str, Any] = {
    "unknown-parameter": gettext_lazy("The address does not know this parameter."),
    "repeated-parameter": gettext_lazy("A parameter that takes one value came several times."),
    "invalid-parameter": gettext_lazy("The value is not one that the parameter accepts."),
    "exclusive-parameters": gettext_lazy("Two parameters of which only one may be given."),
    "wrong-key": gettext_lazy(
        "The key is unknown, revoked, expired or missing. A request with such a key is never"
        " answered as if it had none."
    ),
    "scope": gettext_lazy(
        "The key is good, but not for this operation: scope names what it lacks."
    ),
    "too-many": gettext_lazy("The rate is used up: Retry-After says when to come back."),
    "invalid-fields": gettext_lazy("errors names each field with a sentence; nothing was kept."),
    "other-content": gettext_lazy(
        "The Idempotency-Key came before with another content: use a new one for each proposal."
    ),
    "too-large": gettext_lazy("The body is larger than this address takes."),
    "unsupported-type": gettext_lazy("Send JSON, or multipart/form-data with files."),
    "incomplete": gettext_lazy("A draft without what its type cannot be stored without."),
    "not-found": gettext_lazy("No such address, or no such record."),
    "gone": gettext_lazy("The record was public and is no longer: gone_at and reason say more."),
    "method-not-allowed": gettext_lazy("Addresses are read, by GET or HEAD."),
    "too-long": gettext_lazy("The query string is longer than 4,000 bytes."),
    "bad-request": gettext_lazy("The request cannot be read."),
    "unavailable": gettext_lazy("Ask again later: Retry-After says when."),
    "internal-error": gettext_lazy("It has been noted."),
}


_CODE = re.compile(r"`([^`]+)`")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """In the reader's language: French texts come from the catalogue of translations."""
    document = json.loads(openapi.committed())
    shown = _shown()
    return render(
        request,
        "api/docs.html",
        {
            "operations": [
                _operation(path, method, operation, shown)
                for path, found in document["paths"].items()
                for method, operation in found.items()
            ],
            "problems": [
                {"kind": kind, "title": problems.TITLES[kind], "text": text}
                for kind, text in PROBLEMS.items()
            ],
            "base_url": settings.BASE_URL,
            "anonymous_rate": settings.API_ANONYMOUS_RATE,
            "key_rate": settings.API_KEY_RATE,
            "news": news.shown(),
            "members": _members(document, "FullRecord"),
        },
    )


def _shown() -> dict[str, str]:
    """Of this site: its newest record, its newest tree, a value of the clock, a month. Two
    queries."""
    live = Record.objects.filter(gone_at__isnull=True).order_by("-version")
    trees = [name for name, kind in record_types().items() if kind.outline]
    newest = live.values("uid", "url", "version").first()
    tree = live.filter(type__in=trees).values("uid").first()
    first = timezone.localdate().replace(day=1)
    return {
        "uid": str(newest["uid"] if newest else EXAMPLE_UID),
        "tree": str(tree["uid"] if tree else EXAMPLE_UID),
        "path": quote(newest["url"] if newest else "/"),
        "since": str(max(newest["version"] - 10, 0) if newest else 0),
        "first": first.isoformat(),
        "after": (first + dt.timedelta(days=32)).replace(day=1).isoformat(),
    }


def _operation(
    path: str, method: str, found: Mapping[str, Any], shown: Mapping[str, str]
) -> dict[str, Any]:
    uid = shown["tree" if found["operationId"] == "get_tree" else "uid"]
    address = f"{settings.BASE_URL}{path}".replace("{uid}", uid)
    return {
        "id": found["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": gettext(found["summary"]),
        "description": _marked(gettext(found["description"])),
        "parameters": [_parameter(parameter) for parameter in found.get("parameters", ())],
        "examples": [
            {
                "text": text,
                "command": _command(found["operationId"], address + query.format(**shown)),
            }
            for text, query in EXAMPLES[found["operationId"]]
        ],
    }


def _command(name: str, address: str) -> str:
    return f'curl {_WITH.get(name, "")}"{address}"'


def _marked(text: str) -> SafeString:
    """The contract's Markdown, of which only `code` is used, as HTML."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped here


def _parameter(found: Mapping[str, Any]) -> dict[str, Any]:
    schema = found["schema"]
    return {
        "name": found["name"],
        "several": schema.get("type") == "array",
        "text": gettext(found["description"]),
        "default": schema.get("default"),
    }


def _members(document: Mapping[str, Any], name: str) -> list[str]:
    return list(document["components"]["schemas"][name]["properties"])
