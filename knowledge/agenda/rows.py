"""What an event's page lists: its programme, its speakers, what remains of it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from knowledge.base.actors import actor_chooser


class EventProgrammeItem(TranslatableMixin, Orderable):
    page = ParentalKey("knowledge_agenda.EventPage", related_name="programme")
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("For an event of several days.")
    )
    time = models.TimeField(_("hour"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=250)
    speaker = models.CharField(
        pgettext_lazy("programme", "with"),
        max_length=250,
        blank=True,
        help_text=_("Names as the programme prints them."),
    )
    text = models.TextField(_("details"), max_length=1000, blank=True)

    page_id: int

    panels = [
        FieldRowPanel([FieldPanel("day"), FieldPanel("time")]),
        FieldPanel("title"),
        FieldPanel("speaker"),
        FieldPanel("text"),
    ]
    override_translatable_fields = policy(
        translated=("title", "text"), synchronised=("day", "time", "speaker")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("item of the programme")
        verbose_name_plural = _("programme")

    def __str__(self) -> str:
        return self.title


class EventSpeaker(TranslatableMixin, Orderable):
    """Who speaks: somebody of the directory, or a name as the programme prints it."""

    page = ParentalKey("knowledge_agenda.EventPage", related_name="speakers")
    person = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("person of the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(
        _("or the name"),
        max_length=200,
        blank=True,
        help_text=_("As printed, for somebody who is not in the directory."),
    )
    function = models.CharField(_("function"), max_length=250, blank=True)

    page_id: int
    person_id: int | None

    panels = [
        FieldPanel("person", widget=actor_chooser.widget_class()),
        FieldPanel("name"),
        FieldPanel("function"),
    ]
    override_translatable_fields = policy(translated=("function",), synchronised=("person", "name"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")

    def __str__(self) -> str:
        return self.name or str(self.person)

    def clean(self) -> None:
        super().clean()
        if not self.person_id and not self.name.strip():
            message = _("Choose somebody of the directory, or write a name.")
            raise ValidationError({"person": message})


class DocumentKind(models.TextChoices):
    MINUTES = "minutes", _("Minutes")
    SLIDES = "slides", _("Slides")
    PROGRAMME = "programme", _("Programme")
    HANDOUT = "handout", _("Working document")
    OTHER = "other", _("Document")


class EventDocument(TranslatableMixin, Orderable):
    page = ParentalKey("knowledge_agenda.EventPage", related_name="documents")
    kind = models.CharField(
        pgettext_lazy("of a document", "kind"),
        max_length=10,
        choices=DocumentKind,
        default=DocumentKind.MINUTES,
    )
    document = models.ForeignKey(
        "cms_core.CustomDocument",
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    title = models.CharField(
        _("title shown"),
        max_length=200,
        blank=True,
        help_text=_("Left empty, the document's own title is shown."),
    )

    page_id: int
    document_id: int

    panels: list[Any] = [FieldPanel("kind"), FieldPanel("document"), FieldPanel("title")]
    override_translatable_fields = policy(translated=("title",), synchronised=("kind", "document"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("document of the event")
        verbose_name_plural = _("documents of the event")

    def __str__(self) -> str:
        return self.title or str(self.document)
