"""A thematic file: an edited selection of pages in sections, each with the editor's note."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable, Page, TranslatableMixin

from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import Link, RecordDraft, RecordType, Relation, TextPart
from cms.core.templatetags.relais import typo
from knowledge.base.checklist import Check
from knowledge.base.describing import named
from knowledge.base.forms import KnowledgePageForm
from knowledge.base.pages import KnowledgePage

from .bibliography import Section, plain, sections

GATHERS = "gathers"


class DossierForm(KnowledgePageForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for form in self.formsets["entries"].forms if "entries" in self.formsets else ():
            chosen = form.cleaned_data.get("gathered") if form.is_valid() else None
            if chosen and chosen.pk == self.instance.pk:
                form.add_error("gathered", gettext("A thematic file cannot gather itself."))
        return cleaned


class DossierPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "dossier",
        _("Thematic file"),
        _("Thematic files"),
        color="publication",
        shape="diamond",
        schema_type="Collection",
        reference=True,
        relations=(Relation(GATHERS, _("Gathers"), _("In the thematic files")),),
    )

    checklist: ClassVar[tuple[Check, ...]] = (
        *KnowledgePage.checklist,
        Check("entries", _("what the file gathers"), required=True),
    )

    base_form_class = DossierForm
    template = "library/dossier_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *KnowledgePage.content_panels,
        FieldPanel("body", heading=_("Introduction")),
        InlinePanel(
            "entries", heading=_("What the file gathers"), label=_("Entry"),
            help_text=_(
                "In this order. An entry that names a section begins it; those that follow"
                " belong to it until the next section."
            ),
        ),
    ]  # fmt: skip
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields, translated=("body",)
    )

    class Meta:
        verbose_name = _("thematic file")
        verbose_name_plural = _("thematic files")

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        rows: dict[int, list[DossierEntry]] = {}
        found = DossierEntry.objects.filter(page__in=[page.pk for page in pages])
        for row in found.order_by("sort_order", "pk"):
            rows.setdefault(row.page_id, []).append(row)
        gathered = {row.gathered_id for some in rows.values() for row in some if row.gathered_id}
        known = named(gathered, pages)
        for page, draft in zip(pages, drafts, strict=True):
            _say(draft, rows.get(page.pk, []), known[page.locale.language_code])
        return drafts

    def found_sections(self) -> list[Section]:
        """What the file gathers, as the page stands in memory: a preview shows its draft."""
        return sections(self.entries.all(), self.locale.language_code, self.get_site())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["sections"] = self.found_sections()
        context["counted"] = sum(len(section.entries) for section in context["sections"])
        # Shown in its sections.
        context["ties"] = [tie for tie in context["ties"] if tie.inverse or tie.relation != GATHERS]
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The page; with `?format=txt` its bibliography as a text file."""
        if request.GET.get("format") != "txt":
            return super().serve(request, *args, **kwargs)
        text = typo(plain(self.title, self.found_sections()))
        answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
        name = gettext("bibliography-%(name)s.txt") % {"name": self.slug}
        answer["Content-Disposition"] = content_disposition_header(True, name)
        return answer


class DossierEntry(TranslatableMixin, Orderable):
    """A page that a file gathers, the beginning of a section, or both at once.

    One list, not sections that hold entries: an entry moves from a section to the next by
    dragging it, and copies and translations of a page know its own child rows only.
    """

    page = ParentalKey(DossierPage, related_name="entries")
    section = models.CharField(
        _("begins the section"), max_length=200, blank=True,
        help_text=_("The title of a section that begins here. Empty: it goes on."),
    )  # fmt: skip
    introduction = models.TextField(_("introduction of the section"), blank=True)
    gathered = models.ForeignKey(
        Page, verbose_name=_("page"), null=True, blank=True, on_delete=models.CASCADE,
        related_name="+",
    )  # fmt: skip
    note = models.TextField(
        _("the documentalist’s note"), blank=True,
        help_text=_("What it brings, for whom, what to read first."),
    )  # fmt: skip

    panels = [
        FieldPanel("section"),
        FieldPanel("introduction"),
        PageChooserPanel("gathered"),
        FieldPanel("note"),
    ]
    override_translatable_fields = policy(
        translated=("section", "introduction", "note"), synchronised=("gathered",)
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return self.section or str(self.gathered)

    def clean(self) -> None:
        super().clean()
        if not self.gathered_id and not self.section.strip():
            raise ValidationError({"gathered": gettext("Choose a page, or name a section.")})
        if self.introduction.strip() and not self.section.strip():
            raise ValidationError(
                {"section": gettext("Name the section that this text introduces.")}
            )


def _say(draft: RecordDraft, rows: Sequence[DossierEntry], known: Any) -> None:
    """What the draft holds of a file's rows; a page that is not public is not named, nor what
    was said of it."""
    said: list[dict[str, Any]] = []
    for row in rows:
        if row.section or not said:
            said.append({"title": row.section, "introduction": row.introduction, "entries": []})
            draft.text.append(TextPart("heading", row.section))
            draft.text.append(TextPart("body", row.introduction))
        if row.gathered_id:
            draft.links.append(Link(GATHERS, row.gathered_id))
        if one := known.get(row.gathered_id):
            said[-1]["entries"].append({"uid": str(one.uid), "note": row.note})
            draft.text.append(TextPart("body", row.note))
    draft.links = list(dict.fromkeys(draft.links))
    draft.data["sections"] = [one for one in said if one["title"] or one["entries"]]
