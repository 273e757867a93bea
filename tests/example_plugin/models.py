"""A recipe: a body, a duration, and everything that every knowledge page has."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import Facet, RecordDrafts, RecordType
from knowledge.base.pages import KnowledgePage
from knowledge.territories.models import Territory


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
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields, translated=("body",), synchronised=("minutes",)
    )

    class Meta:
        verbose_name = "recette"

    @classmethod
    def describe_with(cls, pages: Sequence[Any], *loaded: Any) -> RecordDrafts:
        drafts = super().describe_with(pages, *loaded)
        for page, draft in zip(pages, drafts, strict=True):
            draft.data["minutes"] = page.minutes
        return drafts


class RecipeOrigin(Orderable):
    """Where a recipe comes from, once each."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="origins")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    override_translatable_fields = policy(synchronised=("territory",))

    class Meta(Orderable.Meta):
        constraints = (
            models.UniqueConstraint(fields=("page", "territory"), name="recipe_origin_once"),
        )
