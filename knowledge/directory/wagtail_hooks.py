"""The directory in the admin: two lists, with what a documentalist looks for."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.log_actions import LogFormatter

from knowledge.base.listings import PageListing, PrefetchingIndexView

from . import proof
from .models import OrganisationPage, PersonPage


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """What the history of a page says of consents."""
    labels = {
        proof.GRANTED: _("Consent"),
        proof.WITHDRAWN: _("Consent withdrawn"),
        proof.PURGED: _("Purge of old versions"),
    }
    for action, name in labels.items():

        class Formatter(LogFormatter):
            label = name

            def format_message(self, entry: Any) -> str:
                return proof.sentence(entry)

        actions.register_action(action)(Formatter)


_BEFORE = [column for column in IndexView.base_columns if column.name in ("bulk_actions", "title")]
_AFTER = [
    column
    for column in IndexView.base_columns
    if column.name in ("latest_revision_created_at", "status")
]


def _published_points(page: Any) -> str:
    return ", ".join(page.published_points().values()) or "–"


class OrganisationIndexView(PrefetchingIndexView):
    shown = "commune"


class PersonIndexView(PrefetchingIndexView):
    shown = "organisation"


class OrganisationListing(PageListing):
    model = OrganisationPage
    name = "directory_organisations"
    menu_label = _("Organisations")
    icon = "group"
    add_to_admin_menu = True
    menu_order = 240
    index_view_class = OrganisationIndexView
    list_filter = ["organisation_kind", "live"]
    columns = [
        *_BEFORE,
        Column("acronym", label=_("Acronym"), accessor="acronym", sort_key="acronym"),
        Column("kind", label=_("Kind"), accessor="get_organisation_kind_display"),
        Column("commune", label=_("Commune"), accessor="commune.name"),
        *_AFTER,
    ]


class PersonListing(PageListing):
    model = PersonPage
    name = "directory_people"
    menu_label = _("People")
    icon = "user"
    add_to_admin_menu = True
    menu_order = 241
    index_view_class = PersonIndexView
    list_filter = ["live"]
    columns = [
        *_BEFORE,
        Column("function", label=_("Function"), accessor="function"),
        Column("organisation", label=_("Organisation"), accessor="organisation.title"),
        Column("points", label=_("Published"), accessor=_published_points),
        *_AFTER,
    ]


@hooks.register("register_admin_viewset")
def listings() -> list[Any]:
    return [OrganisationListing(), PersonListing()]
