"""The lists of publications and of thematic files in the admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from knowledge.base.dates import spoken
from knowledge.base.listings import PageListing

from .models import DossierPage, PublicationPage


def issued(page: PublicationPage) -> str:
    date = page.issued_partial_date
    return spoken(date) if date else ""


class PublicationListing(PageListing):
    model = PublicationPage
    icon = "doc-full"
    menu_label = _("Publications")
    menu_order = 240
    add_to_admin_menu = True
    columns = [
        *PageListing.columns[:2],
        Column("kind", label=_("Type of document"), accessor="get_kind_display", sort_key="kind"),
        Column("issued", label=_("Date"), accessor=issued, sort_key="issued"),
        *PageListing.columns[2:],
    ]
    list_filter = ["kind", "language"]


class DossierListing(PageListing):
    model = DossierPage
    icon = "folder-open-inverse"
    menu_label = _("Thematic files")
    menu_order = 245
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def listings() -> list[Any]:
    return [PublicationListing("publications"), DossierListing("dossiers")]
