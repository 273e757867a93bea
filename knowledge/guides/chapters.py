"""The chapters of a guide and the anchors by which one is pointed to."""

from collections.abc import Iterable

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, TranslatableMixin

from cms.core.blocks import BodyBlock
from cms.core.policy import policy


class GuideChapter(TranslatableMixin, Orderable):
    page = ParentalKey("knowledge_guides.GuidePage", related_name="chapters")
    title = models.CharField(_("title"), max_length=200)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("content"))

    panels = [FieldPanel("title"), FieldPanel("body")]
    override_translatable_fields = policy(translated=("title", "body"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def __str__(self) -> str:
        return self.title


def anchors(titles: Iterable[str]) -> list[str]:
    """One anchor for each chapter, from its title: a chapter that moves keeps its anchor. Equal
    titles are numbered in order. "chapitre-" keeps clear of the page's own anchors."""
    taken: set[str] = set()
    found: list[str] = []
    for title in titles:
        base = f"chapitre-{slugify(title)[:60].strip('-') or 'sans-titre'}"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        found.append(name)
    return found
