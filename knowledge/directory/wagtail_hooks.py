"""The directory in the admin: two lists, with what a documentalist looks for."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.pages import PageListingViewSet

from .models import OrganisationPage, PersonPage


def _published_points(page: Any) -> str:
    return ", ".join(page.published_points().values()) or "–"


class OrganisationListing(PageListingViewSet):
    model = OrganisationPage
    name = "directory_organisations"
    menu_label = _("Organisations")
    icon = "group"
    add_to_admin_menu = True
    menu_order = 240
    columns = [
        *PageListingViewSet.columns[:2],
        Column("acronym", label=_("Acronym"), accessor="acronym", sort_key="acronym"),
        Column("kind", label=_("Kind"), accessor="get_organisation_kind_display"),
        Column("commune", label=_("Commune"), accessor="commune.name"),
        *PageListingViewSet.columns[3:],
    ]


class PersonListing(PageListingViewSet):
    model = PersonPage
    name = "directory_people"
    menu_label = _("People")
    icon = "user"
    add_to_admin_menu = True
    menu_order = 241
    columns = [
        *PageListingViewSet.columns[:2],
        Column("function", label=_("Function"), accessor="function"),
        Column("organisation", label=_("Organisation"), accessor="organisation.title"),
        Column("points", label=_("Published"), accessor=_published_points),
        *PageListingViewSet.columns[3:],
    ]


@hooks.register("register_admin_viewset")
def listings() -> list[Any]:
    return [OrganisationListing(), PersonListing()]
