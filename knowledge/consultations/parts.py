"""What a consultation consists of: questions, results, meetings."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from knowledge.agenda.models import EventPage

LISTS = _("A line that starts with a dash becomes an item of a list.")


class ConsultationQuestion(TranslatableMixin, Orderable):
    page = ParentalKey("knowledge_consultations.ConsultationPage", related_name="questions")
    text = models.TextField(_("question"), max_length=1000)

    panels = [FieldPanel("text")]
    override_translatable_fields = policy(translated=("text",))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.text


class ConsultationResult(TranslatableMixin, Orderable):
    """A vote or a result; an action may say that it comes from it."""

    page = ParentalKey("knowledge_consultations.ConsultationPage", related_name="results")
    label = models.CharField(
        _("result"), max_length=300, help_text=_("What was chosen, asked for or found.")
    )
    value = models.CharField(
        _("value"), max_length=40, blank=True, help_text=_("As printed: 38, 62,5. Optional.")
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("votes, %…"))
    text = models.TextField(_("explanation"), blank=True, help_text=LISTS)

    # Its name is said by the actions that come from it.
    record_dependency = ("consultation_result", "id", ("label",))
    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
        FieldPanel("text"),
    ]
    override_translatable_fields = policy(
        translated=("label", "unit", "text"), as_printed=("value",)
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("result")
        verbose_name_plural = _("results")

    def __str__(self) -> str:
        return self.label

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its consultation, the same in every language."""
        return f"resultat-{self.translation_key.hex[:8]}"

    def said(self) -> dict[str, Any]:
        return {
            "label": self.label, "value": self.value, "unit": self.unit, "text": self.text,
            "anchor": self.anchor,
        }  # fmt: skip


class ConsultationMeeting(Orderable):
    """An event of the agenda that was part of the consultation."""

    page = ParentalKey("knowledge_consultations.ConsultationPage", related_name="meetings")
    event = models.ForeignKey(
        EventPage, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("event")]
    override_translatable_fields = policy(synchronised=("event",))

    class Meta(Orderable.Meta):
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    def __str__(self) -> str:
        return str(self.event)
