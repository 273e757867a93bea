"""Plans and actions in the admin: lists with what tells them apart, and the chooser of parts."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from knowledge.base.listings import PageListing
from knowledge.base.periods import period_text

from .choosers import objective_chooser
from .models import ActionPage, PlanPage


class PlanListing(PageListing):
    model = PlanPage
    icon = "list-ol"
    menu_label = _("Plans and contracts")
    menu_order = 210
    add_to_admin_menu = True
    list_display = [
        *PageListing.index_view_class.base_columns[:3],
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column(
            "period", label=_("Period"), sort_key="start",
            accessor=lambda plan: period_text(plan.start, plan.end),
        ),
        Column("generation", label=_("Generation"), sort_key="generation"),
        *PageListing.index_view_class.base_columns[-1:],
    ]  # fmt: skip
    list_filter = ["kind", "live"]


class ActionListing(PageListing):
    model = ActionPage
    icon = "tasks"
    menu_label = _("Actions")
    menu_order = 211
    add_to_admin_menu = True
    list_display = [
        *PageListing.index_view_class.base_columns[:3],
        Column("code", label=_("Code"), sort_key="code"),
        Column("progress", label=_("Progress"), accessor="get_status_display", sort_key="status"),
        *PageListing.index_view_class.base_columns[-1:],
    ]
    list_filter = ["status", "live"]


@hooks.register("register_admin_viewset")
def plan_viewsets() -> list[Any]:
    return [objective_chooser, PlanListing("plans"), ActionListing("actions")]
