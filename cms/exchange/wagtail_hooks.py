"""What the admin shows of exits: offers that are not complete."""

from typing import Any

from django.urls import path
from wagtail import hooks

from .offers_report import INDEX, RESULTS, LheoView, menu_item

hooks.register("register_reports_menu_item", menu_item)


@hooks.register("register_admin_urls")
def report_of_offers() -> list[Any]:
    return [
        path("reports/lheo/", LheoView.as_view(), name=INDEX),
        path("reports/lheo/results/", LheoView.as_view(results_only=True), name=RESULTS),
    ]
