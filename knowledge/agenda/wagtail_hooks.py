"""The agenda in the admin: the list of events, and their cycles."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from knowledge.base.listings import PageListing, PrefetchingIndexView

from .models import EventDate, EventPage, EventSeries


class EventIndexView(PrefetchingIndexView):
    shown = "series"
    default_ordering = "-first_day"

    def annotate_queryset(self, pages: Any) -> Any:
        """With the first day of each event."""
        days = EventDate.objects.filter(page=OuterRef("pk")).order_by("start_date")
        first = Subquery(days.values("start_date")[:1])
        return super().annotate_queryset(pages.annotate(first_day=first))


def _first_day(page: Any) -> str:
    return date_format(page.first_day, "SHORT_DATE_FORMAT") if page.first_day else ""


class EventListing(PageListing):
    model = EventPage
    index_view_class = EventIndexView
    icon = "calendar-alt"
    menu_label = _("Agenda")
    menu_order = 230
    add_to_admin_menu = True
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("first_day", label=_("First day"), accessor=_first_day, sort_key="first_day"),
        Column("series", label=_("Cycle"), accessor="series", width="16%"),
        Column("held", label=_("Held"), accessor="get_status_display", width="10%"),
        DateColumn(
            "latest_revision_created_at",
            label=_("Updated"),
            sort_key="latest_revision_created_at",
            width="12%",
        ),
        PageStatusColumn("status", label=_("Status"), sort_key="live", width="12%"),
    ]
    list_filter = ["status", "mode", "series", "live"]


class EventSeriesViewSet(SnippetViewSet):
    model = EventSeries
    icon = "list-ul"
    list_display = ["title", "slug"]
    menu_label = _("Cycles of events")


register_snippet(EventSeriesViewSet)


@hooks.register("register_admin_viewset")
def event_listing() -> EventListing:
    return EventListing("events")
