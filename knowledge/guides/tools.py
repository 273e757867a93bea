"""What a guide gives to use: tools, and a list to tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable, Page, TranslatableMixin

from cms.core import body
from cms.core.policy import policy
from cms.core.records import Download
from knowledge.base.describing import named


@dataclass(frozen=True, slots=True)
class Shown:
    """A tool as the page shows it; `file` for a document."""

    title: str
    url: str
    file: Download | None = None


class GuideTool(TranslatableMixin, Orderable):
    """A file, a page or an address: one of them."""

    page = ParentalKey("knowledge_guides.GuidePage", related_name="tools")
    title = models.CharField(_("title"), max_length=200)
    document = models.ForeignKey(
        "cms_core.CustomDocument", verbose_name=_("document"), null=True, blank=True,
        on_delete=models.CASCADE, related_name="+",
    )  # fmt: skip
    tool_page = models.ForeignKey(
        Page, verbose_name=_("page"), null=True, blank=True, on_delete=models.CASCADE,
        related_name="+",
    )  # fmt: skip
    link = models.URLField(
        _("address online"), max_length=500, blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )  # fmt: skip

    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("document"), PageChooserPanel("tool_page")]),
        FieldPanel("link"),
    ]
    override_translatable_fields = policy(
        translated=("title",), synchronised=("document", "tool_page", "link")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("tool")
        verbose_name_plural = _("tools")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        given = [bool(self.document_id), bool(self.tool_page_id), bool(self.link)]
        if sum(given) != 1:
            message = gettext("Give a document, a page or an address: one of the three.")
            raise ValidationError({"document": message})


class GuideCheck(TranslatableMixin, Orderable):
    """A line of the list to tick."""

    page = ParentalKey("knowledge_guides.GuidePage", related_name="checks")
    text = models.CharField(_("what to have done"), max_length=300)

    panels = [FieldPanel("text")]
    override_translatable_fields = policy(translated=("text",))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")

    def __str__(self) -> str:
        return self.text

    @classmethod
    def texts(cls, pages: Sequence[Any]) -> dict[int, list[str]]:
        """The lines of each page, by page id, in order. One query."""
        found: dict[int, list[str]] = {page.pk: [] for page in pages}
        rows = cls.objects.filter(page__in=found).order_by("sort_order", "pk")
        for number, text in rows.values_list("page_id", "text"):
            found[number].append(text)
        return found


def described(pages: Sequence[Any], targets: body.References) -> dict[int, list[dict[str, Any]]]:
    """The tools of each page as its record holds them: {"title", "document_id" or "uid" or
    "link"}, by page id; without those whose file or page is not public. Three queries."""
    found: dict[int, list[dict[str, Any]]] = {page.pk: [] for page in pages}
    rows = list(GuideTool.objects.filter(page__in=found).order_by("sort_order", "pk"))
    known = named((row.tool_page_id for row in rows), pages)
    spoken = {page.pk: page.locale.language_code for page in pages}
    for row in rows:
        if row.document_id:
            target = (
                {"document_id": row.document_id} if row.document_id in targets.documents else {}
            )
        elif row.tool_page_id:
            one = known[spoken[row.page_id]].get(row.tool_page_id)
            target = {"uid": str(one.uid)} if one else {}
        else:
            target = {"link": row.link}
        if target:
            found[row.page_id].append({"title": row.title, **target})
    return found


def shown(page: Any) -> list[Shown]:
    """The tools of a page as it stands in memory, those whose file or page anybody may see."""
    rows = list(page.tools.all())
    wanted: set[body.Reference] = {("document", row.document_id) for row in rows if row.document_id}
    wanted |= {("page", row.tool_page_id) for row in rows if row.tool_page_id}
    targets = body.References.load(wanted).spoken(page.locale.language_code)
    found = []
    for row in rows:
        if row.document_id:
            if file := targets.download(row.document_id, row.title):
                found.append(Shown(row.title, file.url, file))
        elif row.tool_page_id:
            if address := targets.addresses.get(("page", row.tool_page_id)):
                found.append(Shown(row.title, address))
        elif row.link:
            found.append(Shown(row.title, row.link))
    return found
