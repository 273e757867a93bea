"""An answer of each operation, for the contract: invented, and checked against its own schema."""

from collections.abc import Mapping
from typing import Any

_SITE = "https://relais.example.org"
_UID = "b930a1d4-2c4d-5022-8548-6843a0e5f4e1"
_EVENT = "0b0e7d0b-6a5c-5d1e-9e57-8d3c6a1f2b40"
_PLAN = "6b1f4c0e-52a7-5b0e-8f5d-1c9a7e3d2f61"
_ACTION = "c2d7a9b4-0f3e-5a6b-b1c8-4e5f6a7b8c9d"

_RECORD: dict[str, Any] = {
    "version": 1204,
    "modified_at": "2026-05-21T08:30:00+00:00",
    "uid": _UID,
    "type": "guide",
    "locale": "fr",
    "title": "Animer une réunion publique",
    "summary": "Préparer, conduire et suivre une réunion ouverte aux habitants.",
    "abstract": "",
    "url": f"{_SITE}/guides/animer-une-reunion/",
    "published_at": "2026-03-02T09:00:00+00:00",
    "date": "2026",
    "authors": ["Équipe documentaire"],
    "licence": "etalab-2.0",
    "concepts": [{"scheme": "themes", "id": "participation", "label": "Participation"}],
    "territories": [{"scheme": "territory", "id": "departement-36", "label": "Indre"}],
    "organisations": [{"name": "Réseau fictif", "role": "publisher", "uid": None}],
    "contacts": [],
    "links": [],
    "occurrences": [],
    "points": [{"latitude": 46.81, "longitude": 1.69, "label": "Châteauroux"}],
    "identifiers": [{"scheme": "doi", "value": "10.5555/essai"}],
    "image": {
        "image_id": 12,
        "url": f"{_SITE}/images/signature/12/width-800%7Cformat-webp/",
        "width": 800,
        "height": 600,
        "alt": "Des habitants autour d’une table",
        "credit": "Camille Exemple",
        "licence": "CC-BY-4.0",
        "renditions": [
            {
                "width": 400,
                "height": 300,
                "media_type": "image/webp",
                "url": f"{_SITE}/images/signature/12/width-400%7Cformat-webp/",
            },
        ],
    },
    "downloads": [
        {
            "document_id": 7,
            "title": "La fiche à imprimer",
            "url": f"{_SITE}/documents/7/fiche.pdf",
            "filename": "fiche.pdf",
            "media_type": "application/pdf",
            "size": 120000,
            "pages": 4,
            "language": "fr",
            "checksum": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }
    ],
    "body": [{"type": "paragraph", "value": "<p>Choisir un lieu connu de tous.</p>"}],
    "data": {"level": "débutant"},
}
_TRANSLATION = {
    "uid": "3f2a1b0c-9d8e-5f7a-8b6c-5d4e3f2a1b0c",
    "locale": "en",
    "title": "Running a public meeting",
    "url": f"{_SITE}/en/guides/running-a-public-meeting/",
}


def _list(item: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"total": 1, "items": [item], "next": None, **more}


EXAMPLES: Mapping[str, Any] = {
    "list_records": _list(_RECORD),
    "list_organisations": _list(
        {
            "uid": "5f7a8b6c-5d4e-5f2a-9b0c-3f2a1b0c9d8e",
            "title": "Réseau fictif",
            "url": f"{_SITE}/annuaire/reseau-fictif/",
            "identifiers": [{"scheme": "siret", "value": "73282932000074"}],
        }
    ),
    "get_record": {
        **_RECORD,
        "translations": [_TRANSLATION],
        "related": [
            {
                "relation": "supersedes",
                "inverse": False,
                "uid": "9d8e3f2a-1b0c-5d4e-8b6c-5f7a5d4e3f2a",
                "type": "guide",
                "locale": "fr",
                "title": "Animer une réunion (2019)",
                "url": f"{_SITE}/guides/animer-une-reunion-2019/",
            }
        ],
        "superseded_by": None,
    },
    "get_record_by_path": {
        "path": "/guides/reunion/",
        "moved": True,
        "uid": _UID,
        "type": "guide",
        "locale": "fr",
        "title": "Animer une réunion publique",
        "url": f"{_SITE}/guides/animer-une-reunion/",
    },
    "get_tree": {
        "uid": _PLAN,
        "type": "plan",
        "locale": "fr",
        "title": "Contrat local de santé",
        "url": f"{_SITE}/plans/cls/",
        "total": 1,
        "branches": [
            {
                "part": {
                    "level": "axis",
                    "number": "1",
                    "title": "Se déplacer",
                    "anchor": "partie-0a1b2c3d",
                    "text": "",
                    "expected_results": "",
                },
                "url": f"{_SITE}/plans/cls/#partie-0a1b2c3d",
                "branches": [],
                "records": [
                    {
                        "uid": _ACTION,
                        "type": "action",
                        "locale": "fr",
                        "title": "Un bus santé",
                        "summary": "",
                        "url": f"{_SITE}/plans/cls/bus-sante/",
                        "data": {"action_status": "in_progress", "code": "1.1"},
                    }
                ],
            }
        ],
        "records": [],
    },
    "search": _list(
        {
            "uid": _UID,
            "type": "guide",
            "title": "Animer une réunion publique",
            "title_html": "Animer une <mark>réunion</mark> publique",
            "extract_html": "Préparer, conduire et suivre une <mark>réunion</mark>.",
            "summary": "Préparer, conduire et suivre une réunion ouverte aux habitants.",
            "url": f"{_SITE}/guides/animer-une-reunion/",
            "distance": None,
            "date": "2026-01-01",
            "concepts_html": ["Participation"],
            "found_in": None,
            "pick": False,
        },
        facets=[
            {
                "name": "type",
                "label": "Type",
                "parameter": "type",
                "values": [
                    {
                        "value": "guide",
                        "label": "Guides",
                        "count": 1,
                        "selected": False,
                        "depth": 0,
                    }
                ],
            }
        ],
        engine="postgresql",
        degraded=False,
        relaxed=False,
        place=None,
        expanded=[],
    ),
    "suggest": {
        "total": 1,
        "groups": [
            {
                "name": "titles",
                "label": "Titres",
                "items": [
                    {
                        "label": "Animer une réunion publique",
                        "detail": "Guide",
                        "url": f"{_SITE}/guides/animer-une-reunion/",
                    }
                ],
            }
        ],
    },
    "list_dates": _list(
        {
            "uid": _EVENT,
            "type": "event",
            "locale": "fr",
            "title": "Forum des initiatives",
            "summary": "Une journée de rencontres.",
            "url": f"{_SITE}/agenda/forum/",
            "start": "2027-01-12T14:00:00+01:00",
            "end": "2027-01-12T17:00:00+01:00",
            "all_day": False,
            "status": "confirmed",
            "place": "Châteauroux",
        }
    ),
    "list_places": {
        "type": "FeatureCollection",
        "total": 1,
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [1.69, 46.81]},
                "properties": {
                    "uid": _UID,
                    "type": "guide",
                    "locale": "fr",
                    "title": "Animer une réunion publique",
                    "url": f"{_SITE}/guides/animer-une-reunion/",
                    "label": "Châteauroux",
                },
            }
        ],
        "next": None,
    },
    "list_changes": _list(
        {
            "uid": _UID,
            "type": "guide",
            "locale": "fr",
            "version": 1204,
            "modified_at": "2026-05-21T08:30:00+00:00",
            "change": "updated",
            "reason": None,
            "url": f"{_SITE}/guides/animer-une-reunion/",
        },
        until=1204,
    ),
    "dump": '{"since": 1204, "total": 1}\n{"version":1204,"uid":"' + _UID + '"}\n',
    "list_concepts": _list(
        {
            "scheme": "themes",
            "id": "participation",
            "label": "Participation",
            "labels": {"fr": "Participation", "en": "Participation"},
            "alternatives": {"fr": ["Concertation"]},
            "broader": "democratie-en-sante",
            "related": [],
            "scope_note": "",
            "exact_match": [],
            "replaced_by": None,
            "records": 12,
        }
    ),
    "list_territories": _list(
        {
            "id": "departement-36",
            "kind": "departement",
            "code": "36",
            "name": "Indre",
            "other_names": [],
            "postal_codes": [],
            "population": 217139,
            "latitude": 46.78,
            "longitude": 1.58,
            "within": ["region-24"],
            "records": 40,
        }
    ),
    "list_types": _list(
        {
            "name": "guide",
            "labels": {"fr": "Guide", "en": "Guide", "es": "Guía"},
            "labels_plural": {"fr": "Guides", "en": "Guides", "es": "Guías"},
            "schema_type": "HowTo",
            "facets": [],
            "relations": [],
            "records": 52,
        }
    ),
    "get_preview": {
        **_RECORD,
        "version": 0,
        "title": "Animer une réunion publique (brouillon)",
        "translations": [],
        "related": [],
        "superseded_by": None,
    },
    "list_submission_kinds": {
        "total": 1,
        "next": None,
        "items": [
            {
                "name": "project",
                "label": "Un projet",
                "help": "Ce que vous avez mené.",
                "fields": [
                    {
                        "name": "title",
                        "label": "Titre",
                        "help": "",
                        "type": "text",
                        "required": True,
                        "max_length": 255,
                        "choices": [],
                    }
                ],
            }
        ],
        "author": [],
        "consent": {"version": "2026-11", "text": "J’accepte que…"},
        "files": {"most": 5, "largest": 10000000, "all": 30000000, "extensions": ["pdf"]},
    },
    "get_usage": {
        "partner": "Réseau fictif",
        "keys": [
            {
                "name": "Site du réseau",
                "begins_with": "relais_1a2b",
                "scopes": ["read"],
                "rate": 3000,
                "expires_at": None,
                "last_used_at": "2026-11-26T09:30:00Z",
            }
        ],
        "days": [{"day": "2026-11-26", "requests": 412, "refused": 0}],
    },
    "get_status": {
        "version": "1",
        "clock": 1204,
        "modified_at": "2026-05-21T08:30:00+00:00",
        "records": 412,
        "gone": 9,
        "locales": ["fr", "en", "es"],
    },
}
