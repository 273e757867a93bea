"""Dates as precise as their source: "2019" stays a year, "2019-03" a month."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from cms.core.records import PartialDate, Precision

_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_FRENCH = re.compile(r"(?:(?:(?P<day>\d{1,2})/)?(?P<month>\d{1,2})/)?(?P<year>\d{4})")
_HELP = _("A year, a month or a day: 2019, 03/2019 or 12/03/2019.")


def parse(text: str) -> PartialDate:
    """From 2019, 2019-03, 2019-03-12 or the French 03/2019, 12/03/2019. ValueError for
    anything else and for days that do not exist."""
    match = _ISO.fullmatch(text.strip()) or _FRENCH.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"Not a date: {text!r}")
    year, month, day = (match[part] for part in ("year", "month", "day"))
    precision: Precision = "day" if day else "month" if month else "year"
    return PartialDate(dt.date(int(year), int(month or 1), int(day or 1)), precision)


def spoken(date: PartialDate) -> str:
    """The date as a reader says it: "2019", "mars 2019", "12 mars 2019"."""
    if date.precision == "year":
        return str(date.value.year)
    month = f"{str(MONTHS[date.value.month]).lower()} {date.value.year}"
    return month if date.precision == "month" else f"{date.value.day} {month}"


def _validate(text: str) -> None:
    try:
        parse(text)
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is not a date that exists. Write 2019, 03/2019 or 12/03/2019."),
            params={"text": text},
        ) from error


class PartialDateFormField(forms.CharField):
    """Accepts what `parse` accepts and gives its ISO form."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        _validate(text)
        return str(parse(text))


class PartialDateField(models.CharField):
    """Text in ISO form, cut to its precision; "" for none. `parse` gives a PartialDate."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 10)
        options.setdefault("blank", True)
        options.setdefault("help_text", _HELP)
        super().__init__(*args, **options)
        self.validators = [*self.validators, _validate]

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": PartialDateFormField, **options})
