"""The base of every knowledge page: what is said of a resource whatever its type."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultipleChooserPanel,
    ObjectList,
    PageChooserPanel,
)
from wagtail.models import Page

from cms.core import body
from cms.core.licences import Licence
from cms.core.pages import BasePage
from cms.core.policy import policy
from cms.core.records import Dependency, Link, Proposal, RecordDraft, RecordDrafts, TextPart

from . import describing, preload, presenting
from .checklist import Check
from .forms import KnowledgePageForm
from .panels import CompletenessPanel, DescriptorsPanel, SimilarTitlesPanel
from .relations import PageDownload, PageTerritory


class KnowledgePage(BasePage):
    """Descriptors, territories, organisations, contacts, authors, downloads, related pages,
    abstract, licence, review date, and what the page replaces.

    `checklist` says what makes the page complete and what publishing requires.
    """

    checklist: ClassVar[tuple[Check, ...]] = (
        Check("summary", _("a summary"), required=True),
        Check("descriptors", _("descriptors")),
    )

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
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who looks at it again; is reminded on that day."),
    )
    supersedes = models.ForeignKey(
        Page,
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The page that this one makes outdated: its readers are led here."),
    )

    base_form_class = KnowledgePageForm
    content_panels = [
        *BasePage.content_panels,
        MultipleChooserPanel(
            "downloads", chooser_field_name="document", heading=_("Downloads"),
            label=_("Download"),
        ),
    ]  # fmt: skip
    people_panels: ClassVar[list[Any]] = [
        MultipleChooserPanel(
            "territories", chooser_field_name="territory", heading=_("Territories"),
            label=_("Territory"),
            help_text=_("What it is about or where it applies: found by name, code or acronym."),
        ),
        InlinePanel("organisations", heading=_("Organisations"), label=_("Organisation")),
        InlinePanel(
            "contacts", heading=_("Contacts"), label=_("Contact"),
            help_text=_("Readers see only what these people agreed to publish."),
        ),
        MultipleChooserPanel(
            "fundings", chooser_field_name="statement", heading=_("Funding statements"),
            label=_("Funding statement"),
        ),
        MultipleChooserPanel(
            "figures", chooser_field_name="figure", heading=_("Key figures"),
            label=_("Key figure"),
        ),
        MultipleChooserPanel(
            "testimonials", chooser_field_name="testimonial", heading=_("Testimonials"),
            label=_("Testimonial"),
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
        FieldRowPanel([FieldPanel("review_date"), FieldPanel("reviewer")]),
        PageChooserPanel("supersedes"),
        InlinePanel(
            "identifiers", heading=_("External identifiers"), label=_("External identifier")
        ),
    ]  # fmt: skip
    override_translatable_fields = policy(
        BasePage.override_translatable_fields,
        translated=("abstract",),
        synchronised=("licence", "review_date", "reviewer", "supersedes"),
    )

    class Meta:
        abstract = True

    @classmethod
    def tabs(cls) -> list[ObjectList]:
        found = super().tabs()
        found[0] = ObjectList(
            [CompletenessPanel(), SimilarTitlesPanel(), *cls.content_panels],
            heading=found[0].heading,
        )
        return [found[0], ObjectList(cls.people_panels, heading=_("Places and people")), *found[1:]]

    def get_workflow(self) -> Any:
        known = getattr(self, "known_workflow", None)
        return known[0] if known else super().get_workflow()

    @property
    def has_workflow(self) -> bool:
        known = getattr(self, "known_workflow", None)
        return known[0] is not None if known else super().has_workflow

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Any:
        """A page as a revision holds it, what is gone since left out: checked all at once."""
        if check_fks:
            data = preload.still_there(cls, data)
        return super().from_serializable_data(data, check_fks=False, strict_fks=strict_fks)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """A page as a revision holds it, under the parent that the page has now."""
        page = super().with_content_json(content)
        page._cached_parent_obj = self.get_parent()
        return page

    def clean(self) -> None:
        super().clean()
        if self.supersedes_id and self.supersedes_id == self.pk:
            raise ValidationError({"supersedes": _("A page cannot replace itself.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What `record.html` shows, see `presenting.context`; a type adds its own and `facts`,
        [{"label", "texts"}], the first lines of “En bref”."""
        preload.children([self])
        context = super().get_context(request, *args, **kwargs) | presenting.context(self)
        # The day on which a page of the agenda or the directory was put here says nothing.
        kind = self.record_type
        context["own_date"] = kind is not None and kind.listing in ("agenda", "letters")
        return context

    @classmethod
    def build_draft(cls, proposal: Proposal, parent: Page) -> Any:
        page = super().build_draft(proposal, parent)
        page.territories = [
            PageTerritory(territory_id=number, sort_order=place)
            for place, number in enumerate(proposal.territories)
        ]
        page.downloads = [
            PageDownload(document_id=number, sort_order=place)
            for place, number in enumerate(proposal.documents)
        ]
        return page

    @classmethod
    def gather(cls, pages: Sequence[BasePage]) -> Any:
        """With the rows that every knowledge page may have, read once for the batch."""
        preload.children(pages, "knowledge.base.")
        return super().gather(pages)

    @classmethod
    def own_references(cls, pages: Sequence[BasePage]) -> dict[int, set[body.Reference]]:
        found = super().own_references(pages)
        for row in describing.rows(pages, "downloads"):
            found[row.page_id].add(("document", row.document_id))
        # The page that was chosen stands for its translations: a change of one of them, or a new
        # one, touches whoever depends on any.
        for row in describing.rows(pages, "related_pages"):
            found[row.page_id].add(("page", row.related_id))
        for row in describing.rows(pages, "fundings", "statement"):
            if row.statement.emblem_id:
                found[row.page_id].add(("image", row.statement.emblem_id))
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
        cls._place(page, draft, relations)
        known = {found.document_id for found in chosen}
        draft.downloads = chosen + [d for d in draft.downloads if d.document_id not in known]
        # Only identifiers: what a reader may know of those pages is in their own records.
        draft.data["related"] = [str(uid) for uid in relations.related.get(page.pk, [])]
        draft.data["review_date"] = page.review_date.isoformat() if page.review_date else None
        draft.data["identifiers"] = relations.identifiers.get(page.pk, [])
        draft.data["figures"] = relations.figures.get(page.pk, [])
        draft.data["testimonials"] = relations.testimonials.get(page.pk, [])
        draft.data["funding"] = relations.fundings.get(page.pk, [])
        draft.depends_on |= relations.depends_on.get(page.pk, set())
        draft.text += relations.texts.get(page.pk, [])

    @staticmethod
    def _place(page: "KnowledgePage", draft: RecordDraft, relations: describing.Relations) -> None:
        """Where the page stands among places, people and other pages."""
        numbers = relations.territories.get(page.pk, [])
        draft.territories = [relations.places[number] for number in numbers]
        draft.depends_on |= {
            Dependency("territory", node.pk)
            for number in numbers
            for node in relations.place_lines[number]
        }
        draft.organisations = relations.organisations.get(page.pk, [])
        draft.contacts = relations.contacts.get(page.pk, [])
        if page.supersedes_id:
            draft.links.append(Link("supersedes", page.supersedes_id))
