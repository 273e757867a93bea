"""What shared contents (figures, testimonials, funders' sentences, cycles) say in each language.

They are written in French; their words in another language are rows of their own, kept with them.
What a language lacks, or has from an earlier French, is shown in French and marked so.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Page

from cms.core.blocks.translating import linguistic
from cms.core.policy import Translated
from cms.languages.shared import Lacking

Texts = Mapping[tuple[int, str], Any]  # by (id of what is said, language)


def other_languages() -> list[tuple[str, Any]]:
    """The languages of the site but that of the source."""
    return [one for one in settings.LANGUAGES if one[0] != settings.LANGUAGE_CODE]


def words(model: Any) -> list[str]:
    """The fields of a shared content that are language, by its policy."""
    own = model.override_translatable_fields
    return [one.field_name for one in own if isinstance(one, Translated)]


class SpokenText(models.Model):
    """The words of a shared content in a language. A concrete one adds `of`, a ParentalKey with
    the related name "texts", and a field for each of the `words` of what it speaks for."""

    language = models.CharField(_("language"), max_length=12, choices=other_languages)
    to_read = models.BooleanField(
        _("to read again"),
        default=False,
        help_text=_("The French has changed: readers see it until this is unticked."),
    )

    class Meta:
        abstract = True
        verbose_name = _("words in another language")
        verbose_name_plural = _("words in other languages")
        constraints = (
            models.UniqueConstraint(
                fields=("of", "language"),
                name="%(class)s_once",
                deferrable=models.Deferrable.DEFERRED,  # two may be swapped in one form
            ),
        )

    def __str__(self) -> str:
        return self.get_language_display()

    def _get_unique_checks(
        self, exclude: Any = None, include_meta_constraints: bool = False
    ) -> tuple[list[Any], list[Any]]:
        """None: the form says it at the language (see `SpokenForm`)."""
        return [], []


def texts_panel(*words: str) -> InlinePanel:
    """The panel of the words in other languages."""
    own = [FieldRowPanel([FieldPanel("language"), FieldPanel("to_read")])]
    return InlinePanel(
        "texts",
        panels=[*own, *(FieldPanel(word) for word in words)],
        heading=_("In other languages"),
        label=_("Language"),
    )


class SpokenForm(WagtailAdminModelForm):
    """A language once; when the French changes, what was not changed with it is to read again."""

    def is_valid(self) -> bool:
        valid = super().is_valid()
        seen: set[str] = set()
        for form in self.formsets["texts"].forms if valid else ():
            row = form.cleaned_data
            language = "" if row.get("DELETE") else row.get("language")
            if not language:
                continue
            if language in seen:
                form.add_error("language", gettext("This language is here already."))
            seen.add(language)
            for word in words(type(self.instance)):
                if linguistic(self.cleaned_data.get(word)) and not row.get(word):
                    form.add_error(word, gettext("Say it in this language too."))
            valid = valid and form.is_valid()
        return valid

    def save(self, commit: bool = True) -> Any:
        forms = self.formsets["texts"].forms
        old = [one.instance.pk for one in forms if one.instance.pk and not one.has_changed()]
        saved = super().save(commit)
        if commit and set(self.changed_data) & set(words(type(saved))):
            type(saved).texts.rel.related_model.objects.filter(pk__in=old).update(to_read=True)
        return saved


def texts(found: Iterable[Any], languages: Iterable[str]) -> Texts:
    """What some contents of one kind say in some languages. One query, none for French alone."""
    ids = {one.pk: one for one in found}
    wanted = set(languages) - {settings.LANGUAGE_CODE}
    if not ids or not wanted:
        return {}
    model = type(next(iter(ids.values()))).texts.rel.related_model
    rows = model.objects.filter(of__in=list(ids), language__in=wanted, to_read=False)
    return {(row.of_id, row.language): row for row in rows}


def wanting(one: Any, row: Any) -> list[str]:
    """The words that have letters in French and nothing in the other language."""
    own = words(type(one))
    return [word for word in own if linguistic(getattr(one, word)) and not getattr(row, word)]


def said(one: Any, language: str, known: Texts) -> Any:
    """The content with its words in a language, all of them or all French: its `locale` says
    which."""
    row = known.get((one.pk, language))
    whole = row is not None and not wanting(one, row)
    spoken = copy.copy(one)
    spoken.locale = language if whole else settings.LANGUAGE_CODE
    for word in words(type(one)) if whole else ():
        setattr(spoken, word, getattr(row, word) or getattr(one, word))
    return spoken


def shown(rows: Sequence[Any], name: str, language: str, *together: str) -> list[Any]:
    """What the rows of a page point to, with its words in a language: one query for the contents
    with what they point to (`together`), one for their words; none without rows."""
    if not rows:
        return []
    model = type(rows[0])._meta.get_field(name).related_model
    numbers = [getattr(row, f"{name}_id") for row in rows]
    found = model.objects.select_related(*together).in_bulk(numbers)
    known = texts(found.values(), [language])
    return [said(found[number], language, known) for number in numbers if number in found]


SHARED = {"figures": "figure", "testimonials": "testimonial", "fundings": "statement"}


def lacking(page: Page, language: str, user: Any) -> list[Lacking]:
    """The shared contents of a page that have no words in a language, or older ones."""
    found = [
        one
        for rows, name in SHARED.items()
        if hasattr(page, rows)
        for one in shown(list(getattr(page, rows).all()), name, language)
        if one.locale != language
    ]
    return [Lacking(str(one), _form(one, user)) for one in found]


def _form(one: Any, user: Any) -> str:
    view = AdminURLFinder(user)
    return view.get_edit_url(one) or ""
