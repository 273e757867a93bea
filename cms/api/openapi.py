"""The OpenAPI document: made once, committed, served as it stands.

A test compares the file with what the code says: a change of the contract is a diff that
somebody reviews. `manage.py export_openapi` writes it.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from . import conditional, news
from .examples import EXAMPLES
from .problems import MEDIA_TYPE
from .strict import no_parameters
from .v1 import api

# Media types of what is not only JSON; None for the schema that the operation declares.
_TEXT = {"type": "string"}
CONTENT: Mapping[str, Mapping[str, Any]] = {
    "get_record": {"application/json": None, "text/html": _TEXT, "text/markdown": _TEXT},
    "list_places": {"application/geo+json": None},
    "dump": {"application/x-ndjson": _TEXT},
}

# All but those without an ETag: they follow the search index, a partner or an editor.
CONDITIONAL = EXAMPLES.keys() - {"get_usage", "get_preview"}

NEEDS_KEY = frozenset({"get_usage"})
FILE = Path(__file__).with_name("openapi.json")


def build() -> dict[str, Any]:
    """The document that the code describes today."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    for operations in made["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
    for operation_id, types in CONTENT.items():
        content = _operation(made, operation_id)["responses"]["200"]["content"]
        schema = content.pop("application/json")
        content |= {kind: schema if one is None else {"schema": one} for kind, one in types.items()}
    _tidy(made)
    # `fields` leaves out all others.
    for name in ("WithTranslations", "FullRecord"):
        made["components"]["schemas"][name]["required"] = ["uid"]
    made.pop("servers", None)
    _say_who_may(made)
    return made


def _tidy(document: dict[str, Any]) -> None:
    """Examples, what is deprecated, answers of any operation; no null among parameters, no shape
    that nothing refers to."""
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            name = operation["operationId"]
            if name in CONDITIONAL:
                operation["responses"]["304"] = {"description": "Not Modified"}
            for status, text in (("414", "URI Too Long"), ("503", "Service Unavailable")):
                operation["responses"][status] = {"description": text, "content": problem}
            operation["responses"] = dict(sorted(operation["responses"].items()))
            if name in EXAMPLES:  # what is sent has its own, beside what it says
                answer = next(iter(operation["responses"]["200"]["content"].values()))
                answer["example"] = EXAMPLES[name]
            if news.deprecations(name):
                operation["deprecated"] = True
            for parameter in operation.get("parameters", ()):
                if news.deprecations(name, [parameter["name"]]):
                    parameter["deprecated"] = True
                choices = parameter["schema"].pop("anyOf", None)
                for one in choices or ():
                    parameter["schema"] |= one if one != {"type": "null"} else {}
    schemas = document["components"]["schemas"]
    for name in [name for name in schemas if name.endswith("Query") or name == "DumpHead"]:
        del schemas[name]


def _operation(document: dict[str, Any], operation_id: str) -> dict[str, Any]:
    return next(
        operation
        for operations in document["paths"].values()
        for operation in operations.values()
        if operation["operationId"] == operation_id
    )


_KEY = {"type": "http", "scheme": "bearer", "description": "A partner's key: relais_…"}
_REFUSALS = {
    "401": "The key is unknown, revoked, expired or missing",
    "403": "The key has not the scope",
    "429": "Too many requests: Retry-After says when to come back",
}


def _say_who_may(made: dict[str, Any]) -> None:
    """Keys, and what the door of the API answers for every operation."""
    made["components"]["securitySchemes"] = {"key": _KEY}
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    for operations in made["paths"].values():
        for method, operation in operations.items():
            free = method == "get" and operation["operationId"] not in NEEDS_KEY
            operation["security"] = (
                [{}, {"key": ["read"]}]
                if free
                else [{"key": ["submit"] if method == "post" else []}]
            )
            for status, description in _REFUSALS.items():
                answer = {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
                operation["responses"].setdefault(status, answer)
            operation["responses"] = dict(sorted(operation["responses"].items()))


def text() -> str:
    return json.dumps(build(), ensure_ascii=False, indent=2) + "\n"


@cache
def committed() -> bytes:
    return FILE.read_bytes()


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The committed document."""
    no_parameters(request)
    validators = conditional.of_list("", committed().decode(), None)
    if validators.not_modified(request):
        return validators.unchanged()
    return validators.put_on(HttpResponse(committed(), content_type="application/json"))
