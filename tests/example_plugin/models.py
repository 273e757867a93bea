"""A recipe: a body, a duration, and everything that every knowledge page has."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel

from cms.core.pages import WithBody
from cms.core.records import Facet, RecordDrafts, RecordType
from knowledge.base.pages import KnowledgePage


class RecipePage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "recipe",
        "Recette",
        "Recettes",
        schema_type="Recipe",
        own_facets=(Facet("minutes", "Durée"),),
    )

    minutes = models.PositiveIntegerField("durée en minutes", default=30)

    template = "core/section_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    content_panels = [
        *KnowledgePage.content_panels,
        FieldPanel("minutes"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "recette"

    @classmethod
    def describe_with(cls, pages: Sequence[Any], *loaded: Any) -> RecordDrafts:
        drafts = super().describe_with(pages, *loaded)
        for page, draft in zip(pages, drafts, strict=True):
            draft.data["minutes"] = page.minutes
        return drafts
