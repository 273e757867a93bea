"""What the forms of plans and actions check and offer."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from knowledge.base.forms import KnowledgePageForm
from knowledge.consultations.models import ConsultationResult

from .parts import PlanPart, outline_problems


class PlanForm(KnowledgePageForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "parts" in self.formsets:
            self._check_outline()
        return cleaned

    def _check_outline(self) -> None:
        """Objectives stand under an axis and no axis is there twice, in the order shown."""
        formset = self.formsets["parts"]
        formset.is_valid()
        kept = [
            form
            for form in formset.forms
            if hasattr(form, "cleaned_data")
            and not form.cleaned_data.get("DELETE")
            and (form.has_changed() or form.instance.pk)
        ]
        kept.sort(key=lambda form: form.cleaned_data.get("ORDER") or 0)
        rows = [
            PlanPart(
                level=form.cleaned_data.get("level", ""), title=form.cleaned_data.get("title", "")
            )
            for form in kept
        ]
        for place, field, message in outline_problems(rows):
            kept[place].add_error(field, message)


class PartChoice(forms.ModelChoiceField):
    """A part of a plan, shown as in its outline."""

    def label_from_instance(self, part: PlanPart) -> str:
        return str(part) if part.level == PlanPart.Level.AXIS else f"\u2003{part}"


class ActionForm(KnowledgePageForm):
    """Offers the parts of the action's own plan, and the results of consultations."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.parent_page is not None:
            self.instance.under(self.parent_page)
        if "part" in self.fields:
            self._offer_parts()
        if "consultation_result" in self.fields:
            self._offer_results()

    def _offer_parts(self) -> None:
        plan = self.instance.plan
        parts = PlanPart.objects.filter(page_id=plan.pk) if plan else PlanPart.objects.none()
        known = self.fields["part"]
        self.fields["part"] = PartChoice(
            parts.order_by("sort_order", "pk"),
            required=False,
            label=known.label,
            help_text=known.help_text,
            error_messages={"invalid_choice": belongs_elsewhere()},
        )

    def _offer_results(self) -> None:
        """Grouped by consultation: one query."""
        known = self.fields["consultation_result"]
        rows = ConsultationResult.objects.select_related("page").order_by(
            "page__title", "page_id", "sort_order", "pk"
        )
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            groups.setdefault(row.page.title, []).append((str(row.pk), row.label))
        known.queryset = ConsultationResult.objects.all()
        known.widget.choices = [("", "---------"), *groups.items()]


def belongs_elsewhere() -> str:
    return _(
        "This part belongs to another plan. Choose one of this plan; for an objective of another"
        " plan, use “Objectives of other plans”."
    )


def check_belongs(part: PlanPart | None, plan: Any) -> None:
    """ValidationError where an action is put under a part of another plan than its own."""
    if part is None or plan is None:
        return
    if part.page.translation_key != plan.translation_key:
        raise ValidationError({"part": belongs_elsewhere()})
