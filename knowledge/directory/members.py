"""Who belongs to an organisation, and its missions."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.catalogue.links import Tie
from cms.core.policy import policy
from knowledge.base.actors import actor_chooser

PART_OF, HAS_MEMBER, MEMBER_OF = "part_of_organisation", "has_member", "member_of"


class OrganisationMission(TranslatableMixin, Orderable):
    page = ParentalKey("knowledge_directory.OrganisationPage", related_name="missions")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)

    panels = [FieldPanel("title"), FieldPanel("text")]
    override_translatable_fields = policy(translated=("title", "text"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("mission")
        verbose_name_plural = _("missions")

    def __str__(self) -> str:
        return self.title


class OrganisationMember(TranslatableMixin, Orderable):
    """An organisation or a person of the directory, or a name as a source prints it."""

    page = ParentalKey("knowledge_directory.OrganisationPage", related_name="members")
    actor = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("organisation or person of the directory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(
        _("or the name"),
        max_length=200,
        blank=True,
        help_text=_("For one that is not in the directory."),
    )
    function = models.CharField(
        _("function"), max_length=200, blank=True, help_text=_("Chair, treasurer, host…")
    )

    actor_id: int | None

    panels = [
        FieldPanel("actor", widget=actor_chooser.widget_class()),
        FieldRowPanel([FieldPanel("name"), FieldPanel("function")]),
    ]
    override_translatable_fields = policy(translated=("function",), synchronised=("actor", "name"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.name or str(self.actor or "")

    def clean(self) -> None:
        super().clean()
        if not self.actor_id and not self.name.strip():
            raise ValidationError({"actor": _("Choose in the directory, or write the name.")})
        if self.actor_id and self.actor_id == self.page_id:
            raise ValidationError({"actor": _("An organisation is not a member of itself.")})


def ties_without(ties: Sequence[Tie], *, own: set[str], shown: set[int]) -> list[Tie]:
    """The ties of a page without its own ends that the page shows in its own way, and without the
    members and teams among which it shows these pages already."""
    kept = []
    for tie in ties:
        if not tie.inverse and tie.relation in own:
            continue
        if tie.relation in (HAS_MEMBER, MEMBER_OF):
            tie.records = [record for record in tie.records if record.page_id not in shown]
        if tie.records:
            kept.append(tie)
    return kept
