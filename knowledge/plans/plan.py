"""A strategic plan or a local contract: its parts, its life, its generations."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)

from cms.core import body
from cms.core.pages import WithBody
from cms.core.policy import policy
from cms.core.records import (
    Dependency,
    Facet,
    Link,
    Outline,
    RecordDraft,
    RecordType,
    Relation,
    TextPart,
)
from knowledge.base.checklist import Check
from knowledge.base.dates import PartialDateField, parse
from knowledge.base.describing import named, rows_by_page
from knowledge.base.pages import KnowledgePage
from knowledge.base.periods import check_period

from . import showing
from .forms import PlanForm
from .parts import PlanBody, PlanMilestone, PlanObstacle, PlanPart, PlanResult

LASTS = 6  # years of a plan, about, where its end is not given
MAX_STEPS = 50  # from a plan to its ancestors, or from a generation to those before


class PlanKind(models.TextChoices):
    STRATEGIC = "strategic-plan", _("Strategic plan")
    CLS = "cls", _("Local health contract (CLS)")
    CLSM = "clsm", _("Local mental health council (CLSM)")
    ASV = "asv", _("City health workshop (ASV)")
    TERRITORIAL = "territorial-project", _("Territorial project")
    OTHER = "other-plan", _("Other plan")


class PlanPage(WithBody, KnowledgePage):
    record_type: ClassVar[RecordType | None] = RecordType(
        "plan",
        _("Strategic plan or contract"),
        _("Strategic plans and contracts"),
        icon="list-ol",
        color="plan",
        shape="leaf",
        schema_type="CreativeWork",
        covers=True,
        own_facets=(Facet("plan_kind", _("Kind of plan"), dict(PlanKind.choices), is_kind=True),),
        outline=Outline("parts", PlanPart.Level.AXIS, "part_of", "part"),
        relations=(
            Relation("within_plan", _("Within the plan"), _("Plans within this one")),
            Relation("previous_generation", _("Previous generation"), _("Next generation")),
            Relation("milestone", _("Milestones"), _("A milestone of")),
        ),
    )
    checklist: ClassVar[tuple[Check, ...]] = (
        *KnowledgePage.checklist,
        Check("start", _("its period")),
        Check("parts", _("axes and objectives")),
        Check("territories", _("its territory")),
        Check("organisations", _("its signatories")),
    )

    kind = models.CharField(
        _("kind of plan"), max_length=20, choices=PlanKind, default=PlanKind.STRATEGIC
    )
    start = PartialDateField(_("start"))
    end = PartialDateField(_("end"))
    parent_plan = models.ForeignKey(
        "self",
        verbose_name=_("within the plan"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The larger plan that this one carries out: a national plan…"),
    )
    generation = models.PositiveSmallIntegerField(
        _("generation"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("1, 2… if the source counts them."),
    )  # fmt: skip
    previous = models.ForeignKey(
        "self",
        verbose_name=_("previous generation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    axis_name = models.CharField(
        _("an axis is called"), max_length=60, blank=True, help_text=_("axe, ambition…")
    )
    axis_name_plural = models.CharField(
        _("several are called"), max_length=60, blank=True, help_text=_("axes, ambitions…")
    )
    objective_name = models.CharField(_("an objective is called"), max_length=60, blank=True)
    objective_name_plural = models.CharField(_("several are called"), max_length=60, blank=True)
    action_name = models.CharField(_("an action is called"), max_length=60, blank=True)
    action_name_plural = models.CharField(_("several are called"), max_length=60, blank=True)

    parent_plan_id: int | None
    previous_id: int | None

    template = "plans/plan_page.html"
    base_form_class = PlanForm
    parent_page_types = ["cms_core.SectionPage"]
    subpage_types: ClassVar[list[str]] = ["knowledge_plans.ActionPage"]

    content_panels = [
        *KnowledgePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
                PageChooserPanel("parent_plan"),
                FieldPanel("generation"),
                PageChooserPanel("previous"),
            ],
            heading=_("Kind, period and generation"),
        ),
        FieldPanel("body", heading=_("Foreword, introduction")),
        InlinePanel(
            "parts",
            heading=_("Axes, objectives and themes, in order"),
            label=_("Axis, objective or theme"),
            help_text=_(
                "An objective belongs to the axis above it. What the source prints as a list"
                " stays in the text of its objective, unless you make actions of it."
            ),
        ),
        InlinePanel("results", heading=_("Counted results"), label=_("Counted result")),
        InlinePanel("obstacles", heading=_("Obstacles to remove"), label=_("Obstacle")),
        InlinePanel("milestones", heading=_("History of the plan"), label=_("Milestone")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("axis_name"), FieldPanel("axis_name_plural")]),
                FieldRowPanel([FieldPanel("objective_name"), FieldPanel("objective_name_plural")]),
                FieldRowPanel([FieldPanel("action_name"), FieldPanel("action_name_plural")]),
            ],
            heading=_("The plan’s own words"),
            help_text=_("Left empty: axis, objective, action."),
            classname="collapsed",
        ),
    ]
    people_panels = [
        *KnowledgePage.people_panels,
        InlinePanel("governance", heading=_("Governance"), label=_("Governance body")),
    ]
    override_translatable_fields = policy(
        KnowledgePage.override_translatable_fields,
        translated=(
            "body",
            "axis_name",
            "axis_name_plural",
            "objective_name",
            "objective_name_plural",
            "action_name",
            "action_name_plural",
        ),
        synchronised=("kind", "start", "end", "parent_plan", "generation", "previous"),
    )

    class Meta:
        verbose_name = _("strategic plan or contract")
        verbose_name_plural = _("strategic plans and contracts")

    def clean(self) -> None:
        super().clean()
        check_period(self.start, self.end)
        if self._leads_back("parent_plan"):
            raise ValidationError(
                {"parent_plan": _("A plan cannot lie within itself, nor within one of its own.")}
            )
        if self._leads_back("previous"):
            raise ValidationError(
                {"previous": _("A plan cannot be a generation before itself: that is a circle.")}
            )

    def _leads_back(self, name: str) -> bool:
        """Whether going from plan to plan by a field comes back here, in any language. One query
        for each step."""
        step = getattr(self, f"{name}_id")
        seen: set[int] = set()
        while step and step not in seen and len(seen) < MAX_STEPS:
            seen.add(step)
            row = PlanPage.objects.filter(pk=step).values_list("translation_key", f"{name}_id")
            key, step = row.first() or (None, None)
            if key == self.translation_key:
                return True
        return False

    def words(self) -> dict[str, str]:
        """What the plan calls its levels, one and several."""
        return {
            "axis": self.axis_name or gettext("axis"),
            "axes": self.axis_name_plural or gettext("axes"),
            "objective": self.objective_name or gettext("objective"),
            "objectives": self.objective_name_plural or gettext("objectives"),
            "action": self.action_name or gettext("action"),
            "actions": self.action_name_plural or gettext("actions"),
            "theme": gettext("theme"),
        }

    @classmethod
    def describe_with(
        cls,
        pages: Sequence[Any],
        bodies: dict[int, list[tuple[str, Any]]],
        wanted: dict[int, set[body.Reference]],
        targets: body.References,
    ) -> list[RecordDraft]:
        drafts = super().describe_with(pages, bodies, wanted, targets)
        parts = rows_by_page(PlanPart, pages)
        results = rows_by_page(PlanResult, pages)
        obstacles = rows_by_page(PlanObstacle, pages)
        milestones = rows_by_page(PlanMilestone, pages)
        governance = rows_by_page(PlanBody, pages)
        named_in = named(
            (row.organisation_id for rows in governance.values() for row in rows), pages
        )
        for page, draft in zip(pages, drafts, strict=True):
            pk, known = page.pk, named_in[page.locale.language_code]
            draft.date = parse(page.start or page.end) if page.start or page.end else None
            draft.last_year, draft.changes_at = in_force(page.start, page.end, timezone.localdate())
            draft.data |= {
                "plan_kind": page.kind,
                "period": {"start": page.start or None, "end": page.end or None},
                "generation": page.generation,
                "words": page.words(),
                "parts": [part.said() for part in parts.get(pk, [])],
                "results": [row.said() for row in results.get(pk, [])],
                "obstacles": [row.text for row in obstacles.get(pk, [])],
                "milestones": [_milestone(row) for row in milestones.get(pk, [])],
                "governance": [
                    said for row in governance.get(pk, []) if (said := _governs(row, known))
                ],
            }
            draft.links += _links(page, milestones.get(pk, []))
            draft.depends_on |= {
                Dependency("page", row.organisation_id)
                for row in governance.get(pk, [])
                if row.organisation_id
            }
            draft.text += _texts(draft.data)
        return drafts

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """See `showing.plan_context`."""
        context = super().get_context(request, *args, **kwargs)
        return context | {"own_date": True} | showing.plan_context(self, context)


def in_force(start: str, end: str, today: dt.date) -> tuple[int | None, dt.datetime | None]:
    """The last year in which a plan is found, and when another follows. Without an end, which is
    seldom given, it is each year from the first to this one, LASTS at most."""
    if end or not start:
        return (parse(end).value.year if end else None), None
    first = parse(start).value.year
    last = min(max(first, today.year), first + LASTS - 1)
    if last == first + LASTS - 1:
        return last, None
    return last, dt.datetime(last + 1, 1, 1, tzinfo=timezone.get_default_timezone())


def _milestone(row: PlanMilestone) -> dict[str, Any]:
    return {"start": row.start or None, "end": row.end or None, "text": row.text}


def _governs(row: PlanBody, known: Any) -> dict[str, Any] | None:
    """A body that can be named: a public page, or a name as printed."""
    one = known.get(row.organisation_id)
    if not one and not row.name:
        return None
    return {
        "name": one.title if one else row.name,
        "uid": str(one.uid) if one else None,
        "members": row.members,
        "text": row.text,
    }


def _links(page: PlanPage, milestones: Sequence[PlanMilestone]) -> list[Link]:
    found = [Link("within_plan", page.parent_plan_id)] if page.parent_plan_id else []
    found += [Link("previous_generation", page.previous_id)] if page.previous_id else []
    targets = dict.fromkeys(row.target_id for row in milestones if row.target_id)
    return found + [Link("milestone", number) for number in targets]


def _texts(data: dict[str, Any]) -> list[TextPart]:
    """What is found of a plan's rows."""
    found = [
        TextPart("heading", f"{one['number']} {one['title']}".strip()) for one in data["parts"]
    ]
    texts = [text for one in data["parts"] for text in (one["text"], one["expected_results"])]
    texts += [f"{one['value']} {one['unit']} {one['label']}" for one in data["results"]]
    texts += data["obstacles"] + [one["text"] for one in data["milestones"]]
    texts += [f"{one['name']} {one['text']}" for one in data["governance"]]
    return found + [TextPart("body", text) for text in texts if text.strip()]
