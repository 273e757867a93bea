"""A commune asked of somebody who knows no code: a name, a postal code, or both."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .finding import find_place
from .models import Territory
from .naming import key

_SHOWN = 8


class CommuneField(forms.CharField):
    """Gives a Territory, or None. Where several communes are meant, the error names them."""

    default_error_messages = {
        "unknown": _("No commune has this name or this code: check it, or write its postal code."),
        "several": _("Several communes are called so. Write one of these: %(names)s."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Commune"))
        options.setdefault("max_length", 120)
        options.setdefault("help_text", _("Its name or its postal code: Châteauroux, 36000."))
        super().__init__(**options)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Territory | None:
        text = super().clean(value)
        if not text:
            return None
        found = find_place(text, _SHOWN)
        if not found:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if len(found) == 1:
            return found[0]
        same = [one for one in found if key(one.name) == key(text)]
        if len(same) == 1:
            return same[0]
        exact = [one for one in found if said(one) == text]
        if exact:
            return exact[0]
        names = ", ".join(said(one) for one in same or found)
        raise ValidationError(
            self.error_messages["several"], code="several", params={"names": names}
        )


def said(commune: Territory) -> str:
    """How a commune is written back in the field, so that it is found again."""
    return f"{commune.name} ({commune.code})"
