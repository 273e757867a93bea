"""News of the house, and resources that its documentalist spotted elsewhere."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import Facet, PartialDate, RecordDraft, RecordType, TextPart
from knowledge.base.checklist import Check
from knowledge.base.dates import spoken
from knowledge.base.pages import KnowledgePage


class Kind(models.TextChoices):
    """What an article tells: something of the house, or something read elsewhere."""

    NEWS = "news", pgettext_lazy("one article", "News")
    WATCH = "watch", _("Monitored resource")


def _for_watch(field: str) -> Any:
    """Filled where the article is about a monitored resource; not asked of news."""

    def filled(page: Any) -> bool:
        return page.kind != Kind.WATCH or bool(getattr(page, field).strip())

    return filled


class ArticlePage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "article",
        pgettext_lazy("one article", "News"),
        _("News"),
        color="article",
        shape="ring",
        schema_type="NewsArticle",
        own_facets=(Facet("news_kind", _("Kind of news"), dict(Kind.choices), is_kind=True),),
        listing="newest",
    )

    checklist: ClassVar[tuple[Check, ...]] = (
        *KnowledgePage.checklist,
        Check("link", _("the address of the resource"), True, _for_watch("link")),
        Check("why", _("why it matters"), True, _for_watch("why")),
        Check("source", _("the source of the resource"), filled=_for_watch("source")),
    )

    kind = models.CharField(_("kind of news"), max_length=8, choices=Kind, default=Kind.NEWS)
    day = models.DateField(
        _("date"), null=True, blank=True,
        help_text=_("Shown to readers; left empty, the day of its publication here."),
    )  # fmt: skip
    source = models.CharField(
        pgettext_lazy("of a resource", "source"), max_length=200, blank=True,
        help_text=_("Who published it: a body, a periodical, a site."),
    )  # fmt: skip
    link = models.URLField(
        _("address of the resource"), max_length=500, blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )  # fmt: skip
    why = models.TextField(
        _("why it matters"), blank=True,
        help_text=_("For whom, and what can be done with it. Required for a monitored resource."),
    )  # fmt: skip

    template = "news/article_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *KnowledgePage.content_panels[:1],
        FieldRowPanel([FieldPanel("kind"), FieldPanel("day")]),
        *KnowledgePage.content_panels[1:],
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("source"), FieldPanel("link")]), FieldPanel("why")],
            heading=_("Monitored resource"),
        ),
        FieldPanel("body"),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body", "why"),
        synchronised=("kind", "day", "source", "link"),
    )

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = pgettext_lazy("several articles", "news")

    @property
    def shown_day(self) -> PartialDate | None:
        """Its own date, else the day on which it was published here."""
        first = self.first_published_at
        day = self.day or (timezone.localtime(first).date() if first else None)
        return PartialDate(day) if day else None

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        for page, draft in zip(pages, drafts, strict=True):
            draft.date = page.shown_day
            draft.data |= {
                "news_kind": page.kind,
                "day": page.day.isoformat() if page.day else None,
                "source": page.source,
                "link": page.link,
                "why": page.why,
            }
            draft.text += [TextPart("body", page.why), TextPart("body", page.source)]
        return drafts

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        day = self.shown_day
        found = [
            (_("Kind of news"), str(self.get_kind_display())),
            (_("Date"), spoken(day) if day else ""),
            (_("Source"), self.source),
        ]
        context["facts"] = [{"label": label, "texts": [text]} for label, text in found if text]
        context["own_date"] = True
        return context
