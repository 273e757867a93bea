"""What the contract shows of sending a proposal, besides its shape."""

from typing import Any

EXAMPLE: dict[str, Any] = {
    "kind": "project",
    "language": "fr",
    "values": {
        "title": "Jardins partagés de Rosnay",
        "summary": "Des jardins pour se retrouver et bouger.",
        "status": "completed",
        "start_date": "03/2022",
        "objectives": "Rompre l’isolement.",
        "actions": "Douze ateliers et un repas.",
        "commune": "Rosnay (36173)",
        "lead": "Association des jardins",
    },
    "author": {
        "name": "Camille Exemple",
        "email": "camille@example.org",
        "organisation": "Les jardins",
        "show_name": False,
        "consent": "2026-11",
    },
}
ANSWER: dict[str, Any] = {
    "number": 1204,
    "kind": "project",
    "title": "Jardins partagés de Rosnay",
    "sent_at": "2026-11-26T09:30:00Z",
    "files": [],
    "tracking": "https://ressources.example.org/proposer/suivi/…/",
}
PROBLEM: dict[str, Any] = {
    "type": "/api/v1/docs#invalid-fields",
    "title": "Some fields are not accepted",
    "status": 422,
    "detail": "Nothing was kept: correct what errors names, and send again.",
    "errors": [{"field": "values.summary", "detail": "This field is required."}],
}
_SCHEMA = {"$ref": "#/components/schemas/Proposed"}
OPERATION: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "One of your own for each proposal, such as a UUID.",
            "example": "7d5f0b9e-6a0b-4a53-9c2b-0c1e5b1f9a10",
        }
    ],
    "requestBody": {
        "content": {
            "application/json": {"schema": _SCHEMA, "example": EXAMPLE},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["submission"],
                    "properties": {
                        "submission": _SCHEMA,
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    },
                },
                "encoding": {"submission": {"contentType": "application/json"}},
            },
        },
        "required": True,
    },
    "responses": {
        201: {"content": {"application/json": {"example": ANSWER}}},
        422: {"content": {"application/json": {"example": PROBLEM}}},
    },
}
