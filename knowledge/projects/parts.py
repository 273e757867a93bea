"""The rows of a project sheet: places, beneficiaries, funding, outputs, results, plan actions."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from knowledge.base.actors import organisation_chooser
from knowledge.base.dates import PartialDateField
from knowledge.base.places import PLACE, Placed


class ProjectPlace(Placed, Orderable):
    """One of the places where the project took place: a point on the map."""

    page = ParentalKey("knowledge_projects.ProjectPage", related_name="project_places")

    panels = Placed.place_panels
    override_translatable_fields = policy(synchronised=PLACE)

    class Meta(Orderable.Meta):
        verbose_name = _("place of a project")
        verbose_name_plural = _("places of a project")

    def __str__(self) -> str:
        return self.place_name or self.address

    def clean(self) -> None:
        super().clean()
        if not self.commune_id and self.latitude is None and self.longitude is None:
            raise ValidationError({"commune": _("Choose a commune, or give a position.")})


class ProjectBeneficiary(TranslatableMixin, Orderable):
    """For whom the project was, and how many they were where somebody counted."""

    page = ParentalKey("knowledge_projects.ProjectPage", related_name="beneficiaries")
    audience = models.CharField(
        _("audience"), max_length=200, help_text=_("Pupils of the last year of primary school…")
    )
    number = models.PositiveIntegerField(
        _("number of people or things"),
        null=True,
        blank=True,
        help_text=_("Only if it was counted."),
    )
    unit = models.CharField(
        _("unit counted"), max_length=60, blank=True, help_text=_("people, families, classes…")
    )

    panels = [
        FieldPanel("audience"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("unit")]),
    ]
    override_translatable_fields = policy(translated=("audience", "unit"), synchronised=("number",))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("beneficiaries")
        verbose_name_plural = _("beneficiaries")

    def __str__(self) -> str:
        return self.audience


class FundingLine(TranslatableMixin, Orderable):
    """Who paid, how much and when, each where it is known."""

    page = ParentalKey("knowledge_projects.ProjectPage", related_name="funding_lines")
    organisation = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("funder of the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(
        _("or the funder’s name"),
        max_length=200,
        blank=True,
        help_text=_("For a funder that is not in the directory."),
    )
    amount = models.DecimalField(
        _("amount in euros"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    year = PartialDateField(_("year or date of the funding"))
    note = models.CharField(
        _("note on the funding"),
        max_length=200,
        blank=True,
        help_text=_("Call for projects, part of the budget, contribution in kind…"),
    )

    panels = [
        FieldPanel("organisation", widget=organisation_chooser.widget_class()),
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("amount"), FieldPanel("year")]),
        FieldPanel("note"),
    ]
    override_translatable_fields = policy(
        translated=("note",), synchronised=("organisation", "name", "amount", "year")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("funding line")
        verbose_name_plural = _("funding lines")

    def __str__(self) -> str:
        return self.name or str(self.organisation)

    def clean(self) -> None:
        super().clean()
        self.name = self.name.strip()
        if not self.organisation_id and not self.name:
            raise ValidationError(
                {"organisation": _("Choose a funder of the directory, or write its name.")}
            )


class ProjectOutput(TranslatableMixin, Orderable):
    """What the project produced: a page of the site, or words where it has none."""

    page = ParentalKey("knowledge_projects.ProjectPage", related_name="outputs")
    output = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page of what was produced"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    label = models.CharField(
        _("what was produced"),
        max_length=200,
        blank=True,
        help_text=_("Left empty, the title of the page is shown."),
    )

    panels = [PageChooserPanel("output"), FieldPanel("label")]
    override_translatable_fields = policy(translated=("label",), synchronised=("output",))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("output of a project")
        verbose_name_plural = _("outputs of a project")

    def __str__(self) -> str:
        return self.label or str(self.output)

    def clean(self) -> None:
        super().clean()
        self.label = self.label.strip()
        if not self.output_id and not self.label:
            raise ValidationError({"output": _("Choose a page, or say what was produced.")})


class ProjectResult(TranslatableMixin, Orderable):
    """What was counted or seen at the end; nothing that the source does not say."""

    page = ParentalKey("knowledge_projects.ProjectPage", related_name="results")
    value = models.CharField(
        _("result"), max_length=40, help_text=_("As it is printed: 483, 12,5, plus de 400.")
    )
    unit = models.CharField(
        _("unit of the result"), max_length=40, blank=True, help_text=_("people, %, km…")
    )
    label = models.CharField(
        _("what was counted"), max_length=200, help_text=_("took part in the workshops")
    )
    date = PartialDateField(_("date of the count"))

    panels = [
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
        FieldPanel("label"),
        FieldPanel("date"),
    ]
    override_translatable_fields = policy(
        translated=("label", "unit"), as_printed=("value",), synchronised=("date",)
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("result of a project")
        verbose_name_plural = _("results of a project")

    def __str__(self) -> str:
        return " ".join(filter(None, [self.value, self.unit, self.label]))


class ProjectAction(Orderable):
    """An action of a plan that the project carries out."""

    page = ParentalKey("knowledge_projects.ProjectPage", related_name="plan_actions")
    action = models.ForeignKey(
        "knowledge_plans.ActionPage",
        verbose_name=_("action of a plan"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [PageChooserPanel("action", "knowledge_plans.ActionPage")]
    override_translatable_fields = policy(synchronised=("action",))

    class Meta(Orderable.Meta):
        verbose_name = _("plan action carried out")
        verbose_name_plural = _("plan actions carried out")

    def __str__(self) -> str:
        return str(self.action)
