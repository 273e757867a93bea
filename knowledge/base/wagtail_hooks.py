"""What the admin's front page adds for those who keep the contents, and what pages share."""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from . import merging_admin
from .actors import actor_chooser, organisation_chooser
from .desk import Desk
from .editing import KnowledgeViewSet
from .index_action import IndexBulkAction
from .indexing import LOG_ACTION
from .replacing import ask_before_deleting, refuse_in_bulk
from .similar import similar
from .snippets import (
    FundingStatement,
    KeyFigure,
    Testimonial,
    figure_panels,
    funding_panels,
    testimonial_panels,
)


@hooks.register("construct_homepage_panels")
def show_the_desk(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(Desk())


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [actor_chooser, organisation_chooser, KnowledgeViewSet("knowledge_pages")]


hooks.register("before_delete_page", ask_before_deleting)
hooks.register("before_bulk_action", refuse_in_bulk)
hooks.register("register_admin_urls", merging_admin.urls)
hooks.register("register_page_header_buttons", merging_admin.button)
hooks.register("register_log_actions", merging_admin.actions)


@hooks.register("register_admin_urls")
def similar_titles() -> list[Any]:
    return [path("similar-titles/", similar, name="knowledge_base_similar")]


hooks.register("register_bulk_action", IndexBulkAction)


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    @actions.register_action(LOG_ACTION)
    class Indexed(LogFormatter):
        label = pgettext_lazy("verb", "Index")

        def format_message(self, entry: Any) -> str:
            said = entry.data
            marks = (("+", "added"), ("−", "removed"), ("+", "territories"))
            names = (f"{mark} {name}" for mark, key in marks for name in said.get(key, ()))
            return gettext("Indexed: %(names)s") % {"names": ", ".join(names)}


class KeyFigureViewSet(SnippetViewSet):
    model = KeyFigure
    icon = "order"
    panels = figure_panels
    list_display = ["label", "value", "unit", "date", "source"]


class TestimonialViewSet(SnippetViewSet):
    model = Testimonial
    icon = "openquote"
    panels = testimonial_panels
    list_display = ["__str__", "role", "consent", "consent_date"]
    list_filter = ["consent"]


class FundingStatementViewSet(SnippetViewSet):
    model = FundingStatement
    icon = "clipboard-list"
    panels = funding_panels
    list_display = ["name", "statement"]


class SharedGroup(SnippetViewSetGroup):
    """Said once, shown on several pages."""

    items = (KeyFigureViewSet, TestimonialViewSet, FundingStatementViewSet)
    menu_label = _("Shared contents")
    menu_icon = "copy"
    menu_order = 320


register_snippet(SharedGroup)
