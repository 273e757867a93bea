"""A plan as a tree: its parts, and under each the records that stand in it."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Router

from cms.catalogue.rendering import BASE
from cms.core.postgresql.reading import all_rows, one_row
from cms.core.records import Outline, record_types

from . import conditional
from .problems import Problem
from .record import Uid, gone, unknown
from .schemas import Gone, ProblemDocument
from .shapes import Tree

router = Router(tags=["records"])

_ROOT = """
    SELECT translation_key, type, locale, title, url, json, gone_at, gone_reason,
           (SELECT v FROM cms_catalogue_clock), (SELECT modified_at FROM cms_catalogue_record
            ORDER BY version DESC LIMIT 1)
    FROM cms_catalogue_record WHERE uid = %s
"""
# What is tied to it or to one of its translations: one of each family, in the plan's language
# where there is one. In the order of the pages.
_STANDING = """
    SELECT uid, type, locale, title, summary, url, json FROM (
        SELECT DISTINCT ON (other.translation_key) other.*, there.path
        FROM wagtailcore_page family
        JOIN cms_catalogue_link link ON link.target_id = family.id AND link.relation = %s
        JOIN wagtailcore_page there ON there.id = link.page_id
        JOIN cms_catalogue_record other
            ON other.translation_key = there.translation_key AND other.gone_at IS NULL
        WHERE family.translation_key = %s
        ORDER BY other.translation_key, other.locale <> %s, other.locale <> 'fr', other.locale
    ) found ORDER BY path
"""


@router.get(
    "plans/{uid}/tree",
    operation_id="get_tree",
    summary=gettext_noop("A plan as a tree"),
    description=gettext_noop(
        "The parts of a plan or contract in their order, and under each the actions that carry it"
        " out. 404 for a record that is no tree."
    ),
    response={200: Tree, 400: ProblemDocument, 404: ProblemDocument, 410: Gone},
)
def tree(request: HttpRequest, uid: Uid) -> HttpResponse:
    row = one_row(_ROOT, [uid])
    if row is None:
        raise unknown()
    family, kind, locale, title, url, answer, gone_at, reason, clock, modified = row
    if gone_at is not None:
        raise gone(uid, gone_at, reason)
    declared = record_types().get(kind)
    outline = declared.outline if declared else None
    if outline is None:
        raise Problem(404, "not-found", _("This record has no parts."), parameter="uid")
    validators = conditional.of_list(clock, f"tree|{uid}", modified)
    if validators.not_modified(request):
        return validators.unchanged()
    parts = _read(answer)["data"].get(outline.parts) or []
    standing = all_rows(_STANDING, [outline.relation, family, locale])
    address = settings.BASE_URL + url
    branches, loose = _grown(parts, standing, outline, address)
    document = {
        "uid": str(uid),
        "type": kind,
        "locale": locale,
        "title": title,
        "url": address,
        "total": len(standing),
        "branches": branches,
        "records": loose,
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    return validators.put_on(HttpResponse(body, content_type="application/json"))


def _read(answer: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.replace(BASE, settings.BASE_URL), strict=False)
    return found


def _grown(
    parts: list[dict[str, Any]], standing: list[tuple[Any, ...]], outline: Outline, address: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The branches with their records, and the records that stand under none."""
    branches: list[dict[str, Any]] = []
    by_anchor: dict[str, dict[str, Any]] = {}
    level = branches
    for part in parts:
        branch: dict[str, Any] = {
            "part": part,
            "url": f"{address}#{part['anchor']}",
            "branches": [],
            "records": [],
        }
        by_anchor[part["anchor"]] = branch
        if part["level"] == outline.top:
            branches.append(branch)
            level = branch["branches"]
        else:
            level.append(branch)
    loose: list[dict[str, Any]] = []
    for uid, kind, locale, title, summary, url, answer in standing:
        data = _read(answer)["data"]
        under = by_anchor.get((data.get(outline.under) or {}).get("anchor", ""))
        (under["records"] if under else loose).append(
            {
                "uid": str(uid),
                "type": kind,
                "locale": locale,
                "title": title,
                "summary": summary,
                "url": settings.BASE_URL + url,
                "data": data,
            }
        )
    return branches, loose
