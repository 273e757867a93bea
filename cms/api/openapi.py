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

from . import conditional
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
    # `fields` leaves out all others.
    for name in ("WithTranslations", "FullRecord"):
        made["components"]["schemas"][name]["required"] = ["uid"]
    made.pop("servers", None)
    return made


def _operation(document: dict[str, Any], operation_id: str) -> dict[str, Any]:
    return next(
        operation
        for operations in document["paths"].values()
        for operation in operations.values()
        if operation["operationId"] == operation_id
    )


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
