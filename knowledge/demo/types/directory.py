"""The demo's directory: organisations, then the people who work there."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from knowledge.directory.models import (
    OrganisationMember,
    OrganisationMission,
    OrganisationPage,
    PersonMandate,
    PersonPage,
    PersonReferent,
)

from .. import logos
from ..centre import Centre
from ..library import read

SECTION = "annuaire"
AGREED_ON, HOW = dt.date(2025, 9, 1), "Courriel de la personne"
NOTICE = "Mentions publiques du site"


def load(centre: Centre, say: Callable[[str], Any]) -> None:
    """Put them in, published; somebody without any consent stays a draft."""
    say("  annuaire…")
    organisations, people = read("directory/organisations.yaml"), read("directory/people.yaml")
    signing = logos.signing()
    for entry in organisations:
        page = centre.add(_organisation(centre, entry), SECTION, entry, "organisation")
        if entry["slug"] in signing and not entry.get("image"):
            page.hero_image_id = logos.add(entry)
    for entry in people:
        entry["title"] = f"{entry['first_name']} {entry['last_name']}"
        centre.add(_person(centre, entry), SECTION, entry, "person")
    for place, entry in enumerate(organisations):
        page = centre.pages[f"organisation:{entry['slug']}"]
        _complete_organisation(centre, page, entry)
        centre.publish(page, centre.day(f"-{40 + place * 5}"))
    for place, entry in enumerate(people):
        page = centre.pages[f"person:{entry['slug']}"]
        _complete_person(centre, page, entry)
        if page.may_be_live():
            centre.publish(page, centre.day(f"-{20 + place * 15}"))
        else:
            page.save_revision()


def _organisation(centre: Centre, entry: dict[str, Any]) -> OrganisationPage:
    page: Any = OrganisationPage(
        acronym=entry.get("acronym", ""),
        former_names="\n".join(entry.get("former_names") or []),
        organisation_kind=entry["kind"],
        siret=entry.get("siret", "").replace(" ", ""),
        address=entry.get("address", ""),
        commune=centre.territory(entry["commune"]) if entry.get("commune") else None,
        latitude=entry.get("latitude"),
        longitude=entry.get("longitude"),
    )
    for name, value in (entry.get("contact") or {}).items():
        _reach(page, name, value, True, NOTICE)
    return page


def _person(centre: Centre, entry: dict[str, Any]) -> PersonPage:
    page: Any = PersonPage(
        first_name=entry["first_name"],
        last_name=entry["last_name"],
        function=entry.get("function", ""),
        organisation=centre.pages[f"organisation:{entry['organisation']}"],
    )
    for name, one in entry["contact"].items():
        _reach(page, name, one["value"], one["agreed"], HOW)
    return page


def _reach(page: Any, name: str, value: str, agreed: bool, source: str) -> None:
    setattr(page, name, value)
    if agreed:
        setattr(page, f"{name}_consent", True)
        setattr(page, f"{name}_consent_date", AGREED_ON)
        setattr(page, f"{name}_consent_source", source)


def _complete_organisation(centre: Centre, page: Any, entry: dict[str, Any]) -> None:
    centre.fill(page, entry)
    if parent := entry.get("parent"):
        page.parent_organisation = centre.pages[f"organisation:{parent}"]
    page.missions = [
        OrganisationMission(sort_order=place, locale=page.locale, **one)
        for place, one in enumerate(entry.get("missions") or [])
    ]
    page.members = [
        OrganisationMember(
            sort_order=place,
            locale=page.locale,
            actor=_actor(centre, one),
            name=one.get("name", ""),
            function=one.get("function", ""),
        )
        for place, one in enumerate(entry.get("members") or [])
    ]


def _complete_person(centre: Centre, page: Any, entry: dict[str, Any]) -> None:
    centre.fill(page, entry)
    page.referent_for = [
        PersonReferent(
            sort_order=place,
            theme=centre.library.concepts[one["theme"]] if "theme" in one else None,
            territory=centre.territory(one["territory"]) if "territory" in one else None,
        )
        for place, one in enumerate(entry.get("referent") or [])
    ]
    page.mandates = [
        PersonMandate(
            sort_order=place,
            locale=page.locale,
            body=centre.pages[f"organisation:{one['body']}"] if "body" in one else None,
            name=one.get("name", ""),
            role=one.get("role", ""),
            start=str(one.get("start", "")),
            end=str(one.get("end", "")),
        )
        for place, one in enumerate(entry.get("mandates") or [])
    ]


def _actor(centre: Centre, one: dict[str, Any]) -> Any:
    for kind in ("organisation", "person"):
        if kind in one:
            return centre.pages[f"{kind}:{one[kind]}"].page_ptr
    return None
