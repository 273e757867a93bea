"""What the page of an action shows. Other pages are known by their public records alone."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cms.catalogue.links import Tie
from cms.catalogue.models import Record
from cms.core.templatetags.relais import in_its_language
from knowledge.base.describing import Rows
from knowledge.base.presenting import Actor
from knowledge.consultations.models import ConsultationResult

from .parts import PlanPart
from .progress import status_label


def action_context(page: Any, context: dict[str, Any]) -> dict[str, Any]:
    """For the template: `trail` [{"label", "title", "url", "found"}] from the plan to the
    action's part, `status`, `status_label`, `indicators`, `carried` [{"text", "plan" (Record),
    "url", "found"}] objectives of other plans, `origin` ({"record", "result", "url", "spoken"} or
    None), `facts`, the ties that are left. `found` knows in what language a text is."""
    ties = {(tie.relation, tie.inverse): tie for tie in context["ties"]}
    plan = _records(ties.pop(("part_of", False), None))
    others = _records(ties.pop(("carries_out_objective", False), None))
    origins = _records(ties.pop(("comes_from", False), None))
    facts = [(_("Code"), page.code)]
    return {
        "ties": list(ties.values()),
        "trail": _trail(page, plan[0] if plan else None),
        "status": page.status,
        "status_label": status_label(page.status),
        "indicators": list(page.indicators.all()),
        "carried": _carried(page, others),
        "origin": _origin(page, origins[0] if origins else None),
        "facts": [{"label": label, "texts": [text]} for label, text in facts if text],
    }


def _records(tie: Tie | None) -> list[Record]:
    return tie.records if tie else []


def _trail(page: Any, plan: Record | None) -> list[dict[str, Any]]:
    """Plan, axis, objective, by the plan's own names for them; nothing of a plan that is not
    public. Three queries."""
    above = page.plan
    if plan is None or above is None:
        return []
    words = above.specific.words()
    found = [{"label": _("Plan"), "title": plan.title, "url": plan.url, "found": plan}]
    axis = None
    for part in PlanPart.objects.filter(page_id=above.pk).order_by("sort_order", "pk"):
        if part.level == PlanPart.Level.AXIS:
            axis = part
        if page.part_id and part.translation_key == page.part.translation_key:
            chosen = [axis, part] if axis and axis is not part else [part]
            found += [
                {
                    "label": in_its_language(capfirst(words[one.level]), plan),
                    "title": str(one),
                    "url": f"{plan.url}#{one.anchor}",
                    "found": plan,
                }
                for one in chosen
            ]
    return found


def _carried(page: Any, plans: Sequence[Record]) -> list[dict[str, Any]]:
    """The objectives of other plans that are public, in the order chosen. One query."""
    ids = [row.part_id for row in page.objectives.all()]
    parts = Rows(PlanPart, ids, "page")
    by_key = {record.translation_key: record for record in plans}
    return [
        {
            "text": str(part),
            "plan": record,
            "url": f"{record.url}#{part.anchor}",
            "found": _speaking(part, page),
        }
        for number in ids
        if (part := parts.get(number, page.locale_id))
        and (record := by_key.get(part.page.translation_key))
    ]


def _origin(page: Any, record: Record | None) -> dict[str, Any] | None:
    if record is None:
        return None
    result = Rows(ConsultationResult, [page.consultation_result_id]).get(
        page.consultation_result_id, page.locale_id
    )
    url = f"{record.url}#{result.anchor}" if result else record.url
    spoken = "" if result is None or result.locale_id == page.locale_id else settings.LANGUAGE_CODE
    return {"record": record, "result": result, "url": url, "spoken": spoken}


def _speaking(row: Any, page: Any) -> Actor:
    """The language of a row that has no translation: the source's."""
    own = page.locale.language_code
    return Actor("", locale=own if row.locale_id == page.locale_id else settings.LANGUAGE_CODE)
