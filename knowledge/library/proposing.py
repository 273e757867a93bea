"""How the public proposes a document."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from cms.core.proposing import Step, WhatStep, closing, long_text
from cms.core.records import Proposal, ProposalForm
from knowledge.base.dates import PartialDateFormField
from knowledge.base.relations import PageAuthor

from . import numbers


def _kinds() -> list[tuple[str, Any]]:
    from .publications import Kind

    # An article needs its periodical, which only a documentalist describes.
    return [one for one in Kind.choices if one[0] != Kind.ARTICLE]


class What(WhatStep):
    heading = _("The document in a few words")

    kind = forms.ChoiceField(label=_("Type of document"), choices=_kinds)
    abstract = long_text(_("What one finds in it"))


class Printed(Step):
    heading = _("Who made it, where to find it")

    authors = forms.CharField(
        label=_("Authors"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line, as printed: person or body."),
    )
    publisher_name = forms.CharField(label=_("Publisher"), max_length=200, required=False)
    issued = PartialDateFormField(
        label=_("Date of publication"),
        max_length=10,
        required=False,
        help_text=_("2024, 03/2024 or 12/03/2024."),
    )
    link = forms.URLField(
        label=_("Address online"),
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("https://…"),
    )
    isbn = forms.CharField(label="ISBN", max_length=40, required=False)

    def clean_isbn(self) -> str:
        typed = str(self.cleaned_data["isbn"])
        return numbers.isbn(typed) if typed else ""


FORM = ProposalForm(
    label=_("A resource"),
    help=_("A report, a guide, a tool, a game, a video… that helps others."),
    steps=(What, Printed),
    correctable=("issued", "publisher_name", "link", "isbn"),
)


def complete(page: Any, proposal: Proposal) -> Any:
    values = proposal.values
    for name in ("kind", "abstract", "publisher_name", "issued", "link", "isbn"):
        setattr(page, name, values.get(name, ""))
    page.body = closing(proposal)
    names = [name.strip()[:200] for name in values.get("authors", "").splitlines()]
    page.authors = [
        PageAuthor(name=name, sort_order=place)
        for place, name in enumerate(one for one in names if one)
    ]
    return page
