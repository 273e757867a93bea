"""What the site holds and how it is: types and status."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_noop
from ninja import Router

from cms.core.postgresql.reading import one_row
from cms.core.records import COMMON_RELATIONS, record_types

from . import conditional
from .addresses import listed
from .conditional import Validators
from .listing import COUNTED
from .schemas import ProblemDocument, Status, Types
from .state import Known, state

router = Router(tags=["about"])
_told: Known[bytes] = Known()
_numbers: Known[tuple[int, int]] = Known()
VERSION = "1"


def _labels(label: Any) -> dict[str, str]:
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = str(label)
    return found


@router.get(
    "types",
    operation_id="list_types",
    summary=gettext_noop("List types of content"),
    description=gettext_noop(
        "The types of content that the site publishes, with the number of their records."
    ),
    response={200: Types, 400: ProblemDocument},
)
def types(request: HttpRequest) -> HttpResponse:
    now = state()
    validators = conditional.of_list(now.clock, "types", now.modified)
    if validators.not_modified(request):
        return validators.unchanged()
    text = _told.get(now, settings.BASE_URL, _types)
    return validators.put_on(listed(len(record_types()), text, None))


def _types() -> bytes:
    """The types as joined JSON, with their numbers of records."""
    (counts,) = one_row(
        "SELECT coalesce(jsonb_object_agg(type, number), '{}') FROM"
        f" (SELECT type, count(*) AS number FROM {COUNTED} GROUP BY type) counted"
    )
    counts = json.loads(counts) if isinstance(counts, str) else counts
    items = [
        {
            "name": kind.name,
            "labels": _labels(kind.label),
            "labels_plural": _labels(kind.label_plural),
            "schema_type": kind.schema_type,
            "facets": [
                {
                    "name": one.name,
                    "labels": _labels(one.label),
                    "values": {value: _labels(label) for value, label in one.values.items()},
                }
                for one in kind.own_facets
            ],
            "relations": [
                {
                    "name": one.name,
                    "labels": _labels(one.label),
                    "inverse_labels": _labels(one.inverse),
                }
                for one in (*COMMON_RELATIONS, *kind.relations)
            ],
            "records": counts.get(kind.name, 0),
        }
        for kind in record_types().values()
    ]
    return ",".join(json.dumps(item, ensure_ascii=False) for item in items).encode()


@router.get(
    "status",
    operation_id="get_status",
    summary=gettext_noop("State of the catalogue"),
    description=gettext_noop(
        "The clock, the time of the last change, the numbers of records and of those gone."
    ),
    response={200: Status, 400: ProblemDocument},
)
def status(request: HttpRequest) -> HttpResponse:
    now = state()
    validators: Validators = conditional.of_list(now.clock, "status", now.modified)
    if validators.not_modified(request):
        return validators.unchanged()
    live, gone = _numbers.get(now, "status", _counted)
    document = {
        "version": VERSION,
        "clock": now.clock,
        "modified_at": now.modified.isoformat() if now.modified else None,
        "records": live,
        "gone": gone,
        "locales": [code for code, _name in settings.LANGUAGES],
    }
    return validators.put_on(
        HttpResponse(json.dumps(document).encode(), content_type="application/json")
    )


def _counted() -> tuple[int, int]:
    """Records that are public, and those that are gone."""
    live, gone = one_row(
        f"SELECT live, everything - live FROM (SELECT count(*) AS live FROM {COUNTED}) counted,"
        " (SELECT count(*) AS everything FROM cms_catalogue_record) stored"
    )
    return live, gone
