"""An action of a plan: what is done, by whom, how far it is, where it comes from."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable, Page, TranslatableMixin

from cms.catalogue.visibility import public_pages
from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import (
    Dependency,
    Facet,
    Link,
    RecordDraft,
    RecordType,
    Relation,
    TextPart,
)
from knowledge.base.checklist import Check
from knowledge.base.dates import PartialDateField
from knowledge.base.describing import Rows, rows_by_page
from knowledge.base.pages import KnowledgePage
from knowledge.consultations.models import ConsultationPage, ConsultationResult
from knowledge.consultations.parts import LISTS

from . import showing_action
from .choosers import objective_chooser
from .forms import ActionForm, check_belongs
from .parts import PlanPart
from .plan import PlanPage
from .progress import Status


class ActionIndicator(TranslatableMixin, Orderable):
    """What is measured: the target, and what was counted."""

    page = ParentalKey("knowledge_plans.ActionPage", related_name="indicators")
    label = models.CharField(_("indicator"), max_length=300)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    target = models.CharField(_("target"), max_length=40, blank=True)
    value = models.CharField(
        _("counted value"), max_length=40, blank=True, help_text=_("As it is printed: 483.")
    )
    date = PartialDateField(_("counted on"))

    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("unit"), FieldPanel("target")]),
        FieldRowPanel([FieldPanel("value"), FieldPanel("date")]),
    ]
    override_translatable_fields = policy(
        translated=("label", "unit"), as_printed=("target", "value"), synchronised=("date",)
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return self.label

    def said(self) -> dict[str, Any]:
        return {
            "label": self.label, "unit": self.unit, "target": self.target, "value": self.value,
            "date": self.date or None,
        }  # fmt: skip


class ActionOutput(Orderable):
    """A page that the action gave: a guide, a publication, an event…"""

    page = ParentalKey("knowledge_plans.ActionPage", related_name="outputs")
    output = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("page"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("output")]
    override_translatable_fields = policy(synchronised=("output",))

    class Meta(Orderable.Meta):
        verbose_name = _("output")
        verbose_name_plural = _("outputs")

    def __str__(self) -> str:
        return str(self.output)


class ActionObjective(Orderable):
    """A part of another plan that the action carries out."""

    page = ParentalKey("knowledge_plans.ActionPage", related_name="objectives")
    part = models.ForeignKey(
        PlanPart, verbose_name=_("objective"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("part", widget=objective_chooser.widget_class())]
    override_translatable_fields = policy(synchronised=("part",))

    class Meta(Orderable.Meta):
        verbose_name = _("objective of another plan")
        verbose_name_plural = _("objectives of other plans")

    def __str__(self) -> str:
        return str(self.part)


class ActionPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "action",
        _("Action"),
        _("Actions"),
        icon="tasks",
        color="plan",
        shape="leaf",
        schema_type="Action",
        own_facets=(Facet("action_status", _("Progress"), dict(Status.choices)),),
        relations=(
            Relation("part_of", _("In the plan"), _("Actions")),
            Relation(
                "carries_out_objective",
                _("Carries out objectives of"),
                _("Carried out by actions of other plans"),
            ),
            Relation("comes_from", _("Comes from the consultation"), _("Actions that came of it")),
            Relation("action_output", _("What the action gave"), _("Comes from the action")),
        ),
    )
    checklist: ClassVar[tuple[Check, ...]] = (
        *KnowledgePage.checklist,
        Check("part", _("the axis, objective or theme")),
        Check("status", _("its progress")),
        Check("organisations", _("the lead organisation")),
    )

    code = models.CharField(
        _("code"),
        max_length=20,
        blank=True,
        help_text=_("Only if the source prints one: 2.2.4."),
    )
    status = models.CharField(
        _("progress"),
        max_length=12,
        choices=Status,
        blank=True,
        help_text=_("Left empty while nobody knows."),
    )
    part = models.ForeignKey(
        PlanPart,
        verbose_name=_("axis, objective or theme"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Where the action stands in its plan."),
    )
    expected_results = models.TextField(_("expected results"), blank=True, help_text=LISTS)
    consultation = models.ForeignKey(
        ConsultationPage,
        verbose_name=_("consultation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    consultation_result = models.ForeignKey(
        ConsultationResult,
        verbose_name=_("result of the consultation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The vote or the result from which the action comes."),
    )

    part_id: int | None
    consultation_id: int | None
    consultation_result_id: int | None

    template = "plans/action_page.html"
    base_form_class = ActionForm
    parent_page_types = ["knowledge_plans.PlanPage"]
    subpage_types: ClassVar[list[str]] = []

    content_panels = [
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("part"), FieldRowPanel([FieldPanel("code"), FieldPanel("status")])],
            heading=_("In the plan"),
        ),
        FieldPanel("body"),
        FieldPanel("expected_results"),
        InlinePanel("indicators", heading=_("Indicators"), label=_("Indicator")),
        MultipleChooserPanel(
            "outputs", chooser_field_name="output", heading=_("What the action gave"),
            label=_("Page"),
        ),
        InlinePanel(
            "objectives", heading=_("Objectives of other plans"), label=_("Objective"),
            help_text=_("Those that this action carries out: of a national plan…"),
        ),
        MultiFieldPanel(
            [PageChooserPanel("consultation"), FieldPanel("consultation_result")],
            heading=_("Comes from the consultation"),
        ),
    ]  # fmt: skip
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=("body", "expected_results"),
        synchronised=("code", "status", "part", "consultation", "consultation_result"),
    )

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")

    def under(self, plan: Page) -> None:
        """Tell a new page, not yet in the tree, under which plan it will stand."""
        self._plan = plan

    @property
    def plan(self) -> Page | None:
        """The page above; None for a page that stands nowhere yet."""
        known = getattr(self, "_plan", None)
        return known or (self.get_parent() if self.path else None)

    def clean(self) -> None:
        super().clean()
        check_belongs(self.part, self.plan)
        if result := self.consultation_result:
            if self.consultation is None:
                self.consultation = result.page
            elif result.page.translation_key != self.consultation.translation_key:
                raise ValidationError(
                    {"consultation_result": _("This result is that of another consultation.")}
                )

    def can_move_to(self, parent: Any) -> bool:
        """An action under a part of its plan stays in that plan."""
        allowed = super().can_move_to(parent)
        return allowed and (
            self.part is None or self.part.page.translation_key == parent.translation_key
        )

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        known = _Known(pages)
        for page, draft in zip(pages, drafts, strict=True):
            known.complete(page, draft)
        return drafts

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """See `showing_action.action_context`."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"own_date": True} | showing_action.action_context(self, context)


class _Known:
    """What a batch of actions stands under, comes from and carries out."""

    def __init__(self, pages: Sequence[ActionPage]) -> None:
        above = {page.pk: page.path[: -Page.steplen] for page in pages}
        plans = PlanPage.objects.filter(path__in=set(above.values()))
        by_path = dict(plans.values_list("path", "pk"))
        self.plans = {pk: by_path[path] for pk, path in above.items() if path in by_path}
        self.results = Rows(ConsultationResult, (page.consultation_result_id for page in pages))
        self.indicators = rows_by_page(ActionIndicator, pages)
        self.outputs = rows_by_page(ActionOutput, pages)
        self.objectives = rows_by_page(ActionObjective, pages, "part")
        rows = [row for some in self.objectives.values() for row in some]
        own = [page.part_id for page in pages]
        self.parts = Rows(PlanPart, [*own, *(row.part_id for row in rows)])
        # Ties are kept whatever is public: who reads them asks again.
        self.others = {
            pk: list(dict.fromkeys(row.part.page_id for row in rows))
            for pk, rows in self.objectives.items()
        }
        # Parts and results of plans and consultations that are not public are not named.
        wanted = {one.page_id for one in [*self.parts.all, *self.results.all]}
        self.public = public_pages(wanted) if wanted else set()

    def complete(self, page: ActionPage, draft: RecordDraft) -> None:
        here = page.locale_id
        part = self.parts.get(page.part_id, here, self.public)
        result = self.results.get(page.consultation_result_id, here, self.public)
        objectives = [
            one
            for row in self.objectives.get(page.pk, [])
            if (one := self.parts.get(row.part_id, here, self.public))
        ]
        indicators = [row.said() for row in self.indicators.get(page.pk, [])]
        draft.data |= {
            "action_status": page.status or None,
            "code": page.code,
            "part": part.named() if part else None,
            "expected_results": page.expected_results,
            "indicators": indicators,
            "carries_out": [one.named() for one in objectives],
            "consultation_result": (
                {"label": result.label, "anchor": result.anchor} if result else None
            ),
        }
        if plan := self.plans.get(page.pk):
            draft.links.append(Link("part_of", plan))
        others = self.others.get(page.pk, [])
        draft.links += [Link("carries_out_objective", number) for number in others]
        if page.consultation_id:
            draft.links.append(Link("comes_from", page.consultation_id))
        outputs = dict.fromkeys(row.output_id for row in self.outputs.get(page.pk, []))
        draft.links += [Link("action_output", number) for number in outputs]
        draft.depends_on |= {
            Dependency("plan_part", one.pk) for one in [*objectives, part] if one
        } | ({Dependency("consultation_result", result.pk)} if result else set())
        said = [page.code, str(part or ""), *map(str, objectives)]
        draft.text += [TextPart("heading", text) for text in said if text]
        counted = [f"{one['value']} {one['unit']} {one['label']}" for one in indicators]
        draft.text += [TextPart("body", text) for text in (page.expected_results, *counted)]
