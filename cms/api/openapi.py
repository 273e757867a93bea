"""The OpenAPI document: made once, committed, served as it stands.

A test compares the file with what the code says: a change of the contract is a diff that
somebody reviews. `manage.py export_openapi` writes it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from . import conditional
from .problems import MEDIA_TYPE
from .strict import no_parameters
from .v1 import api

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
    made.pop("servers", None)
    _say_who_may(made)
    return made


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
