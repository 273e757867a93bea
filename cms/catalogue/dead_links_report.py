"""The report “Dead links”: each link, since when it fails, and the pages to correct."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page
from wagtail.permissions import policy_registry

from . import dead_links
from .models import Failure, LinkCheck

INDEX, RESULTS = "dead_links_report", "dead_links_report_results"
NEEDED = ("add", "change", "publish")


class DeadLinksMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        policy = policy_registry.get_by_type(Page)
        return policy.user_has_any_permission(request.user, NEEDED)


def menu_item() -> MenuItem:
    return DeadLinksMenuItem(
        _("Dead links"), reverse(INDEX), name="dead-links", icon_name="link", order=1050
    )


class DeadLinksFilterSet(WagtailFilterSet):
    url = django_filters.CharFilter(label=_("Address contains"), lookup_expr="icontains")
    error = django_filters.ChoiceFilter(label=_("Problem"), choices=Failure.choices)
    failing_since = django_filters.DateFilter(
        label=_("Fails since before"), lookup_expr="date__lt", widget=AdminDateInput
    )

    class Meta:
        model = LinkCheck
        fields = ("url", "error", "failing_since")


class PagesColumn(Column):
    cell_template_name = "cms_catalogue/dead_link_pages.html"


class AddressColumn(Column):
    cell_template_name = "cms_catalogue/dead_link_address.html"


class DeadLinksView(ReportView):
    page_title = _("Dead links")
    header_icon = "link"
    model = LinkCheck
    index_url_name = INDEX
    index_results_url_name = RESULTS
    filterset_class = DeadLinksFilterSet
    default_ordering = "failing_since"
    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = list(NEEDED)
    columns = [
        AddressColumn("url", label=_("Address")),
        Column("problem", label=_("Problem")),
        DateColumn("failing_since", label=_("Since")),
        PagesColumn("pages", label=_("Pages to correct")),
    ]
    list_export = ["url", "problem", "failing_since", "checked_at", "page_list"]
    export_headings = {
        "url": _("Address"),
        "problem": _("Problem"),
        "failing_since": _("Since"),
        "checked_at": _("Last asked for"),
        "page_list": _("Pages to correct"),
    }
    export_filename = "dead-links"

    def get_base_queryset(self) -> QuerySet[LinkCheck]:
        return dead_links.dead()

    @cached_property
    def no_results_message(self) -> Any:
        return _("No dead link: every link to another site that was asked for answers.")

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Give each link its `problem` in words and its `pages`, those that this person may
        edit with the address of their form."""
        links = list(object_list)
        holders = dead_links.holders(links)
        ids = {number for numbers in holders.values() for number in numbers}
        mine = set(
            self.permission_policy.instances_user_has_permission_for(self.request.user, "change")
            .filter(pk__in=ids)
            .values_list("pk", flat=True)
        )
        titles = dict(Page.objects.filter(pk__in=ids).order_by("path").values_list("pk", "title"))
        for link in links:
            link.problem = said(link)
            link.pages = [
                {
                    "title": titles[number],
                    "edit": reverse("wagtailadmin_pages:edit", args=[number])
                    if number in mine
                    else "",
                }
                for number in holders.get(link.pk, ())
                if number in titles
            ]
            link.page_list = [page["title"] for page in link.pages]
        return links


def said(link: LinkCheck) -> str:
    """What is wrong with a link, in words: "answers with an error (404)"."""
    problem = str(link.get_error_display())
    return f"{problem} ({link.status})" if link.error == Failure.ANSWER else problem
