"""The parts of forms by which the public proposes something."""

import html
import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .records import Proposal

_PARAGRAPH = re.compile(r"\n\s*\n")


class Step(forms.Form):
    """One screen; `heading` says what it asks. Values are kept as text, as typed."""

    heading: ClassVar[Any] = ""
    required_css_class = "required"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)


class WhatStep(Step):
    """Title and summary, which every page has."""

    heading = _("In a few words")

    title = forms.CharField(label=_("Title"), max_length=200, strip=True)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences, 300 signs at most."),
    )


def long_text(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """A text of several paragraphs, bounded."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )


def closing(proposal: Proposal, *, credited: bool = True) -> list[dict[str, Any]]:
    """What ends a body: the pictures that do not stand at the head of the page and, unless the
    type names its author elsewhere, who proposed it."""
    blocks: list[dict[str, Any]] = []
    if others := proposal.images[1:]:
        items = [{"image": number, "caption": ""} for number in others]
        blocks.append({"type": "gallery", "value": {"items": items}})
    if credited and proposal.credit:
        blocks += paragraphs(gettext("Proposed by %(name)s.") % {"name": proposal.credit})
    return blocks


def paragraphs(text: str) -> list[dict[str, str]]:
    """Plain text as blocks of a body: what looks like markup is text."""
    parts = _PARAGRAPH.split(text.replace("\r\n", "\n").strip())
    found = "".join(
        f"<p>{html.escape(part.strip(), quote=False).replace(chr(10), '<br/>')}</p>"
        for part in parts
        if part.strip()
    )
    return [{"type": "paragraph", "value": found}] if found else []
