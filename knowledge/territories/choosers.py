"""Choosing a territory by any of its names and codes."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser, BaseChooserAdapter

from .finding import attach_departments, named
from .models import Territory


class TerritoryFilterForm(BaseFilterForm):
    """By name or code, and by kind."""

    q = forms.CharField(
        label=_("Name or code"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name, acronym, INSEE or postal code")}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("All kinds")), *Territory.Kind.choices],
        required=False,
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )

    def filter(self, territories: QuerySet[Territory]) -> QuerySet[Territory]:
        if kind := self.cleaned_data.get("kind"):
            territories = territories.filter(kind=kind)
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        return named(territories, self.search_query or "")


class _Results(views.BaseChooseView):
    filter_form_class = TerritoryFilterForm

    def get_object_list(self) -> QuerySet[Territory]:
        return Territory.objects.defer("outline")

    def get_results_page(self, request: Any) -> Any:
        page = super().get_results_page(request)
        attach_departments(page.object_list)
        return page

    @property
    def title_column(self) -> Column:
        column = super().title_column
        column.label = _("Name")
        return column

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
            Column("code", label=_("Code")),
            Column("departments", label=_("Department")),
        ]


class TerritoryChooseView(views.ChooseViewMixin, views.CreationFormMixin, _Results):
    pass


class TerritoryChooseResultsView(views.ChooseResultsViewMixin, views.CreationFormMixin, _Results):
    pass


class TerritoryChooserViewSet(ChooserViewSet):
    model = Territory
    icon = "thumbtack"
    choose_one_text = _("Choose a territory")
    choose_another_text = _("Choose another territory")
    edit_item_text = _("Edit this territory")
    per_page = 20
    base_widget_class = BaseChooser
    widget_telepath_adapter_class = BaseChooserAdapter
    choose_view_class = TerritoryChooseView
    choose_results_view_class = TerritoryChooseResultsView
    preserve_url_parameters = ["multiple", "kind"]


territory_chooser = TerritoryChooserViewSet("territory_chooser", url_prefix="territories/choose")
