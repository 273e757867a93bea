"""A whole proposal at once, sent by a partner's program: the same forms, rules and messages as at
`/proposer/`. It waits for its author's confirmation like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from . import kinds, uploads, writing
from .forms import CONSENT, AuthorStep, correction_step
from .models import Submission

Values = Mapping[str, Any]
Errors = dict[str, list[str]]


@dataclass
class Checked:
    """What was sent, gone through the forms; `errors` are sentences by field ("values.title",
    "author.email", "kind", "files")."""

    kind: str
    errors: Errors = field(default_factory=dict)
    steps: list[forms.Form] = field(default_factory=list)
    author: dict[str, Any] = field(default_factory=dict)


def check(kind: str, values: Values, author: Values, files: Sequence[Any]) -> Checked:
    """Everything that is wrong, at once. Nothing is written."""
    checked = Checked(kind)
    known = kinds.kinds().get(kind)
    if known is None:
        names = ", ".join(kinds.kinds())
        checked.errors["kind"] = [
            _("This cannot be proposed. One of: %(names)s.") % {"names": names}
        ]
    else:
        _check_values(checked, known, values)
    _check_author(checked, author)
    _check_files(checked, files)
    return checked


def _check_values(checked: Checked, known: kinds.Kind, values: Values) -> None:
    texts = {name: _text(value) for name, value in values.items()}
    for name in [name for name, text in texts.items() if text is None]:
        checked.errors[f"values.{name}"] = [_("Write it as a text.")]
        texts[name] = ""
    checked.steps = [step(data=texts) for step in known.steps]
    if known.name == kinds.CORRECTION and checked.steps[0].is_valid():
        step = correction_step(checked.steps[0].cleaned_data["page"].specific)
        checked.steps.append(step(data={**_as_it_is(step), **texts}))
    asked = {name for form in checked.steps for name in form.fields}
    for form in checked.steps:
        for name, sentences in form.errors.items():
            place = "values" if name == "__all__" else f"values.{name}"
            checked.errors.setdefault(place, []).extend(str(one) for one in sentences)
    if known.name == kinds.CORRECTION and len(checked.steps) == 1:
        return  # what may be corrected is known once the page is
    for name in texts.keys() - asked:
        checked.errors[f"values.{name[:100]}"] = [_("Nothing is asked for under this name.")]


def _as_it_is(step: type[forms.Form]) -> dict[str, Any]:
    """The page's own values, as a browser would send them back: what is not corrected stays."""
    found = step()
    return {
        name: found.fields[name].widget.format_value(found[name].value()) or ""
        for name in found.fields
    }


def _text(value: Any) -> str | None:
    """A value as a form would get it; None for what no field can hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None


def _check_author(checked: Checked, author: Values) -> None:
    agreed = author.get("consent") == CONSENT
    form = AuthorStep(data={**author, "consent": "on" if agreed else ""})
    for name, sentences in form.errors.items():
        checked.errors[f"author.{name}"] = [str(one) for one in sentences]
    if not agreed:
        checked.errors["author.consent"] = [
            _("The person must agree to the text in force, version “%(version)s”.")
            % {"version": CONSENT}
        ]
    checked.author = form.cleaned_data


def _check_files(checked: Checked, files: Sequence[Any]) -> None:
    errors = []
    if len(files) > uploads.MOST:
        errors.append(_("%(n)d files at most.") % {"n": uploads.MOST})
    for file in files[: uploads.MOST]:
        try:
            uploads.check(file)
        except ValidationError as error:
            errors += error.messages
        file.seek(0)
    if errors:
        checked.errors["files"] = errors


@transaction.atomic
def deposit(checked: Checked, language: str, files: Sequence[Any], source: str) -> Submission:
    """Write what was found right, and send: the author is asked to confirm. `source` is whom the
    desk sees it come from. Raises ValidationError, and keeps nothing, for files that together are
    too much."""
    submission = writing.begin(uuid4(), checked.kind, language, "")
    for form in checked.steps:
        submission = writing.write(submission.pk, form)
    writing.sign(submission.pk, checked.author)
    _keep(submission, files)
    submission = writing.send(submission.pk)
    submission.steps.filter(action="send").update(text=source)
    return submission


def _keep(submission: Submission, files: Sequence[Any]) -> None:
    """All files or none: what is written on the disk does not go back with the transaction."""
    try:
        errors = uploads.add(submission, list(files))
        if errors:
            raise ValidationError(errors)
    except BaseException:
        for upload in submission.uploads.all():
            upload.file.delete(save=False)
        raise
