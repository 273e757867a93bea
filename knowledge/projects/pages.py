"""A project sheet: what was tried, where, for whom, with what money and which results."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import (
    Facet,
    PartialDate,
    Proposal,
    RecordDraft,
    RecordDrafts,
    RecordType,
    Relation,
)
from knowledge.base.checklist import Check
from knowledge.base.dates import PartialDateField, parse
from knowledge.base.pages import KnowledgePage
from knowledge.base.panels import FilesWithoutTextPanel
from knowledge.base.sections import SectionBlock

from . import describing, presenting, proposing
from .period import ends_before_start


class Status(models.TextChoices):
    """Where a project stands."""

    PREPARED = "preparation", pgettext_lazy("project", "In preparation")
    RUNNING = "running", pgettext_lazy("project", "Under way")
    COMPLETED = "completed", pgettext_lazy("project", "Completed")
    SUSPENDED = "suspended", pgettext_lazy("project", "Suspended")
    ABANDONED = "abandoned", pgettext_lazy("project", "Abandoned")
    UNSTATED = "unstated", pgettext_lazy("project", "Not said by the source")


# What readers are told.
STATED = [one for one in Status.choices if one[0] != Status.UNSTATED]

# The texts of a sheet in reading order, with their headings.
SECTIONS = {
    "objectives": _("Objectives of the project"),
    "actions": _("What was done"),
    "obstacles": _("Obstacles met"),
    "levers": _("What helped"),
    "evaluation": _("Evaluation of the project"),
}


class ProjectPage(WithBody, KnowledgePage):
    """`body` is what introduces the sheet; each of `SECTIONS` is a text with its own heading."""

    record_type: ClassVar[RecordType | None] = RecordType(
        "project",
        _("Project sheet"),
        _("Project sheets"),
        color="project",
        shape="disc",
        schema_type="Project",
        listing="newest",
        proposal=proposing.FORM,
        own_facets=(Facet("project_status", _("Status of the project"), dict(STATED)),),
        relations=(
            Relation("carries_out", _("Plan action carried out"), _("Projects that carry it out")),
            Relation("produced", _("Outputs of the project"), _("Projects that produced it")),
        ),
    )
    checklist = (
        *KnowledgePage.checklist,
        Check("status", _("the status of the project"), required=True),
        Check("start_date", _("a beginning")),
        Check("project_places", _("a place")),
        Check("objectives", _("the objectives")),
        Check("results", _("a result")),
    )

    status = models.CharField(
        _("status of the project"),
        max_length=12,
        choices=Status,
        blank=True,
        help_text=_("Where the source does not say it, choose so: nothing is shown to readers."),
    )
    start_date = PartialDateField(_("beginning"))
    end_date = PartialDateField(_("end of the project"))
    objectives = StreamField(SectionBlock(), blank=True, verbose_name=_("objectives"))
    actions = StreamField(SectionBlock(), blank=True, verbose_name=_("what was done"))
    obstacles = StreamField(SectionBlock(), blank=True, verbose_name=_("obstacles met"))
    levers = StreamField(SectionBlock(), blank=True, verbose_name=_("what helped"))
    evaluation = StreamField(SectionBlock(), blank=True, verbose_name=_("evaluation"))

    template = "projects/project_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        FilesWithoutTextPanel(),
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("status"),
                FieldRowPanel([FieldPanel("start_date"), FieldPanel("end_date")]),
            ],
            heading=_("Progress of the project"),
        ),
        FieldPanel("body", heading=_("Introduction to the sheet")),
        FieldPanel("objectives"),
        FieldPanel("actions"),
        InlinePanel("beneficiaries", heading=_("Beneficiaries"), label=_("Beneficiaries")),
        InlinePanel(
            "results",
            heading=pgettext_lazy("of a project", "Results"),
            label=pgettext_lazy("of a project", "Result"),
            help_text=_("Only what was counted or seen, as the source says it."),
        ),
        InlinePanel("outputs", heading=_("Outputs"), label=_("Output")),
        FieldPanel("obstacles"),
        FieldPanel("levers"),
        FieldPanel("evaluation"),
    ]
    people_panels = [
        InlinePanel(
            "project_places",
            heading=_("Places on the map"),
            label=_("Place"),
            help_text=_("Each place is a point on the map."),
        ),
        *KnowledgePage.people_panels,
        InlinePanel("funding_lines", heading=_("Funding lines"), label=_("Funding line")),
        MultipleChooserPanel(
            "plan_actions",
            chooser_field_name="action",
            heading=_("Plan actions carried out"),
            label=_("Plan action"),
            help_text=_(
                "The actions of a plan or a contract that this project puts into practice."
            ),
        ),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body", "objectives", "actions", "obstacles", "levers", "evaluation"),
        synchronised=("status", "start_date", "end_date"),
    )

    class Meta:
        verbose_name = _("project sheet")
        verbose_name_plural = _("project sheets")

    def clean(self) -> None:
        super().clean()
        if ends_before_start(self.start_date, self.end_date):
            raise ValidationError({"end_date": _("The project cannot end before it begins.")})

    @property
    def stated(self) -> str:
        """The status that the source says; "" where it says none."""
        return "" if self.status == Status.UNSTATED else self.status

    @property
    def start(self) -> PartialDate | None:
        return parse(self.start_date) if self.start_date else None

    @property
    def end(self) -> PartialDate | None:
        return parse(self.end_date) if self.end_date else None

    @classmethod
    def bodies(cls, pages: Sequence[Any]) -> dict[int, list[tuple[str, Any]]]:
        found = super().bodies(pages)
        for page in pages:
            with translation.override(page.locale.language_code):
                found[page.pk] += page.sections()
        return found

    def sections(self) -> list[tuple[str, Any]]:
        """(heading, text) of those that are filled, in the active language."""
        return [
            (str(heading), text)
            for name, heading in SECTIONS.items()
            if (text := getattr(self, name))
        ]

    @classmethod
    def build_draft(cls, proposal: Proposal, parent: Page) -> Any:
        return proposing.complete(super().build_draft(proposal, parent), proposal)

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> RecordDrafts:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        parts = describing.Parts.load(pages)
        for page, draft in zip(pages, drafts, strict=True):
            cls._say(page, draft, parts)
        return drafts

    @staticmethod
    def _say(page: "ProjectPage", draft: RecordDraft, parts: describing.Parts) -> None:
        draft.date = page.start or page.end
        draft.last_year = page.end.value.year if page.end else None
        draft.data |= {
            "project_status": page.stated or None,
            "start_date": page.start_date or None,
            "end_date": page.end_date or None,
        }
        parts.describe(page, draft)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """See `presenting.context`."""
        context = super().get_context(request, *args, **kwargs)
        return context | presenting.context(self, context["ties"])
