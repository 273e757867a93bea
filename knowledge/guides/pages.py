"""A methodology guide: ordered chapters, an edition, a citation."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel

from cms.core import body
from cms.core.policy import policy
from cms.core.records import PartialDate, RecordDraft, RecordType, TextPart
from knowledge.base.checklist import Check
from knowledge.base.dates import PartialDateField, parse
from knowledge.base.pages import KnowledgePage
from knowledge.base.panels import FilesWithoutTextPanel

from .chapters import GuideChapter, anchors
from .citation import citation
from .tools import GuideCheck, GuideTool, described, shown


class GuidePage(KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "guide",
        _("Methodology guide"),
        _("Methodology guides"),
        color="guide",
        shape="square",
        schema_type="LearningResource",
        reference=True,
    )

    checklist: ClassVar[tuple[Check, ...]] = (
        *KnowledgePage.checklist,
        Check("chapters", _("a chapter"), required=True),
        Check("edition_date", _("the date of the edition")),
    )

    edition = models.CharField(
        _("edition"),
        max_length=100,
        blank=True,
        help_text=_("As printed: 2e édition, édition revue et augmentée."),
    )
    edition_date = PartialDateField(_("date of the edition"))
    citation_text = models.TextField(
        _("citation"),
        blank=True,
        help_text=_("Left empty, it is made from authors, title, edition and year."),
    )

    template = "guides/guide_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        FilesWithoutTextPanel(),
        *KnowledgePage.content_panels,
        InlinePanel("chapters", heading=_("Chapters"), label=_("Chapter")),
        InlinePanel(
            "tools", heading=_("Tools"), label=_("Tool"),
            help_text=_("Grids, templates, sheets to use with this guide."),
        ),
        InlinePanel(
            "checks", heading=_("Checklist"), label=_("Item"),
            help_text=_("What to have done, shown as a list to print and tick."),
        ),
    ]  # fmt: skip
    indexing_panels = [
        *KnowledgePage.indexing_panels,
        MultiFieldPanel(
            [FieldPanel("edition"), FieldPanel("edition_date"), FieldPanel("citation_text")],
            heading=_("Edition and citation"),
        ),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("edition", "citation_text"),
        synchronised=("edition_date",),
    )

    class Meta:
        verbose_name = _("methodology guide")
        verbose_name_plural = _("methodology guides")

    @property
    def edition_partial_date(self) -> PartialDate | None:
        return parse(self.edition_date) if self.edition_date else None

    def cite(self, authors: Sequence[str]) -> str:
        """The citation that the editor wrote, else one made of these authors and the fields."""
        if self.citation_text:
            return self.citation_text
        year = self.edition_date[:4]
        if not year and self.first_published_at:
            year = str(self.first_published_at.year)
        return citation(authors, self.title, self.edition, year)

    @classmethod
    def bodies(cls, pages: Sequence[Any]) -> dict[int, list[tuple[str, Any]]]:
        found = super().bodies(pages)
        rows = GuideChapter.objects.filter(page__in=[page.pk for page in pages])
        for chapter in rows.order_by("page", "sort_order", "pk"):
            found[chapter.page_id].append((chapter.title, chapter.body))
        return found

    @classmethod
    def own_references(cls, pages: Sequence[Any]) -> dict[int, set[body.Reference]]:
        found = super().own_references(pages)
        for row in GuideTool.objects.filter(page__in=[page.pk for page in pages]):
            if row.document_id:
                found[row.page_id].add(("document", row.document_id))
            if row.tool_page_id:
                found[row.page_id].add(("page", row.tool_page_id))
        return found

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        tools = described(pages, targets)
        checks = GuideCheck.texts(pages)
        for page, draft in zip(pages, drafts, strict=True):
            draft.text += [
                TextPart("body", text)
                for text in (*(tool["title"] for tool in tools[page.pk]), *checks[page.pk])
            ]
            titles = [title for title, _stream in bodies[page.pk]]
            draft.date = page.edition_partial_date or _day(page)
            draft.data |= {
                "edition": page.edition,
                "edition_date": page.edition_date or None,
                "citation": page.cite(draft.authors),
                "chapters": [
                    {"title": title, "anchor": anchor}
                    for title, anchor in zip(titles, anchors(titles), strict=True)
                ],
                "tools": tools[page.pk],
                "checklist": checks[page.pk],
            }
        return drafts

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the template: `chapters` [{title, anchor, body}], `terms` [{scheme, terms}],
        `downloads` (core Download), `authors` [str], `related` (catalogue Record), `citation`,
        `edition_date` (PartialDate or None), `picture` (core Picture or None), `tools` (Shown),
        `checks` [str]."""
        context = super().get_context(request, *args, **kwargs)
        # Kept in the page: what their bodies point to is looked up by whoever shows them.
        chapters = list(self.chapters.get_object_list())
        names = anchors(chapter.title for chapter in chapters)
        context["chapters"] = [
            {"title": chapter.title, "anchor": anchor, "body": chapter.body}
            for chapter, anchor in zip(chapters, names, strict=True)
        ]
        context["tools"] = shown(self)
        context["checks"] = [row.text for row in self.checks.all()]
        context["citation"] = self.cite(context["authors"])
        context["edition_date"] = self.edition_partial_date
        return context


def _day(page: GuidePage) -> PartialDate | None:
    first = page.first_published_at
    return PartialDate(timezone.localdate(first)) if first else None
