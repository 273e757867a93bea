"""How the public proposes an event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.proposing import Step, WhatStep, closing, long_text, paragraphs
from cms.core.records import Proposal, ProposalForm
from knowledge.base.relations import PageOrganisation
from knowledge.territories.asking import CommuneField

from .dates import EventDate


def _modes() -> list[tuple[str, Any]]:
    from .pages import Mode

    return Mode.choices


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def _hour(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class What(WhatStep):
    heading = _("Your event in a few words")

    description = long_text(_("Description"), help_text=_("Programme, speakers, audience…"))


class When(Step):
    heading = _("When and where")

    start_date = _day(_("First day"))
    start_time = _hour(_("From (hour)"))
    end_date = _day(_("Last day"), required=False, help_text=_("Left empty: the same day."))
    end_time = _hour(_("To (hour)"))
    mode = forms.ChoiceField(label=_("How to take part"), choices=_modes)
    commune = CommuneField(required=False)
    place_name = forms.CharField(label=_("Name of the place"), max_length=200, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=300, required=False, help_text=_("Number and street.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start_date"), cleaned.get("end_date")
        if start and end and end < start:
            self.add_error("end_date", _("The event cannot end before it begins."))
        begins, ends = cleaned.get("start_time"), cleaned.get("end_time")
        if ends and not begins:
            self.add_error("start_time", _("Give the hour at which it begins too."))
        elif begins and ends and end in (None, start) and ends <= begins:
            self.add_error("end_time", _("The event cannot end before it begins."))
        on_site = cleaned.get("mode") != "online"
        if on_site and not cleaned.get("commune") and "commune" not in self.errors:
            self.add_error("commune", _("Give the commune, or say that it is online."))
        return cleaned


class Taking(Step):
    heading = _("Who organises it, how to register")

    organiser = forms.CharField(label=_("Organiser"), max_length=200)
    registration_url = forms.URLField(
        label=_("Address of the registration"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("https://…"),
    )
    seats = forms.IntegerField(
        label=_("Number of seats"), required=False, min_value=1, max_value=100_000
    )


FORM = ProposalForm(
    label=_("An event"),
    help=_("A meeting, a training day, a forum… with a date."),
    steps=(What, When, Taking),
    correctable=("place_name", "address", "registration_url"),
)


def complete(page: Any, proposal: Proposal) -> Any:
    values = proposal.values
    page.body = [*paragraphs(values.get("description", "")), *closing(proposal)]
    page.mode = values["mode"]
    page.place_name, page.address = values["place_name"], values["address"]
    page.commune = values.get("commune")
    page.registration_url, page.seats = values["registration_url"], values.get("seats")
    names = ("start_date", "start_time", "end_date", "end_time")
    page.dates = [EventDate(sort_order=0, **{name: values.get(name) for name in names})]
    page.organisations = [
        PageOrganisation(name=values["organiser"], role="organiser", sort_order=0)
    ]
    return page
