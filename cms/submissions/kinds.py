"""What may be proposed: what each type says of itself, a correction, a request for support."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.core.proposing import Step
from cms.core.records import RecordType, record_types
from knowledge.territories.asking import said as commune_said
from knowledge.territories.models import Territory

from .forms import (
    AuthorStep,
    FilesStep,
    Support,
    UnnamedStep,
    WhichPage,
    correctable,
    correction_step,
)
from .models import Submission

CORRECTION, SUPPORT = "correction", "support"


@dataclass(frozen=True)
class Kind:
    """Something to propose; `type` for a record of a type."""

    name: str
    label: Any
    help: Any
    steps: tuple[type[Step], ...]
    type: RecordType | None = None


def kinds() -> dict[str, Kind]:
    """Everything that may be proposed, by name, types first."""
    found = {
        one.name: Kind(one.name, one.proposal.label, one.proposal.help, one.proposal.steps, one)
        for one in record_types().values()
        if one.proposal
    }
    found[CORRECTION] = Kind(
        CORRECTION,
        _("A correction"),
        _("Something on a page of this site is wrong or out of date."),
        (WhichPage,),
    )
    found[SUPPORT] = Kind(
        SUPPORT,
        _("A request for support"),
        _("You coordinate an action and want help from the team: method, contacts, presence."),
        (Support,),
    )
    return found


def label(name: str) -> str:
    """What a kind is called; its name when it is no more proposed."""
    known = kinds().get(name)
    return str(known.label) if known else name


class Steps:
    """The steps of one submission, with the values said so far. `values`: those of the author,
    unless others are given."""

    def __init__(self, submission: Submission, values: dict[str, Any] | None = None) -> None:
        self.submission = submission
        self.values = submission.values if values is None else values

    @cached_property
    def own(self) -> list[type[Step]]:
        """The steps about what is proposed."""
        known = kinds().get(self.submission.kind)
        steps = list(known.steps) if known else []
        if self.submission.kind == CORRECTION and self.target is not None:
            steps.append(correction_step(self.target))
        return steps

    @cached_property
    def all(self) -> list[type[Step]]:
        steps = list(self.own)
        if self.submission.kind == CORRECTION and self.target is None:
            steps.append(Step)  # it is known once the page is
        known = kinds().get(self.submission.kind)
        return [*steps, FilesStep, AuthorStep if known and known.type else UnnamedStep]

    @cached_property
    def target(self) -> Any:
        number = self.submission.target_id
        page = Page.objects.filter(pk=number).first() if number else None
        return page.specific if page else None

    def clean(self) -> tuple[dict[str, Any], dict[int, Any]]:
        """The values as the forms understand them, and the errors by step, from 1."""
        cleaned: dict[str, Any] = {}
        errors: dict[int, Any] = {}
        for number, step in enumerate(self.own, start=1):
            form = step(data=self.values)
            if form.is_valid():
                cleaned |= form.cleaned_data
            else:
                cleaned |= form.cleaned_data
                errors[number] = form.errors
        return cleaned, errors

    def fields(self) -> dict[str, forms.Field]:
        return {name: field for step in self.own for name, field in step().fields.items()}


def written(form: forms.Form) -> dict[str, str]:
    """The cleaned values of a valid form as text that the same form understands again."""
    return {name: _written(value) for name, value in form.cleaned_data.items()}


def _written(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case Territory():
            return commune_said(value)
        case Page():
            return value.url or ""
        case dt.time():
            return value.strftime("%H:%M")
        case dt.date():
            return value.isoformat()
    return str(value)


def shown(submission: Submission, values: dict[str, Any]) -> list[dict[str, str]]:
    """Labels and texts of what was said, in the order of the forms; empty ones left out."""
    found = []
    for name, field in Steps(submission).fields().items():
        if text := as_text(field, values.get(name, "")):
            found.append({"name": name, "label": str(field.label), "text": text})
    return found


def as_text(field: forms.Field, value: str) -> str:
    """A value as a reader sees it: the label of a choice, not its code."""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value)) if value else ""
    return str(value)


def changes(submission: Submission, page: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a page that a correction gives another value."""
    found = {}
    for name in correctable(page):
        new = values.get(name)
        if new is not None and str(new) != str(getattr(page, name) or ""):
            found[name] = new
    return found


def title_of(submission: Submission, cleaned: dict[str, Any]) -> str:
    """How a submission is called in lists."""
    if submission.kind == CORRECTION and (page := cleaned.get("page")):
        return gettext("Correction: %(title)s") % {"title": page.title[:200]}
    return str(cleaned.get("title", ""))[:255] or submission.title
