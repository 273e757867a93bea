"""The list of news in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from knowledge.base.listings import PageListing

from .models import ArticlePage


class ArticleListing(PageListing):
    model = ArticlePage
    icon = "openquote"
    menu_label = _("News")
    menu_order = 235
    add_to_admin_menu = True
    columns = [
        *PageListing.columns[:2],
        Column("kind", label=_("Kind of news"), accessor="get_kind_display", sort_key="kind"),
        Column("day", label=_("Date"), sort_key="day"),
        Column("source", label=_("Source")),
        *PageListing.columns[2:],
    ]
    list_filter = ["kind", "day"]


@hooks.register("register_admin_viewset")
def listing() -> ArticleListing:
    return ArticleListing("news")
