"""How the public proposes an organisation of the directory."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from cms.core.proposing import Step, WhatStep, closing, long_text, paragraphs
from cms.core.records import Proposal, ProposalForm
from knowledge.territories.asking import CommuneField


def _kinds() -> list[tuple[str, Any]]:
    from .organisations import Kind

    return Kind.choices


class Identity(WhatStep):
    heading = _("The organisation in a few words")

    title = forms.CharField(label=_("Name of the organisation"), max_length=200)
    acronym = forms.CharField(label=_("Acronym"), max_length=40, required=False)
    organisation_kind = forms.ChoiceField(label=_("Kind"), choices=_kinds)
    missions = long_text(_("What it does, for whom"), required=True)


class Where(Step):
    heading = _("Where it is")

    commune = CommuneField()
    address = forms.CharField(
        label=_("Address"), max_length=300, required=False, help_text=_("Number and street.")
    )
    website = forms.URLField(
        label=_("Website"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Published only once the organisation’s agreement is recorded."),
    )


FORM = ProposalForm(
    label=_("An organisation"),
    help=_("An association, a service, a network that belongs in the directory."),
    steps=(Identity, Where),
    correctable=("acronym", "address"),
)


def complete(page: Any, proposal: Proposal) -> Any:
    """No consent is presumed: what is typed here is published once an editor has recorded it."""
    values = proposal.values
    for name in ("acronym", "organisation_kind", "commune", "address", "website"):
        setattr(page, name, values.get(name) or getattr(page, name))
    page.body = [*paragraphs(values["missions"]), *closing(proposal)]
    return page
