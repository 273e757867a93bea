"""What a plan consists of: its axes, objectives and themes, and the rows that tell its life.

The parts are one ordered list, an outline: an objective or a theme belongs to the axis above it,
a theme before the first axis to the plan itself. One flat list is what an editor reads and
reorders at a glance, costs one query whatever the size of the plan, and survives translation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from knowledge.base.actors import organisation_chooser
from knowledge.base.dates import PartialDateField
from knowledge.base.periods import check_period, period_text
from knowledge.consultations.parts import LISTS
from knowledge.territories.naming import key


class PlanPart(TranslatableMixin, Orderable):
    """An axis, an objective or a theme, under the names that the plan gives them."""

    class Level(models.TextChoices):
        AXIS = "axis", _("Axis")
        OBJECTIVE = "objective", _("Objective")
        THEME = "theme", _("Theme")

    page = ParentalKey("knowledge_plans.PlanPage", related_name="parts")
    level = models.CharField(_("level"), max_length=9, choices=Level, default=Level.OBJECTIVE)
    number = models.CharField(
        _("number"),
        max_length=20,
        blank=True,
        help_text=_("Only if the source prints one: 1, 2.3, A."),
    )
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"), blank=True, help_text=LISTS)
    expected_results = models.TextField(_("expected results"), blank=True, help_text=LISTS)

    # Actions say under which part they stand.
    record_dependency = ("plan_part", "id", ("title", "number", "level"))
    panels = [
        FieldRowPanel([FieldPanel("level"), FieldPanel("number")]),
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("expected_results"),
    ]
    override_translatable_fields = policy(
        translated=("title", "text", "expected_results"), synchronised=("level", "number")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("part")
        verbose_name_plural = _("parts")

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its plan, the same in every language and for good."""
        return f"partie-{self.translation_key.hex[:8]}"

    def named(self) -> dict[str, Any]:
        return {
            "level": self.level, "number": self.number, "title": self.title, "anchor": self.anchor,
        }  # fmt: skip

    def said(self) -> dict[str, Any]:
        return {**self.named(), "text": self.text, "expected_results": self.expected_results}


@dataclass(slots=True)
class Branch:
    """A part with what stands under it; `actions` is filled by the page that shows it. `part` is
    None for what stands under the plan itself."""

    part: PlanPart | None = None
    branches: list["Branch"] = field(default_factory=list)
    actions: list[Any] = field(default_factory=list)


def outline(parts: Sequence[PlanPart]) -> Branch:
    """The plan as a tree: under its root the axes, and what comes before the first one."""
    root = Branch()
    axis = root
    for part in parts:
        branch = Branch(part)
        if part.level == PlanPart.Level.AXIS:
            axis = branch
            root.branches.append(branch)
        else:
            axis.branches.append(branch)
    return root


def outline_problems(parts: Sequence[PlanPart]) -> list[tuple[int, str, str]]:
    """What is wrong in a list of parts: (place, field, message)."""
    found: list[tuple[int, str, str]] = []
    axes: set[str] = set()
    for place, part in enumerate(parts):
        if part.level == PlanPart.Level.AXIS:
            name = key(part.title)
            if name and name in axes:
                message = gettext(
                    "“%(title)s” is there already: a heading that the source repeats is one axis."
                    " Put its objectives together."
                )
                found.append((place, "title", message % {"title": part.title}))
            axes.add(name)
        elif part.level == PlanPart.Level.OBJECTIVE and not axes:
            found.append(
                (place, "level", gettext("Put an objective after the axis it belongs to."))
            )
    return found


class PlanBody(TranslatableMixin, Orderable):
    """A body that governs the plan, with its size."""

    page = ParentalKey("knowledge_plans.PlanPage", related_name="governance")
    organisation = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("organisation of the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(
        _("or its name"),
        max_length=200,
        blank=True,
        help_text=_("For an organisation that is not in the directory."),
    )
    members = models.PositiveIntegerField(
        _("number of members"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    text = models.CharField(
        _("as printed"),
        max_length=300,
        blank=True,
        help_text=_("23 élus en commission santé; une équipe d’environ 40 personnes."),
    )

    organisation_id: int | None

    panels = [
        FieldPanel("organisation", widget=organisation_chooser.widget_class()),
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("members"), FieldPanel("text")]),
    ]
    override_translatable_fields = policy(
        translated=("text",), synchronised=("organisation", "name", "members")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("governance body")
        verbose_name_plural = _("governance bodies")

    def __str__(self) -> str:
        return self.name or str(self.organisation)

    def clean(self) -> None:
        super().clean()
        if not self.organisation_id and not self.name.strip():
            raise ValidationError(
                {"organisation": _("Choose an organisation of the directory, or write its name.")}
            )


class PlanMilestone(TranslatableMixin, Orderable):
    """A moment of the plan's history; it may lead to a page: a generation, a consultation."""

    page = ParentalKey("knowledge_plans.PlanPage", related_name="milestones")
    start = PartialDateField(_("start"))
    end = PartialDateField(_("end"))
    text = models.CharField(_("text"), max_length=300)
    target = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The generation or the consultation of that time, if it has a page."),
    )

    target_id: int | None

    panels = [
        FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
        FieldPanel("text"),
        PageChooserPanel("target"),
    ]
    override_translatable_fields = policy(
        translated=("text",), synchronised=("start", "end", "target")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self) -> str:
        return f"{period_text(self.start, self.end)} {self.text}".strip()

    def clean(self) -> None:
        super().clean()
        check_period(self.start, self.end)


class PlanObstacle(TranslatableMixin, Orderable):
    page = ParentalKey("knowledge_plans.PlanPage", related_name="obstacles")
    text = models.CharField(_("text"), max_length=500)

    panels = [FieldPanel("text")]
    override_translatable_fields = policy(translated=("text",))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("obstacle")
        verbose_name_plural = _("obstacles")

    def __str__(self) -> str:
        return self.text


class PlanResult(TranslatableMixin, Orderable):
    """Something counted that no action claims."""

    page = ParentalKey("knowledge_plans.PlanPage", related_name="results")
    label = models.CharField(_("what is counted"), max_length=300)
    value = models.CharField(
        _("value"), max_length=40, blank=True, help_text=_("As it is printed: 483, 3 700, une.")
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("people, forums…"))
    date = PartialDateField(_("date"))

    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit"), FieldPanel("date")]),
    ]
    override_translatable_fields = policy(
        translated=("label", "unit"), as_printed=("value",), synchronised=("date",)
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("counted result")
        verbose_name_plural = _("counted results")

    def __str__(self) -> str:
        return " ".join(filter(None, [self.value, self.unit, self.label]))

    def said(self) -> dict[str, Any]:
        return {
            "label": self.label, "value": self.value, "unit": self.unit, "date": self.date or None,
        }  # fmt: skip
