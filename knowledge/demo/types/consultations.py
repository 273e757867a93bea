"""The demo's consultations."""

from collections.abc import Callable
from typing import Any

from knowledge.consultations.models import (
    ConsultationMeeting,
    ConsultationPage,
    ConsultationQuestion,
    ConsultationResult,
)

from .. import free_territories
from ..centre import Centre
from ..library import CONTENT, read


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published. Their results are remembered as "consultation-result:SLUG/ID"."""
    say("  consultations…")
    free_territories.load()
    for path in sorted((CONTENT / "consultations").glob("*.yaml")):
        _load(centre, read(f"consultations/{path.name}"))


def _load(centre: Centre, entry: dict[str, Any]) -> None:
    page: Any = ConsultationPage(
        method=entry.get("method", ""),
        start=str(entry.get("start", "")),
        end=str(entry.get("end", "")),
        invited=entry.get("invited"),
        answered=entry.get("answered"),
        turnout=entry.get("turnout", ""),
        published_results=(entry.get("published_results") or "").strip(),
    )
    centre.add(page, "consultations", entry, "consultation")
    centre.fill(page, entry)
    page.questions = [
        ConsultationQuestion(text=text, sort_order=place, locale=page.locale)
        for place, text in enumerate(entry.get("questions") or [])
    ]
    names = entry.get("results") or []
    page.results = [
        ConsultationResult(
            label=one["label"],
            value=str(one.get("value", "")),
            unit=one.get("unit", ""),
            text=(one.get("text") or "").strip(),
            sort_order=place,
            locale=page.locale,
        )
        for place, one in enumerate(names)
    ]
    events = [centre.pages.get(f"event:{slug}") for slug in entry.get("meetings") or []]
    page.meetings = [
        ConsultationMeeting(event=event, sort_order=place)
        for place, event in enumerate(filter(None, events))
    ]
    centre.publish(page, entry.get("published"))
    for one, row in zip(names, ConsultationResult.objects.filter(page=page), strict=True):
        if "id" in one:
            centre.pages[f"consultation-result:{entry['slug']}/{one['id']}"] = row
