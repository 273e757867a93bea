"""The base of every knowledge page: what is said of a resource whatever its type."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultipleChooserPanel
from wagtail_localize.fields import SynchronizedField

from cms.core import body
from cms.core.licences import Licence
from cms.core.pages import BasePage
from cms.core.records import Dependency, RecordDraft, RecordDrafts, TextPart

from . import describing
from .forms import KnowledgePageForm
from .panels import DescriptorsPanel


class KnowledgePage(BasePage):
    """Descriptors, authors, downloads, related pages, abstract, licence and review date."""

    abstract = models.TextField(
        _("abstract"),
        blank=True,
        help_text=_("Longer than the summary, for exports and catalogues. Optional."),
    )
    licence = models.CharField(
        _("licence"), max_length=30, choices=Licence, blank=True, default=Licence.UNSTATED
    )
    review_date = models.DateField(
        _("review planned on"),
        null=True,
        blank=True,
        help_text=_("Readers see when the content will be looked at again."),
    )

    base_form_class = KnowledgePageForm
    content_panels = [
        *BasePage.content_panels,
        MultipleChooserPanel(
            "downloads", chooser_field_name="document", heading=_("Downloads"),
            label=_("Download"),
        ),
    ]  # fmt: skip
    indexing_panels = [
        DescriptorsPanel(
            "descriptors", chooser_field_name="concept", heading=_("Descriptors"),
            label=_("Descriptor"),
            help_text=_("Found by any of their names: “CLS” finds “Contrat local de santé”."),
        ),
        InlinePanel("authors", heading=_("Authors"), label=_("Author")),
        MultipleChooserPanel(
            "related_pages", chooser_field_name="related", heading=_("Related pages"),
            label=_("Related page"),
        ),
        FieldPanel("abstract"),
        FieldPanel("licence"),
        FieldPanel("review_date"),
    ]  # fmt: skip

    override_translatable_fields = [
        SynchronizedField("licence"),
        SynchronizedField("review_date"),
    ]

    class Meta:
        abstract = True

    @classmethod
    def own_references(cls, pages: Sequence[BasePage]) -> dict[int, set[body.Reference]]:
        found = super().own_references(pages)
        for row in describing.downloads(pages):
            found[row.page_id].add(("document", row.document_id))
        # The page that was chosen stands for its translations: a change of one of them, or a new
        # one, touches whoever depends on any.
        for row in describing.related_rows(pages):
            found[row.page_id].add(("page", row.related_id))
        return found

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> RecordDrafts:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        relations = describing.Relations.load(pages)
        for page, draft in zip(pages, drafts, strict=True):
            cls._complete(page, draft, relations, targets)
        return drafts

    @classmethod
    def _complete(
        cls,
        page: "KnowledgePage",
        draft: RecordDraft,
        relations: describing.Relations,
        targets: body.References,
    ) -> None:
        draft.abstract = page.abstract
        draft.text.append(TextPart("summary", page.abstract))
        draft.licence = page.licence
        draft.authors = relations.authors.get(page.pk, [])
        concepts = relations.concepts.get(page.pk, [])
        draft.terms = [relations.terms[number] for number in concepts]
        draft.depends_on |= {
            Dependency("concept", node.pk)
            for number in concepts
            for node in relations.lines[number]
        }
        chosen = [
            found
            for row in relations.downloads.get(page.pk, [])
            if (found := targets.download(row.document_id, row.title))
        ]
        known = {found.document_id for found in chosen}
        draft.downloads = chosen + [d for d in draft.downloads if d.document_id not in known]
        # Only identifiers: what a reader may know of those pages is in their own records.
        draft.data["related"] = [str(uid) for uid in relations.related.get(page.pk, [])]
        draft.data["review_date"] = page.review_date.isoformat() if page.review_date else None
