"""Consultations in the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from knowledge.base.listings import PageListing
from knowledge.base.periods import period_text

from .models import ConsultationPage


class ConsultationListing(PageListing):
    model = ConsultationPage
    icon = "comment"
    menu_label = _("Consultations")
    menu_order = 212
    add_to_admin_menu = True
    list_display = [
        *PageListing.index_view_class.base_columns[:3],
        Column(
            "dates", label=_("Dates"), sort_key="start",
            accessor=lambda page: period_text(page.start, page.end),
        ),
        Column("method", label=_("Method")),
        Column("answered", label=_("Answers"), sort_key="answered"),
        *PageListing.index_view_class.base_columns[-1:],
    ]  # fmt: skip
    list_filter = ["live"]


@hooks.register("register_admin_viewset")
def consultation_viewset() -> Any:
    return ConsultationListing("consultations")
