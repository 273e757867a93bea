"""Trainings in the admin: one list of all, wherever they stand in the tree."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet

from cms.core.templatetags.relais import partial_date
from knowledge.base.listings import PageListing

from .pages import Modality, TrainingPage
from .sessions import HELD


class TrainingIndexView(IndexView):
    def annotate_queryset(self, pages: Any) -> Any:
        """With the first day of the next session that is held."""
        ahead = Q(sessions__start__gte=timezone.localdate(), sessions__status__in=HELD)
        found = pages.annotate(next_session=Min("sessions__start", filter=ahead))
        return super().annotate_queryset(found)


class TrainingFilterSet(PageFilterSet):
    modality = django_filters.MultipleChoiceFilter(
        choices=Modality, label=_("Modality"), widget=forms.CheckboxSelectMultiple
    )
    planned = django_filters.ChoiceFilter(
        label=_("Sessions"),
        method="filter_planned",
        choices=[("yes", _("A session is planned")), ("no", _("No session is planned"))],
        empty_label=pgettext_lazy("trainings", "All"),
        widget=forms.RadioSelect,
    )

    def filter_planned(self, pages: Any, name: str, value: str) -> Any:
        return pages.filter(next_session__isnull=value == "no")

    class Meta:
        model = TrainingPage
        fields: ClassVar[list[str]] = []


class TrainingListing(PageListing):
    model = TrainingPage
    index_view_class = TrainingIndexView
    icon = "glasses"
    menu_label = _("Trainings")
    menu_order = 220
    add_to_admin_menu = True
    filterset_class = TrainingFilterSet
    columns = [
        *IndexView.base_columns[:2],
        Column(
            "next_session",
            label=_("Next session"),
            accessor=lambda page: partial_date(page.next_session),
            sort_key="next_session",
            width="14%",
        ),
        Column("modality", label=_("Modality"), accessor="get_modality_display", width="14%"),
        *IndexView.base_columns[2:],
    ]


@hooks.register("register_admin_viewset")
def training_listing() -> TrainingListing:
    return TrainingListing("trainings")
