"""What the form of a knowledge page checks: descriptors that fit the type and its vocabularies.

A draft may lack a required vocabulary; a page that is published or submitted may not.
"""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page

from knowledge.thesaurus.models import Concept, ConceptScheme

from . import preload


class Rows(list[Any]):
    """Child rows as a page offers them."""

    def all(self) -> "Rows":
        return self


class Edited:
    """A page as a form that was sent has it: its rows stand in the forms of their formset, not
    yet in the page."""

    def __init__(self, page: Any, formsets: Any) -> None:
        self._page, self._formsets = page, formsets

    def __getattr__(self, name: str) -> Any:
        if name in self._formsets:
            return Rows(form.instance for form in kept_rows(self._formsets[name]))
        return getattr(self._page, name)


def kept_rows(formset: Any) -> list[Any]:
    """The forms of the rows that are there and are not to be deleted."""
    formset.is_valid()
    return [
        form
        for form in formset.forms
        if form not in formset.deleted_forms and (form.has_changed() or form.instance.pk)
    ]


class KnowledgePageForm(WagtailAdminPageForm):
    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        page = kwargs.get("instance")
        if data is None and page is not None:
            preload.children([page])
        super().__init__(data, *args, **kwargs)
        if data is None:
            rows = [form for formset in self.formsets.values() for form in formset.forms]
            preload.chosen([self, *rows])
            if page is not None and page.path:
                preload.workflow(page)
                preload.revisions(page)
            if "reviewer" in self.fields:
                self.fields["reviewer"].choices = list(iter(self.fields["reviewer"].choices))

    def clean_slug(self) -> str:
        """The name in the address of a new page, as its title made it: where another page has it,
        with a number. One that somebody chose stays, and is refused."""
        slug: str = self.cleaned_data["slug"]
        if self.instance.pk is not None or slug != slugify(self.cleaned_data.get("title", "")):
            return slug
        free, number = slug, 1
        while not Page._slug_is_available(free, self.parent_page, self.instance):
            number += 1
            free = f"{slug}-{number}"
        return free

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind = getattr(self.instance, "record_type", None)
        if kind is not None and "descriptors" in self.formsets:
            self._check_descriptors(kind)
        return cleaned

    def _post_clean(self) -> None:
        """Once the fields stand in the instance: what its checklist requires to be published."""
        super()._post_clean()
        if self.is_deferred_validation or not hasattr(self.instance, "checklist"):
            return
        for check in self.instance.checklist:
            if check.required and not (self.is_wrong(check) or check.done(self.edited)):
                message = _("To publish, give %(what)s.") % {"what": check.label}
                self.add_error(check.field if check.field in self.fields else None, message)

    def is_wrong(self, check: Any) -> bool:
        """Whether what the form has for a check is refused, with a message of its own."""
        formset = self.formsets.get(check.field)
        if formset is None:
            return check.field in self.errors
        return any(form.errors for form in kept_rows(formset))

    @property
    def edited(self) -> "Edited":
        """The page as it stands in the form."""
        return Edited(self.instance, self.formsets)

    def _check_descriptors(self, kind: Any) -> None:
        schemes = ConceptScheme.objects.in_bulk()
        rows = [
            (form, concept)
            for form in self.formsets["descriptors"].forms
            if (concept := _chosen(form)) is not None
        ]
        used: dict[int, Concept] = {}
        seen: set[int] = set()
        for form, concept in rows:
            scheme = schemes[concept.scheme_id]
            first = used.setdefault(scheme.pk, concept)
            if kind.name not in scheme.applies_to:
                message = _("The vocabulary “%(scheme)s” does not apply to this type of content.")
            elif concept.pk in seen:
                message = _("“%(concept)s” is chosen twice.")
            elif not scheme.multiple and first.pk != concept.pk:
                message = _(
                    "The vocabulary “%(scheme)s” takes one descriptor only:"
                    " “%(first)s” is chosen already."
                )
            else:
                message = ""
            seen.add(concept.pk)
            if message:
                names = {
                    "scheme": scheme.title, "concept": concept.label(), "first": first.label(),
                }  # fmt: skip
                form.add_error("concept", message % names)
        if not self.is_deferred_validation:
            self._check_required(kind, schemes.values(), used)

    def _check_required(self, kind: Any, schemes: Any, used: dict[int, Concept]) -> None:
        missing = [
            scheme.title
            for scheme in sorted(schemes, key=lambda found: (found.sort_order, found.title))
            if scheme.required and kind.name in scheme.applies_to and scheme.pk not in used
        ]
        if missing:
            names = ", ".join(missing)
            message = _("To publish, choose a descriptor in each of: %(schemes)s.")
            formset = self.formsets["descriptors"]
            formset.full_clean()
            formset._non_form_errors.append(message % {"schemes": names})
            self.add_error(None, message % {"schemes": names})


def _chosen(form: Any) -> Concept | None:
    """The concept of a row that is neither empty, deleted nor wrong already."""
    if not form.is_valid() or form.cleaned_data.get("DELETE"):
        return None
    return form.cleaned_data.get("concept")
