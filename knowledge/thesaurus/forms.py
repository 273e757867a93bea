"""The forms of vocabularies and descriptors: every mistake is said where it was made."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.core.records import own_facets, record_types
from cms.core.vocabularies import RESERVED

from .labels import normalise
from .models import NORMALIZED_LENGTH, Concept, ConceptLabel
from .relations import in_line, mirror


class ConceptSchemeForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(name, kind.label) for name, kind in record_types().items()]
        # A type whose plugin is not installed today is not forgotten.
        known = {name for name, _label in kinds}
        kinds += [(name, name) for name in self.instance.applies_to if name not in known]
        self.fields["applies_to"] = forms.MultipleChoiceField(
            label=self.fields["applies_to"].label,
            help_text=self.fields["applies_to"].help_text,
            choices=kinds,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["slug"].disabled = self.instance.pk is not None

    def clean_slug(self) -> str:
        """A vocabulary's identifier stands beside other filters in addresses and records."""
        slug = str(self.cleaned_data["slug"])
        if slug in {*own_facets(), *RESERVED}:
            raise forms.ValidationError(
                _("“%(slug)s” is the name of another filter: choose another identifier.")
                % {"slug": slug}
            )
        return slug


class ConceptForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        if self.instance.pk is not None:  # identifiers and their scheme are for good
            self.fields["slug"].disabled = self.fields["scheme"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if scheme := cleaned.get("scheme"):
            self._check_labels(scheme)
            self._check_relations(cleaned.get("broader"))
            self._identify(scheme, cleaned)
        return cleaned

    def save(self, commit: bool = True) -> Concept:
        concept = super().save(commit)
        if commit:
            mirror(concept)
        return concept

    def _labels(self) -> Iterator[tuple[forms.Form, str, str, str]]:
        """(form, language, kind, label) of each label that is kept."""
        for form in self.formsets["labels"].forms:
            if form.is_valid() and not form.cleaned_data.get("DELETE"):
                data = form.cleaned_data
                if data.get("label"):
                    yield form, data["language"], data["kind"], data["label"]

    def _check_labels(self, scheme: Any) -> None:
        rows = list(self._labels())
        wanted = {normalise(label) for _form, _language, _kind, label in rows}
        taken = {
            (row.language, row.normalized): row
            for row in ConceptLabel.objects.filter(scheme=scheme, normalized__in=wanted)
            .exclude(concept=self.instance.pk)
            .select_related("concept")
        }
        seen: dict[tuple[str, str], str] = {}
        preferred: dict[str, str] = {}
        for form, language, kind, label in rows:
            key = (language, normalise(label))
            if not key[1]:
                form.add_error("label", _("A label needs a letter or a digit."))
            elif len(key[1]) > NORMALIZED_LENGTH:
                form.add_error(
                    "label",
                    _("This label is too long: some of its signs stand for several letters."),
                )
            elif other := taken.get(key):
                message = _(
                    "“%(label)s” exists already in this vocabulary, but for case, accents or"
                    " spaces: it is a label of “%(concept)s”."
                )
                form.add_error("label", message % {"label": label, "concept": other.concept})
            elif key in seen:
                message = _("“%(label)s” is the same as “%(first)s”, written above.")
                form.add_error("label", message % {"label": label, "first": seen[key]})
            elif kind == ConceptLabel.Kind.PREFERRED and language in preferred:
                message = _(
                    "A descriptor has one name in each language: “%(first)s” is chosen already."
                    " Make this one a non-descriptor (UF)."
                )
                form.add_error("kind", message % {"first": preferred[language]})
            seen.setdefault(key, label)
            if kind == ConceptLabel.Kind.PREFERRED:
                preferred.setdefault(language, label)
        for form, language, _kind, label in rows:
            if language not in preferred:
                message = _(
                    "“%(label)s” stands for no descriptor: add the descriptor in this language."
                )
                form.add_error("kind", message % {"label": label})
        if not rows:
            self.add_error(None, _("A descriptor needs a name: add a label."))

    def _check_relations(self, broader: Concept | None) -> None:
        rows = [
            (form, form.cleaned_data["other"])
            for form in self.formsets["relations"].forms
            if form.is_valid()
            and not form.cleaned_data.get("DELETE")
            and form.cleaned_data.get("other")
        ]
        wrong = in_line(
            self.instance.pk, broader.pk if broader else None, [other.pk for _form, other in rows]
        )
        seen: set[int] = set()
        for form, other in rows:
            if other.pk in wrong:
                message = _(
                    "“%(concept)s” stands above or below this descriptor: it cannot be a related"
                    " term too."
                )
                form.add_error("other", message % {"concept": other.label()})
            elif other.pk in seen:
                form.add_error(
                    "other", _("“%(concept)s” is chosen twice.") % {"concept": other.label()}
                )
            seen.add(other.pk)

    def _identify(self, scheme: Any, cleaned: dict[str, Any]) -> None:
        """Make the identifier from the first label where none was typed."""
        others = Concept.objects.filter(scheme=scheme).exclude(pk=self.instance.pk)
        if cleaned.get("slug"):
            if others.filter(slug=cleaned["slug"]).exists():
                self.add_error("slug", _("This identifier is taken in this vocabulary."))
            return
        rows = sorted(self._labels(), key=lambda row: row[2] != ConceptLabel.Kind.PREFERRED)
        base = slugify(rows[0][3])[:90] if rows else ""
        base = base or "descripteur"
        taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
        numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
        cleaned["slug"] = base if base not in taken else next(n for n in numbered if n not in taken)
