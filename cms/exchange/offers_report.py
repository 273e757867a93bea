"""The report “LHEO”: training offers that partners do not get, and what each lacks."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.catalogue.models import Record
from cms.core.records import record_types
from cms.formats import lheo
from cms.formats.lheo import Offer
from cms.formats.notice import Notice

from .offers import actors_of

INDEX, RESULTS = "lheo_report", "lheo_report_results"
NEEDED = ("add", "change", "publish")
ELEMENTS = 26  # of LHEO's first circle


class LheoMenuItem(MenuItem):
    def is_shown(self, request: Any) -> bool:
        policy = policy_registry.get_by_type(Page)
        return policy.user_has_any_permission(request.user, NEEDED)


def menu_item() -> MenuItem:
    return LheoMenuItem("LHEO", reverse(INDEX), name="lheo", icon_name="glasses", order=1060)


class LheoView(ReportView):
    """Public training offers from A to Z, with the number of elements that each has."""

    page_title = "LHEO"
    header_icon = "glasses"
    model = Record
    index_url_name = INDEX
    index_results_url_name = RESULTS
    default_ordering = "title_key"
    permission_policy = policy_registry.get_by_type(Page)
    any_permission_required = list(NEEDED)
    columns = [
        TitleColumn("title", label=_("Training"), get_url=lambda record: record.edit_url),
        Column("locale", label=_("Language")),
        Column("complete", label=_("Elements")),
        Column("lacking", label=_("What is lacking")),
    ]
    list_export = ["title", "locale", "complete", "lacking", "url"]
    export_headings = {
        "title": _("Training"),
        "locale": _("Language"),
        "complete": _("Elements"),
        "lacking": _("What is lacking"),
        "url": _("Address"),
    }
    export_filename = "lheo"

    def get_base_queryset(self) -> QuerySet[Record]:
        types = [name for name, kind in record_types().items() if kind.lheo]
        return Record.objects.filter(gone_at__isnull=True, type__in=types).defer("document")

    @cached_property
    def no_results_message(self) -> Any:
        return _("No training is public.")

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Give each record the names of what it lacks, and where it is edited."""
        records = list(object_list)
        alone = [Offer(Notice(record), {}) for record in records]
        actors = actors_of(alone, "")
        for record, one in zip(records, alone, strict=True):
            names = lheo.lacking(Offer(one.notice, actors))
            kind = record_types()[record.type]
            said = [str(kind.lheo.get(name, name)) for name in names]
            record.lacking = "; ".join(said) or str(_("Nothing: partners get it."))
            record.complete = f"{ELEMENTS - len(names)}/{ELEMENTS}"
            record.edit_url = reverse("wagtailadmin_pages:edit", args=[record.page_id])
        return records
