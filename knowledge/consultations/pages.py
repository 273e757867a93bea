"""A consultation that took place: how, who answered, what was asked, what came out of it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import Link, RecordDraft, RecordType, Relation, TextPart
from knowledge.base.checklist import Check
from knowledge.base.dates import PartialDateField, parse
from knowledge.base.describing import rows_by_page
from knowledge.base.pages import KnowledgePage
from knowledge.base.periods import check_period, period_text

from .parts import LISTS, ConsultationMeeting, ConsultationQuestion, ConsultationResult


class ConsultationPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "consultation",
        _("Consultation"),
        _("Consultations"),
        icon="comment",
        color="consultation",
        shape="ring",
        schema_type="CreativeWork",
        listing="newest",
        relations=(
            Relation("meeting", _("Meetings"), _("As part of the consultation")),
        ),
    )  # fmt: skip
    checklist: ClassVar[tuple[Check, ...]] = (
        *KnowledgePage.checklist,
        Check("method", _("the method")),
        Check("start", _("its dates")),
        Check("results", _("results")),
    )

    method = models.CharField(
        _("method"),
        max_length=300,
        blank=True,
        help_text=_("Online questionnaire, public meetings, citizens’ jury…"),
    )
    start = PartialDateField(_("start"))
    end = PartialDateField(_("end"))
    invited = models.PositiveIntegerField(_("people invited"), null=True, blank=True)
    answered = models.PositiveIntegerField(_("people who answered"), null=True, blank=True)
    turnout = models.TextField(
        _("about the turnout"),
        blank=True,
        help_text=_("Who answered, or what the source says without a number."),
    )
    published_results = models.TextField(_("published results"), blank=True, help_text=LISTS)

    template = "consultations/consultation_page.html"
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("method"), FieldRowPanel([FieldPanel("start"), FieldPanel("end")])],
            heading=_("Method and dates"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("invited"), FieldPanel("answered")]),
                FieldPanel("turnout"),
            ],
            heading=_("Turnout"),
        ),
        FieldPanel("body"),
        InlinePanel("questions", heading=_("Questions asked"), label=_("Question")),
        InlinePanel("results", heading=_("Votes and results"), label=_("Result")),
        FieldPanel("published_results"),
        InlinePanel("meetings", heading=_("Meetings"), label=_("Meeting")),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body", "method", "turnout", "published_results"),
        synchronised=("start", "end", "invited", "answered"),
    )

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")

    def clean(self) -> None:
        super().clean()
        check_period(self.start, self.end)

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        questions = rows_by_page(ConsultationQuestion, pages)
        results = rows_by_page(ConsultationResult, pages)
        meetings = rows_by_page(ConsultationMeeting, pages)
        for page, draft in zip(pages, drafts, strict=True):
            asked = [row.text for row in questions.get(page.pk, [])]
            found = [row.said() for row in results.get(page.pk, [])]
            draft.date = parse(page.start or page.end) if page.start or page.end else None
            draft.last_year = parse(page.end).value.year if page.end else None
            draft.links += [Link("meeting", row.event_id) for row in meetings.get(page.pk, [])]
            draft.data |= {
                "method": page.method,
                "period": {"start": page.start or None, "end": page.end or None},
                "invited": page.invited,
                "answered": page.answered,
                "turnout": page.turnout,
                "questions": asked,
                "results": found,
                "published_results": page.published_results,
            }
            said = [page.method, page.turnout, *asked]
            said += [f"{one['label']} {one['text']}" for one in found]
            draft.text += [TextPart("body", text) for text in (*said, page.published_results)]
        return drafts

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the template, besides what every record has: `questions` (rows), `results` (rows,
        each with its `anchor`), `facts`."""
        context = super().get_context(request, *args, **kwargs)
        context["questions"] = list(self.questions.all())
        context["results"] = list(self.results.all())
        context["facts"] = self.facts()
        context["own_date"] = True
        return context

    def facts(self) -> list[dict[str, Any]]:
        turnout = [self.turnout_text(), self.turnout]
        lines = [
            (gettext("Method"), [self.method]),
            (gettext("Dates"), [period_text(self.start, self.end)]),
            (gettext("Turnout"), turnout),
        ]
        return [
            {"label": label, "texts": [text for text in texts if text]}
            for label, texts in lines
            if any(texts)
        ]

    def turnout_text(self) -> str:
        """ "112 réponses sur 310 personnes sollicitées", or what is known of it."""
        answers = invitations = ""
        if self.answered is not None:
            answers = ngettext("%(n)d answer", "%(n)d answers", self.answered)
            answers %= {"n": self.answered}
        if self.invited is not None:
            invitations = ngettext("%(n)d person invited", "%(n)d people invited", self.invited)
            invitations %= {"n": self.invited}
        if answers and invitations:
            return gettext("%(answers)s out of %(invited)s") % {
                "answers": answers, "invited": invitations,
            }  # fmt: skip
        return answers or invitations
