"""The demo's plans and their actions."""

from collections.abc import Callable, Iterator
from typing import Any

from knowledge.plans.models import (
    ActionIndicator,
    ActionObjective,
    ActionPage,
    PlanBody,
    PlanMilestone,
    PlanObstacle,
    PlanPage,
    PlanPart,
    PlanResult,
)

from ..centre import Centre
from ..library import CONTENT, read


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published, in the order of their files: a plan may point to those before."""
    say("  plans et contrats…")
    for path in sorted((CONTENT / "plans").glob("*.yaml")):
        entry = read(f"plans/{path.name}")
        plan = _plan(centre, entry)
        for action in entry.get("actions") or []:
            _action(centre, plan, entry, action)


def _plan(centre: Centre, entry: dict[str, Any]) -> PlanPage:
    words = entry.get("words") or {}
    page: Any = PlanPage(
        kind=entry["kind"],
        start=str(entry.get("start", "")),
        end=str(entry.get("end", "")),
        generation=entry.get("generation"),
        parent_plan=_page(centre, "plan", entry.get("parent")),
        previous=_page(centre, "plan", entry.get("previous")),
        axis_name=words.get("axis", ""),
        axis_name_plural=words.get("axes", ""),
    )
    centre.add(page, "plans", entry, "plan")
    centre.fill(page, entry)
    parts = list(_parts(entry))
    page.parts = [
        PlanPart(sort_order=place, locale=page.locale, **fields)
        for place, (_key, fields) in enumerate(parts)
    ]
    page.milestones = [
        PlanMilestone(
            start=str(one.get("start", "")),
            end=str(one.get("end", "")),
            text=one["text"],
            target=centre.pages.get(one.get("target", "")),
            sort_order=place,
            locale=page.locale,
        )
        for place, one in enumerate(entry.get("milestones") or [])
    ]
    page.governance = [
        PlanBody(
            organisation=_page(centre, "organisation", one.get("organisation")),
            name=one.get("name", ""),
            members=one.get("members"),
            text=one.get("text", ""),
            sort_order=place,
        )
        for place, one in enumerate(entry.get("governance") or [])
    ]
    page.obstacles = [
        PlanObstacle(text=text, sort_order=place, locale=page.locale)
        for place, text in enumerate(entry.get("obstacles") or [])
    ]
    page.results = [
        PlanResult(
            label=one["label"],
            value=str(one.get("value", "")),
            unit=one.get("unit", ""),
            date=str(one.get("date", "")),
            sort_order=place,
            locale=page.locale,
        )
        for place, one in enumerate(entry.get("results") or [])
    ]
    centre.publish(page, entry.get("published"))
    rows = PlanPart.objects.filter(page=page).order_by("sort_order")
    for (key, _fields), row in zip(parts, rows, strict=True):
        if key:
            centre.pages[f"plan-part:{entry['slug']}/{key}"] = row
    return page


def _parts(entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(key, fields) of each part, in the order of the plan."""
    for axis in entry.get("parts") or []:
        yield axis.get("key", ""), _fields("axis", axis | {"title": axis["axis"]})
        for level in ("objective", "theme"):
            for part in axis.get(f"{level}s") or []:
                yield part.get("key", ""), _fields(level, part)


def _fields(level: str, part: dict[str, Any]) -> dict[str, Any]:
    return {
        "level": level,
        "number": str(part.get("number", "")),
        "title": part["title"].strip(),
        "text": (part.get("text") or "").strip(),
        "expected_results": (part.get("expected") or "").strip(),
    }


def _action(centre: Centre, plan: PlanPage, plan_entry: dict[str, Any], entry: Any) -> None:
    result = centre.pages.get(f"consultation-result:{entry.get('consultation', '')}")
    page: Any = ActionPage(
        code=str(entry.get("code", "")),
        status=entry.get("status", ""),
        part=centre.pages[f"plan-part:{plan_entry['slug']}/{entry['part']}"],
        expected_results=(entry.get("expected") or "").strip(),
        consultation=result.page if result else None,
        consultation_result=result,
    )
    centre.add(page, plan, entry, "action")
    centre.fill(page, {"territories": plan_entry.get("territories"), **entry})
    page.indicators = [
        ActionIndicator(sort_order=place, locale=page.locale, **one)
        for place, one in enumerate(entry.get("indicators") or [])
    ]
    page.objectives = [
        ActionObjective(part=centre.pages[f"plan-part:{name}"], sort_order=place)
        for place, name in enumerate(entry.get("carries_out") or [])
    ]
    centre.publish(page, plan_entry.get("published"))


def _page(centre: Centre, kind: str, slug: str | None) -> Any:
    return centre.pages[f"{kind}:{slug}"] if slug else None
