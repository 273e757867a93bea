"""The demo's project sheets."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from knowledge.projects.models import (
    FundingLine,
    ProjectAction,
    ProjectBeneficiary,
    ProjectOutput,
    ProjectPage,
    ProjectPlace,
    ProjectResult,
)

from ..blocks import stream
from ..centre import Centre, flat
from ..library import CONTENT, Library, read

TEXTS = ("objectives", "actions", "obstacles", "levers", "evaluation")


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published."""
    say("  fiches projet…")
    paths = sorted((CONTENT / "projects").glob("*.yaml"))
    entries = [entry for path in paths for entry in read(f"projects/{path.name}")]
    made = [(centre.add(_sheet(entry, centre), "projets", entry, "project"), entry)
            for entry in entries]  # fmt: skip
    for page, entry in made:  # sheets may point to each other
        centre.fill(page, entry)
        _fill(page, entry, centre)
        centre.publish(page, entry.get("published"))


def _sheet(entry: dict[str, Any], centre: Centre) -> ProjectPage:
    texts = {name: section(entry.get(name), centre.library) for name in TEXTS}
    return ProjectPage(
        status=entry.get("status", "unstated"),
        start_date=str(entry.get("start", "")),
        end_date=str(entry.get("end", "")),
        **texts,
    )


def section(value: Any, library: Library) -> list[dict[str, Any]]:
    """A text of the content: a string (paragraphs between empty lines), a list of strings (a
    list), or blocks as in a body."""
    if isinstance(value, str):
        blocks: list[dict[str, Any]] = [
            {"paragraph": f"<p>{flat(part)}</p>"} for part in value.split("\n") if part.strip()
        ]
    elif value and all(isinstance(one, str) for one in value):
        blocks = [{"list": {"items": value}}]
    else:
        blocks = value or []
    return stream(blocks, library)


def _fill(page: Any, entry: dict[str, Any], centre: Centre) -> None:
    page.project_places = [
        ProjectPlace(
            sort_order=n,
            place_name=one.get("name", ""),
            address=one.get("address", ""),
            commune=centre.territory(f"commune-{one['commune']}"),
            latitude=one.get("latitude"),
            longitude=one.get("longitude"),
        )
        for n, one in enumerate(entry["places"])
    ]
    page.beneficiaries = [
        ProjectBeneficiary(
            sort_order=n,
            locale=page.locale,
            audience=one["audience"],
            number=one.get("number"),
            unit=one.get("unit", ""),
        )
        for n, one in enumerate(entry.get("beneficiaries") or [])
    ]
    page.funding_lines = [
        FundingLine(
            sort_order=n,
            locale=page.locale,
            organisation_id=_page(centre, "organisation", one.get("organisation")),
            name=one.get("name", ""),
            amount=Decimal(str(one["amount"])) if "amount" in one else None,
            year=str(one.get("year", "")),
            note=one.get("note", ""),
        )
        for n, one in enumerate(entry.get("budget") or [])
    ]
    page.outputs = [
        ProjectOutput(
            sort_order=n,
            locale=page.locale,
            output_id=centre.pages[one["page"]].pk if "page" in one else None,
            label=one.get("label", ""),
        )
        for n, one in enumerate(entry.get("outputs") or [])
    ]
    page.results = [
        ProjectResult(
            sort_order=n,
            locale=page.locale,
            value=str(one["value"]),
            unit=one.get("unit", ""),
            label=one["label"],
            date=str(one.get("date", "")),
        )
        for n, one in enumerate(entry.get("results") or [])
    ]
    actions = [centre.pages.get(f"action:{slug}") for slug in entry.get("plan_actions") or []]
    page.plan_actions = [
        ProjectAction(sort_order=n, action=action) for n, action in enumerate(filter(None, actions))
    ]


def _page(centre: Centre, kind: str, slug: str | None) -> int | None:
    return centre.pages[f"{kind}:{slug}"].pk if slug else None
