"""What the admin shows of the catalogue's own knowledge: links that no longer work."""

from typing import Any

from django.urls import path
from wagtail import hooks

from .dead_links_report import INDEX, RESULTS, DeadLinksView, menu_item

hooks.register("register_reports_menu_item", menu_item)


@hooks.register("register_admin_urls")
def report_of_dead_links() -> list[Any]:
    return [
        path("reports/dead-links/", DeadLinksView.as_view(), name=INDEX),
        path("reports/dead-links/results/", DeadLinksView.as_view(results_only=True), name=RESULTS),
    ]
