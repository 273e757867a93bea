"""How the public proposes a project sheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.proposing import Step, WhatStep, closing, long_text, paragraphs
from cms.core.records import Proposal, ProposalForm
from knowledge.base.dates import PartialDateFormField
from knowledge.base.relations import PageAuthor, PageOrganisation
from knowledge.territories.asking import CommuneField

from .parts import ProjectBeneficiary, ProjectPlace
from .period import ends_before_start

_TEXTS = ("objectives", "actions", "obstacles", "levers", "evaluation")


def _statuses() -> list[tuple[str, Any]]:
    from .pages import STATED

    return [("", "---------"), *STATED]


class WhatAndWhen(WhatStep):
    heading = _("Your project in a few words")

    status = forms.ChoiceField(label=_("Where it stands"), choices=_statuses)
    start_date = PartialDateFormField(
        label=_("Beginning"), max_length=10, help_text=_("2024, 03/2024 or 12/03/2024.")
    )
    end_date = PartialDateFormField(label=_("End"), max_length=10, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start_date", ""), cleaned.get("end_date", "")
        if ends_before_start(start, end):
            self.add_error("end_date", _("The project cannot end before it begins."))
        return cleaned


class Story(Step):
    heading = _("What you did")

    objectives = long_text(_("Objectives"), required=True)
    actions = long_text(_("What was done"), required=True)
    audience = forms.CharField(label=_("For whom"), max_length=200, required=False)
    obstacles = long_text(_("Obstacles met"))
    levers = long_text(_("What helped"))
    evaluation = long_text(_("Evaluation"))


class Where(Step):
    heading = _("Where and with whom")

    commune = CommuneField()
    lead = forms.CharField(label=_("Lead organisation"), max_length=200)
    partners = forms.CharField(
        label=_("Partners"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line."),
    )


FORM = ProposalForm(
    label=_("A project"),
    help=_("An action that was carried out or is under way: others can take up its idea."),
    steps=(WhatAndWhen, Story, Where),
    correctable=("start_date", "end_date"),
)


def complete(page: Any, proposal: Proposal) -> Any:
    """The sheet's own fields and rows."""
    values = proposal.values
    page.status = values["status"]
    page.start_date, page.end_date = values["start_date"], values["end_date"]
    for name in _TEXTS:
        setattr(page, name, paragraphs(values.get(name, "")))
    page.body = closing(proposal, credited=False)
    page.project_places = [ProjectPlace(commune=values["commune"], sort_order=0)]
    if values.get("audience"):
        page.beneficiaries = [
            ProjectBeneficiary(audience=values["audience"], locale=page.locale, sort_order=0)
        ]
    partners = [name.strip()[:200] for name in values.get("partners", "").splitlines()]
    named = [(values["lead"], "lead"), *((name, "partner") for name in partners if name)]
    page.organisations = [
        PageOrganisation(name=name, role=role, sort_order=place)
        for place, (name, role) in enumerate(named)
    ]
    if proposal.credit:
        page.authors = [PageAuthor(name=proposal.credit, sort_order=0)]
    return page
