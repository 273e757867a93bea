"""Organisations and people for tests, in one line each."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import factory
from wagtail.models import Page

from cms.core.models import SectionPage
from knowledge.base.models import PageContact, PageOrganisation
from knowledge.directory.models import (
    OrganisationMember,
    OrganisationMission,
    OrganisationPage,
    PersonMandate,
    PersonPage,
    PersonReferent,
)
from tests.factories import PageFactory, SectionPageFactory

AGREED = dt.date(2025, 3, 1)


def agreement(**values: str) -> dict[str, Any]:
    """The fields of contact points that may be published: email="…", mobile="…"."""
    fields: dict[str, Any] = dict(values)
    for name in values:
        fields |= {
            f"{name}_consent": True,
            f"{name}_consent_date": AGREED,
            f"{name}_consent_source": "Courriel du 1er mars",
        }
    return fields


# What a page must have to be published, by type: the contract's tests read it.
PUBLISHABLE = {
    PersonPage: {
        "first_name": "Alix", "last_name": "Fictif", **agreement(email="alix@example.org"),
    },
}  # fmt: skip


class _DirectoryPageFactory(PageFactory):
    class Meta:
        abstract = True

    @classmethod
    def default_parent(cls) -> Page:
        return SectionPage.objects.filter(slug="annuaire").first() or SectionPageFactory(
            title="Annuaire", slug="annuaire"
        )


class OrganisationPageFactory(_DirectoryPageFactory):
    """`missions` are (title, text); `members` are (page or name, function)."""

    class Meta:
        model = OrganisationPage

    title = factory.Sequence("Structure {}".format)
    summary = "Une structure de la région."

    @classmethod
    def _create(
        cls,
        model_class: Any,
        *args: Any,
        missions: Iterable[tuple[str, str]] = (),
        members: Iterable[tuple[Any, str]] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        for place, (title, text) in enumerate(missions):
            OrganisationMission.objects.create(
                page=page, locale=page.locale, sort_order=place, title=title, text=text
            )
        for place, (who, function) in enumerate(members):
            named = {"name": who} if isinstance(who, str) else {"actor_id": who.pk}
            OrganisationMember.objects.create(
                page=page, locale=page.locale, sort_order=place, function=function, **named
            )
        return OrganisationPage.objects.get(pk=page.pk)


class PersonPageFactory(_DirectoryPageFactory):
    """Reachable by e-mail unless `email` or other contact fields say otherwise. `referents` are
    (concept or None, territory or None); `mandates` the fields of each."""

    class Meta:
        model = PersonPage

    title = ""
    first_name = "Camille"
    last_name = factory.Sequence("Exemple {}".format)
    summary = "Une personne de l’annuaire."

    @classmethod
    def _create(
        cls,
        model_class: Any,
        *args: Any,
        referents: Iterable[tuple[Any, Any]] = (),
        mandates: Sequence[Mapping[str, Any]] = (),
        **fields: Any,
    ) -> Page:
        if not any(name in fields for name in ("email", "mobile", "landline")):
            fields |= agreement(email="personne@example.org")
        page = super()._create(model_class, *args, **fields)
        for place, (theme, territory) in enumerate(referents):
            PersonReferent.objects.create(
                page=page, sort_order=place, theme=theme, territory=territory
            )
        for place, one in enumerate(mandates):
            PersonMandate.objects.create(page=page, locale=page.locale, sort_order=place, **one)
        return PersonPage.objects.get(pk=page.pk)


def name_contact(page: Page, actor: Page, role: str = "") -> None:
    """The page says to ask this person or organisation."""
    PageContact.objects.create(page_id=page.pk, actor_id=actor.pk, role=role)


def name_organisation(page: Page, organisation: Page, role: str = "lead") -> None:
    PageOrganisation.objects.create(page_id=page.pk, organisation_id=organisation.pk, role=role)
