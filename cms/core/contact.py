"""Whom a reader asks who has not found: an address kept by the team."""

from typing import Any
from urllib.parse import quote

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Page


@register_setting(icon="mail")
class Contact(BaseGenericSetting):
    """A page that says how to write to the team, or its e-mail address; the page first."""

    page = models.ForeignKey(
        Page,
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The page that says how to write to you. Left empty, the address below."),
    )
    email = models.EmailField(_("e-mail"), blank=True)

    panels = (PageChooserPanel("page"), FieldPanel("email"))

    class Meta:
        verbose_name = _("asking a documentalist")

    def address(self, subject: str) -> str:
        """Where to ask: the page, if everybody may read it, else a message with a subject; ""
        when nobody has said."""
        page: Any = self.page
        if page is not None and page.live and not page.get_view_restrictions():
            return page.get_url() or ""
        return f"mailto:{self.email}?subject={quote(subject)}" if self.email else ""
