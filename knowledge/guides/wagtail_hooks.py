"""The list of guides in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from knowledge.base.dates import spoken
from knowledge.base.listings import PageListing

from .models import GuidePage


def edition_date(page: GuidePage) -> str:
    date = page.edition_partial_date
    return spoken(date) if date else ""


class GuideListing(PageListing):
    model = GuidePage
    icon = "doc-full-inverse"
    menu_label = _("Methodology guides")
    menu_order = 205
    add_to_admin_menu = True
    columns = [
        *PageListing.columns[:2],
        Column("edition", label=_("Edition")),
        Column(
            "edition_date",
            label=_("Date"),
            accessor=edition_date,
            sort_key="edition_date",
        ),
        Column("review_date", label=_("Planned review"), sort_key="review_date"),
        *PageListing.columns[2:],
    ]
    list_filter = ["review_date", "licence"]


@hooks.register("register_admin_viewset")
def listing() -> GuideListing:
    return GuideListing("guides")
