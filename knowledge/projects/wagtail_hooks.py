"""Project sheets in the admin: one list of all, wherever they stand in the tree."""

from typing import ClassVar

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet

from cms.core.templatetags.relais import partial_date
from knowledge.base.listings import PageListing

from .models import ProjectPage, Status


class ProjectFilterSet(PageFilterSet):
    project_status = django_filters.MultipleChoiceFilter(
        field_name="status",
        choices=Status,
        label=_("Status of the project"),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ProjectPage
        fields: ClassVar[list[str]] = []


class ProjectListing(PageListing):
    model = ProjectPage
    icon = "pick"
    menu_label = _("Project sheets")
    menu_order = 210
    add_to_admin_menu = True
    filterset_class = ProjectFilterSet
    columns = [
        *IndexView.base_columns[:2],
        Column("project_status", label=_("Status of the project"), accessor="get_status_display"),
        Column(
            "start_date",
            label=_("Beginning"),
            accessor=lambda page: partial_date(page.start_date),
            sort_key="start_date",
        ),
        *IndexView.base_columns[2:],
    ]


@hooks.register("register_admin_viewset")
def project_listing() -> ProjectListing:
    return ProjectListing("project_sheets")
