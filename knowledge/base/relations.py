"""What any knowledge page may carry: descriptors, authors, downloads, related pages.

One table of each for all page types; a draft keeps its own in its revisions.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.models import Orderable

from knowledge.thesaurus.models import Concept


class PageDescriptor(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="descriptors")
    concept = models.ForeignKey(
        Concept, verbose_name=_("descriptor"), on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("concept")]

    class Meta(Orderable.Meta):
        verbose_name = _("descriptor")

    def __str__(self) -> str:
        return str(self.concept)

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> "PageDescriptor | None":
        """A descriptor of an old revision; None where the concept is gone since, which
        modelcluster cannot decide by itself for a protected key."""
        if not Concept.objects.filter(pk=data.get("concept")).exists():
            return None
        return model_from_serializable_data(cls, data, check_fks=False)


class PageAuthor(Orderable):
    """A bibliographic author: the name as printed."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="authors")
    name = models.CharField(
        _("name"), max_length=200, help_text=_("As printed on the document: person or body.")
    )

    panels = [FieldPanel("name")]

    class Meta(Orderable.Meta):
        verbose_name = _("author")

    def __str__(self) -> str:
        return self.name


class PageDownload(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="downloads")
    document = models.ForeignKey(
        "cms_core.CustomDocument",
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    title = models.CharField(
        _("title shown"),
        max_length=200,
        blank=True,
        help_text=_("Left empty, the document's own title is shown."),
    )

    panels = [FieldPanel("document"), FieldPanel("title")]

    class Meta(Orderable.Meta):
        verbose_name = _("download")

    def __str__(self) -> str:
        return self.title or str(self.document)


class PageRelated(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="related_pages")
    related = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [PageChooserPanel("related")]

    class Meta(Orderable.Meta):
        verbose_name = _("related page")

    def __str__(self) -> str:
        return str(self.related)
