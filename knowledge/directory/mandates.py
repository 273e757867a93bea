"""What a person is asked about, and where she sits."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from knowledge.base.actors import organisation_chooser
from knowledge.base.dates import PartialDateField, parse
from knowledge.territories.models import Territory
from knowledge.thesaurus.models import Concept


class PersonReferent(Orderable):
    """What the person is asked about: a theme, a territory, or a theme in a territory."""

    page = ParentalKey("knowledge_directory.PersonPage", related_name="referent_for")
    theme = models.ForeignKey(
        Concept,
        verbose_name=_("theme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territory"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    theme_id: int | None
    territory_id: int | None

    panels = [FieldPanel("theme"), FieldPanel("territory")]
    override_translatable_fields = policy(synchronised=("theme", "territory"))

    class Meta(Orderable.Meta):
        verbose_name = _("referent")

    def __str__(self) -> str:
        return ", ".join(str(one) for one in (self.theme, self.territory) if one)

    def clean(self) -> None:
        super().clean()
        if not self.theme_id and not self.territory_id:
            raise ValidationError({"theme": _("Choose a theme, a territory, or both.")})

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> "PersonReferent | None":
        """A row of an old version, without the theme or the territory that is gone since; None
        where nothing is left."""
        kept = dict(data)
        for field, model in (("theme", Concept), ("territory", Territory)):
            if kept.get(field) and not model.objects.filter(pk=kept[field]).exists():
                kept[field] = None
        if not kept.get("theme") and not kept.get("territory"):
            return None
        return model_from_serializable_data(cls, kept, check_fks=False)


class PersonMandate(TranslatableMixin, Orderable):
    """A seat in a body, for a time."""

    page = ParentalKey("knowledge_directory.PersonPage", related_name="mandates")
    body = models.ForeignKey(
        "knowledge_directory.OrganisationPage",
        verbose_name=_("body of the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(
        _("or its name"),
        max_length=200,
        blank=True,
        help_text=_("For a body that is not in the directory."),
    )
    role = models.CharField(
        _("role"), max_length=200, blank=True, help_text=_("Full member, substitute, chair…")
    )
    start = PartialDateField(_("start of the mandate"))
    end = PartialDateField(_("end of the mandate"))

    body_id: int | None

    panels = [
        FieldPanel("body", widget=organisation_chooser.widget_class()),
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
        FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
    ]
    override_translatable_fields = policy(
        translated=("role",), synchronised=("body", "name", "start", "end")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")

    def __str__(self) -> str:
        return self.name or str(self.body or "")

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if not self.body_id and not self.name.strip():
            errors["body"] = _("Choose a body of the directory, or write its name.")
        if self._ends_before_it_starts():
            errors["end"] = _("The mandate ends before it starts.")
        if errors:
            raise ValidationError(errors)

    def _ends_before_it_starts(self) -> bool:
        """Compared as precisely as both are known: from March 2023 to 2023 is possible."""
        try:
            start, end = str(parse(self.start)), str(parse(self.end))
        except ValueError:  # none, or one that the field itself refuses
            return False
        known = min(len(start), len(end))
        return end[:known] < start[:known]
