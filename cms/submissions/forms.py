"""The steps that every submission has, and those of what is proposed besides records."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.catalogue.models import Record
from cms.core.proposing import Step, long_text
from cms.core.referents import Referents
from knowledge.territories.asking import CommuneField

from . import uploads

# The text that people agree to: another wording is another version. The first one shown is the
# one in force; the others stay, so that what was agreed to can be read again.
CONSENTS = {
    "2026-11": _(
        "I agree that the team of the centre reads what I propose and writes to me about it. My"
        " name and my e-mail are not published; they are kept apart and erased one year after the"
        " answer at the latest. A request for support is passed on to the person who follows the"
        " theme or the territory."
    ),
}
CONSENT = next(iter(CONSENTS))


class AuthorStep(Step):
    heading = _("How to answer you")

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("We send a link there: nothing is read before you have opened it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation = forms.CharField(
        label=_("Your organisation"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    show_name = forms.BooleanField(
        label=_("My name may be printed as the author’s"), required=False
    )
    consent = forms.BooleanField(
        label=CONSENTS[CONSENT],
        error_messages={"required": _("Without this agreement we cannot read what you propose.")},
    )


class UnnamedStep(AuthorStep):
    """Of what makes no page: there is nothing to print a name on."""

    show_name = None  # type: ignore[assignment]  # Django's way to leave a field out


class Several(forms.FileInput):
    allow_multiple_selected = True


class FilesStep(Step):
    """Files are taken one by one by `uploads.add`, not as values."""

    heading = _("Files and pictures")

    joined = forms.Field(
        label=_("Files to join"),
        required=False,
        widget=Several(attrs={"multiple": True, "accept": uploads.ACCEPT}),
        help_text=_(
            "Optional. PDF, text documents, tables, presentations and pictures: 8 files at most,"
            " 10 MB each. No archive (zip)."
        ),
    )


class PageAddressField(forms.CharField):
    """Gives the public page at an address of this site, or under the uid of its record."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        live = Record.objects.filter(gone_at__isnull=True)
        path = urlsplit(text).path
        found = live.filter(url__in=[path, f"{path}/"]).first() if path else None
        page = Page.objects.filter(pk=found.page_id).first() if found else None
        if page is None:
            raise ValidationError(
                _("No page of this site has this address: copy it from your browser.")
            )
        return page


class WhichPage(Step):
    heading = _("The page to correct")

    page = PageAddressField(
        label=_("Address of the page"),
        max_length=1000,
        help_text=_("As your browser shows it when you read the page."),
    )


def _themes() -> list[tuple[str, str]]:
    language = (get_language() or "fr").split("-")[0]
    found = [(str(one.concept_id), one.label) for one in Referents.themes(language)]
    return [("", str(_("Another subject, or I do not know"))), *found]


class Support(Step):
    heading = _("The support that you need")

    title = forms.CharField(label=_("Subject in a few words"), max_length=200)
    theme = forms.ChoiceField(label=_("Theme"), choices=_themes, required=False)
    need = long_text(_("What you want to do, what you need"), required=True)
    commune = CommuneField()
    dates = forms.CharField(
        label=_("Dates wished"),
        max_length=300,
        required=False,
        help_text=_("For instance: in March, on Tuesdays or Thursdays."),
    )


def correctable(page: Any) -> Sequence[str]:
    """The fields of a page to which a visitor may propose another value."""
    kind = getattr(page, "record_type", None)
    if kind is None or kind.actor == "person":  # people are named and reached by consent only
        return ()
    own = kind.proposal.correctable if kind.proposal else ()
    return ("title", "summary", *own)


def correction_step(page: Any) -> type[Step]:
    """The form of a correction, with the fields of this page as they are."""
    fields: dict[str, Any] = {"heading": _("What should be changed")}
    for name in correctable(page):
        model_field = type(page)._meta.get_field(name)
        field = model_field.formfield()
        field.required = name == "title"
        field.help_text = ""
        field.initial = model_field.value_from_object(page)
        field.label = str(field.label).capitalize()
        fields[name] = field
    fields["remark"] = long_text(
        _("What is wrong, and how you know"),
        required=True,
        help_text=_("Change the fields above if you can; say the rest here."),
    )
    return type("Correction", (Step,), fields)


def consent_text(version: str, language: str) -> str:
    with translation.override(language):
        return str(CONSENTS.get(version, ""))
