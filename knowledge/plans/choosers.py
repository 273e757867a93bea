"""Choosing a part of any plan by its title or that of its plan."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet

from .parts import PlanPart


class PartFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Words of the title, or of the plan"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Title of the objective or of its plan")}),
    )

    def filter(self, parts: QuerySet[PlanPart]) -> QuerySet[PlanPart]:
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        for word in (self.search_query or "").split()[:10]:
            parts = parts.filter(Q(title__icontains=word) | Q(page__title__icontains=word))
        return parts


class _Results(views.BaseChooseView):
    filter_form_class = PartFilterForm

    def get_object_list(self) -> QuerySet[PlanPart]:
        parts = PlanPart.objects.select_related("page")
        return parts.order_by("page__title", "page_id", "sort_order", "pk")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            Column("level", label=_("Level"), accessor="get_level_display"),
            Column("plan", label=_("Plan"), accessor="page.title"),
        ]


class PartChooseView(views.ChooseViewMixin, views.CreationFormMixin, _Results):
    pass


class PartChooseResultsView(views.ChooseResultsViewMixin, views.CreationFormMixin, _Results):
    pass


class ObjectiveChooserViewSet(ChooserViewSet):
    model = PlanPart
    icon = "list-ol"
    choose_one_text = _("Choose an objective")
    choose_another_text = _("Choose another objective")
    per_page = 20
    register_widget = False
    choose_view_class = PartChooseView
    choose_results_view_class = PartChooseResultsView


objective_chooser = ObjectiveChooserViewSet(
    "plan_objective_chooser", url_prefix="plans/choose-objective"
)
