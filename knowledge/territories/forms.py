"""The forms of territories: every mistake is said where it was made."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from .choosers import territory_chooser
from .codes import validate_postal_code
from .inclusion import covering, inside, mark_partial
from .models import SLUG_LENGTH, Inclusion, Territory


class TerritoryForm(WagtailAdminModelForm):
    """`parts` and `wholes` are shown or not according to the kind: see `panels`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:  # identifiers are for good
            self.fields["kind"].disabled = self.fields["code"].disabled = True

    def clean_postal_codes(self) -> list[str]:
        codes = list(dict.fromkeys(self.cleaned_data["postal_codes"]))
        for code in codes:  # the model would say only which of them is wrong, and not why
            validate_postal_code(code)
        return codes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._check_inclusions()
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.instance.pk is None and not self.errors:
            self._identify()

    def save(self, commit: bool = True) -> Territory:
        territory = super().save(commit)
        if commit:
            parts = Inclusion.objects.filter(outer=territory).values_list("inner", flat=True)
            mark_partial([territory.pk, *parts])
        return territory

    def _identify(self) -> None:
        """Give a new territory its identifier; numbered where two free ones have one name."""
        base = self.instance.make_slug()
        near = Territory.objects.filter(slug__startswith=base[: SLUG_LENGTH - 6])
        taken = set(near.values_list("slug", flat=True))
        if base not in taken:
            self.instance.slug = base
        elif self.instance.kind == Territory.Kind.FREE:
            short = base[: SLUG_LENGTH - 6]
            numbered = (f"{short}-{number}" for number in count(2))
            self.instance.slug = next(slug for slug in numbered if slug not in taken)
        else:
            self.add_error("code", _("There is a territory with this code already."))

    def _chosen(self, relation: str, field: str) -> Iterator[tuple[forms.Form, Territory]]:
        if relation not in self.formsets:
            return
        for form in self.formsets[relation].forms:
            kept = form.is_valid() and not form.cleaned_data.get("DELETE")
            if kept and (territory := form.cleaned_data.get(field)):
                yield form, territory

    def _stored(self, relation: str, field: str) -> set[int]:
        """What the form does not show, and so does not change."""
        if relation in self.formsets or self.instance.pk is None:
            return set()
        return set(getattr(self.instance, relation).values_list(field, flat=True))

    def _check_inclusions(self) -> None:
        wholes, parts = list(self._chosen("wholes", "outer")), list(self._chosen("parts", "inner"))
        own = self.instance.pk
        outer = {row.pk for _form, row in wholes} | self._stored("wholes", "outer")
        inner = {row.pk for _form, row in parts} | self._stored("parts", "inner")
        above = covering(outer, without=own)
        below = inside(inner, without=own)
        over = outer.union(*({node.pk for node in line} for line in above.values()))
        under = inner.union(*({node.pk for node in found} for found in below.values()))
        seen: set[int] = set()
        for form, row in [*wholes, *parts]:
            is_whole = (form, row) in wholes
            name = "outer" if is_whole else "inner"
            line = {node.pk for node in (above if is_whole else below).get(row.pk, [])} | {row.pk}
            if row.pk == own:
                form.add_error(name, _("A territory does not lie in itself."))
            elif row.pk in seen:
                form.add_error(name, _("“%(name)s” is chosen twice.") % {"name": row})
            elif line & (under if is_whole else over):
                message = _(
                    "“%(name)s” cannot be chosen here: this territory would lie in itself, through"
                    " what covers it and what lies in it."
                )
                form.add_error(name, message % {"name": row})
            seen.add(row.pk)


class ReplaceForm(forms.Form):
    """What takes the place of a territory that goes. `used`: something points to it."""

    replacement = forms.ModelChoiceField(
        label=gettext_lazy("Replacing territory"),
        queryset=Territory.objects.all(),
        required=False,
        widget=territory_chooser.widget_class,
        help_text=gettext_lazy("All that pointed to the deleted territory will point to this one."),
    )

    def __init__(self, *args: Any, territory: Territory, used: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory
        self.used = used

    def clean_replacement(self) -> Territory | None:
        found = self.cleaned_data["replacement"]
        if found is None and self.used:
            raise forms.ValidationError(
                _("It is in use: choose the territory that takes its place.")
            )
        if found == self.territory:
            raise forms.ValidationError(_("Choose another territory than the one you delete."))
        return found
