"""What the contract shows of operations for partners, besides their shapes."""

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


def answers(example: dict[str, Any]) -> dict[str, Any]:
    """An operation that answers so."""
    return {"responses": {200: {"content": {"application/json": {"example": example}}}}}


_FIELD = {"help": "", "type": "text", "required": True, "max_length": 200, "choices": []}
KINDS: dict[str, Any] = {
    "total": 1,
    "items": [
        {
            "name": "project",
            "label": "Un projet",
            "help": "Une action menée ou en cours.",
            "fields": [{"name": "title", "label": "Titre", **_FIELD}],
        }
    ],
    "next": None,
    "author": [{"name": "name", "label": "Votre nom", **_FIELD, "max_length": 120}],
    "consent": {"version": "2026-11", "text": "J’accepte que l’équipe du centre lise…"},
    "files": {"most": 8, "largest": 10_485_760, "all": 31_457_280, "extensions": ["pdf", "png"]},
}
USAGE: dict[str, Any] = {
    "partner": "Réseau exemple",
    "keys": [
        {
            "name": "site web",
            "begins_with": "relais_Ab3dE",
            "scopes": ["read", "submit"],
            "rate": 3000,
            "expires_at": "2027-11-26T09:00:00Z",
            "last_used_at": "2026-11-26T09:30:00Z",
        }
    ],
    "days": [{"day": "2026-11-26", "requests": 1204, "refused": 2}],
}
