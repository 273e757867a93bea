"""What may be proposed, field by field, for programs that make their own forms."""

from typing import Any

from django import forms
from django.utils import translation

from knowledge.territories.asking import CommuneField

from . import kinds, uploads
from .forms import CONSENT, AuthorStep, consent_text

_TYPES: tuple[tuple[type[forms.Field], str], ...] = (
    (CommuneField, "commune"),
    (forms.EmailField, "email"),
    (forms.URLField, "url"),
    (forms.BooleanField, "boolean"),
    (forms.ChoiceField, "choice"),
    (forms.IntegerField, "integer"),
    (forms.DateField, "date"),
    (forms.TimeField, "time"),
)


def describe(language: str) -> dict[str, Any]:
    """Kinds with their fields, the author's fields, the text to agree to, what files may be."""
    with translation.override(language):
        items = [_kind(kind) for kind in kinds.kinds().values()]
        return {
            "total": len(items),
            "items": items,
            "next": None,
            "author": [_field(*one) for one in AuthorStep().fields.items() if one[0] != "consent"],
            "consent": {"version": CONSENT, "text": consent_text(CONSENT, language)},
            "files": {
                "most": uploads.MOST,
                "largest": uploads.LARGEST,
                "all": uploads.ALL,
                "extensions": sorted({*uploads.PICTURES, *uploads.DOCUMENTS}),
            },
        }


def _kind(kind: kinds.Kind) -> dict[str, Any]:
    fields = [_field(*one) for step in kind.steps for one in step().fields.items()]
    return {
        "name": kind.name,
        "label": str(kind.label),
        "help": str(kind.help),
        "fields": fields,
    }


def _field(name: str, field: forms.Field) -> dict[str, Any]:
    said = next((word for kind, word in _TYPES if isinstance(field, kind)), "text")
    choices: Any = getattr(field, "choices", ())
    return {
        "name": name,
        "label": str(field.label),
        "help": str(field.help_text),
        "type": said,
        "required": field.required,
        "max_length": getattr(field, "max_length", None),
        "choices": [
            {"value": str(value), "label": str(label)} for value, label in choices if value != ""
        ],
    }
