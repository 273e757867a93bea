"""What the admin shows of the search: the report of searches, why a page is found, picks."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .desk import report, why
from .desk.models import SearchedText
from .desk.picks_admin import PickViewSet, offered

hooks.register("register_reports_menu_item", report.menu_item)
hooks.register("register_page_header_buttons", why.button)
hooks.register("construct_page_chooser_queryset", offered)
register_snippet(PickViewSet)


@hooks.register("register_admin_urls")
def the_desk() -> list[Any]:
    view = report.SearchesView
    return [
        path("reports/searches/", view.as_view(), name=report.INDEX),
        path("reports/searches/results/", view.as_view(results_only=True), name=report.RESULTS),
        path("reports/searches/why/", why.WhyView.as_view(), name=why.NAME),
    ]


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """The report can be opened to a group that does not keep the thesaurus."""
    kind = ContentType.objects.get_for_model(SearchedText)
    return Permission.objects.filter(content_type=kind)
