"""Partners in the admin: who they are, their keys, and one page with what each of them does."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from . import following
from .making import FOLLOW, KeyCreateView, WebhookCreateView, WebhookEditView
from .models import Key, Partner, Webhook


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("partners/<int:pk>/", following.page, name=FOLLOW),
    ]


@hooks.register("register_snippet_listing_buttons")
def follow(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    if isinstance(snippet, Partner) and following.may(user):
        address = reverse(FOLLOW, args=[snippet.pk])
        yield Button(_("Follow"), address, icon_name="history", priority=5)


class PartnerViewSet(SnippetViewSet):
    model = Partner
    icon = "group"
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("contact_name"), FieldPanel("contact_email")]),
        FieldPanel("is_active"),
        FieldPanel("notes"),
    ]
    list_display = ["name", "contact_email", BooleanColumn("is_active", label=_("active"))]
    search_fields = ["name"]
    search_backend_name = None


class KeyViewSet(SnippetViewSet):
    model = Key
    icon = "key"
    add_view_class = KeyCreateView
    copy_view_enabled = False
    panels = [
        FieldPanel("partner", widget=forms.Select),
        FieldPanel("name"),
        MultiFieldPanel([FieldPanel("may_read"), FieldPanel("may_submit")], heading=_("Scopes")),
        FieldRowPanel([FieldPanel("rate"), FieldPanel("expires_at")]),
    ]
    list_display = ["name", "partner", "hint", "state", "last_used_at", "expires_at"]
    list_filter = ["partner"]


class WebhookViewSet(SnippetViewSet):
    model = Webhook
    icon = "link-external"
    add_view_class = WebhookCreateView
    edit_view_class = WebhookEditView
    copy_view_enabled = False
    panels = [
        FieldPanel("partner", widget=forms.Select),
        FieldPanel("url"),
        MultiFieldPanel([FieldPanel("on_update"), FieldPanel("on_gone")], heading=_("Events")),
        FieldPanel("types"),
        FieldPanel("is_active"),
    ]
    list_display = [
        "url",
        "partner",
        BooleanColumn("is_active", label=_("active")),
        "failing_since",
    ]
    list_filter = ["partner"]


class PartnersGroup(SnippetViewSetGroup):
    items = (PartnerViewSet, KeyViewSet, WebhookViewSet)
    menu_label = _("Partners")
    menu_icon = "group"
    menu_order = 340


register_snippet(PartnersGroup)
