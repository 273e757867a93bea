"""What any knowledge page may carry: descriptors, authors, downloads, related pages,
territories, organisations with their role, contacts, figures, testimonials, funding.

One table of each for all page types; a draft keeps its own in its revisions.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable, TranslatableMixin

from cms.core.policy import policy
from knowledge.territories.models import Territory
from knowledge.thesaurus.models import Concept

from .actors import actor_chooser, organisation_chooser
from .snippets import FundingStatement, KeyFigure, Testimonial


def _while_there_is(target: Any, model: Any, data: dict[str, Any], field: str, check: bool) -> Any:
    if check and not target.objects.filter(pk=data.get(field)).exists():
        return None
    return model_from_serializable_data(model, data, check_fks=False)


class PageDescriptor(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="descriptors")
    concept = models.ForeignKey(
        Concept, verbose_name=_("descriptor"), on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("concept")]
    override_translatable_fields = policy(synchronised=("concept",))

    class Meta(Orderable.Meta):
        verbose_name = _("descriptor")

    def __str__(self) -> str:
        return str(self.concept)

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> "PageDescriptor | None":
        """A descriptor of an old revision; None where the concept is gone since, which
        modelcluster cannot decide by itself for a protected key."""
        return _while_there_is(Concept, cls, data, "concept", check_fks)


class PageAuthor(Orderable):
    """A bibliographic author: the name as printed."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="authors")
    name = models.CharField(
        _("name"), max_length=200, help_text=_("As printed on the document: person or body.")
    )

    panels = [FieldPanel("name")]
    override_translatable_fields = policy(synchronised=("name",))

    class Meta(Orderable.Meta):
        verbose_name = _("author")

    def __str__(self) -> str:
        return self.name


class PageDownload(TranslatableMixin, Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="downloads")
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

    panels = [FieldPanel("document"), FieldPanel("title")]
    override_translatable_fields = policy(translated=("title",), synchronised=("document",))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("download")

    def __str__(self) -> str:
        return self.title or str(self.document)


class PageRelated(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="related_pages")
    related = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [PageChooserPanel("related")]
    override_translatable_fields = policy(synchronised=("related",))

    class Meta(Orderable.Meta):
        verbose_name = _("related page")

    def __str__(self) -> str:
        return str(self.related)


class PageTerritory(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="territories")
    territory = models.ForeignKey(
        Territory, verbose_name=_("territory"), on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("territory")]
    override_translatable_fields = policy(synchronised=("territory",))

    class Meta(Orderable.Meta):
        verbose_name = _("territory")

    def __str__(self) -> str:
        return str(self.territory)

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> "PageTerritory | None":
        """A territory of an old revision; None where it is gone since."""
        return _while_there_is(Territory, cls, data, "territory", check_fks)


class Role(models.TextChoices):
    """What an organisation does in what a page describes."""

    LEAD = "lead", _("Lead organisation")
    PARTNER = "partner", _("Partner")
    FUNDER = "funder", _("Funder")
    PUBLISHER = "publisher", _("Publisher")
    ORGANISER = "organiser", _("Organiser")
    SIGNATORY = "signatory", _("Signatory")
    COSIGNATORY = "cosignatory", _("Co-signatory")


class PageOrganisation(Orderable):
    """An organisation with its role: one of the directory, or a name as the source prints it."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="organisations")
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
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.LEAD)

    panels = [
        FieldPanel("role"),
        FieldPanel("organisation", widget=organisation_chooser.widget_class()),
        FieldPanel("name"),
    ]
    override_translatable_fields = policy(synchronised=("organisation", "name", "role"))

    class Meta(Orderable.Meta):
        verbose_name = _("organisation")

    def __str__(self) -> str:
        return self.name or str(self.organisation)

    def clean(self) -> None:
        super().clean()
        if not self.organisation_id and not self.name.strip():
            raise ValidationError(
                {"organisation": _("Choose an organisation of the directory, or write its name.")}
            )


class PageContact(TranslatableMixin, Orderable):
    """Whom to ask about a page: how to reach them is kept in the directory alone."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="contacts")
    actor = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("person or organisation"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    role = models.CharField(
        _("for what"), max_length=200, blank=True, help_text=_("Coordination, inscriptions…")
    )

    panels = [
        FieldPanel("actor", widget=actor_chooser.widget_class()),
        FieldPanel("role"),
    ]
    override_translatable_fields = policy(translated=("role",), synchronised=("actor",))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("contact")

    def __str__(self) -> str:
        return str(self.actor)


class PageIdentifier(Orderable):
    """What the same thing is called elsewhere: for matching with other catalogues."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.SlugField(_("scheme"), max_length=40, help_text=_("doi, hal, kirby, ark…"))
    value = models.CharField(_("identifier"), max_length=300)

    panels = [FieldRowPanel([FieldPanel("scheme"), FieldPanel("value")])]
    override_translatable_fields = policy(synchronised=("scheme", "value"))

    class Meta(Orderable.Meta):
        verbose_name = _("external identifier")
        indexes = (models.Index(fields=("scheme", "value"), name="page_identifier"),)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class PageFigure(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="figures")
    figure = models.ForeignKey(
        KeyFigure, verbose_name=_("key figure"), on_delete=models.CASCADE, related_name="uses"
    )

    panels = [FieldPanel("figure")]
    override_translatable_fields = policy(synchronised=("figure",))

    class Meta(Orderable.Meta):
        verbose_name = _("key figure")

    def __str__(self) -> str:
        return str(self.figure)


class PageTestimonial(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="testimonials")
    testimonial = models.ForeignKey(
        Testimonial, verbose_name=_("testimonial"), on_delete=models.CASCADE, related_name="uses"
    )

    panels = [FieldPanel("testimonial")]
    override_translatable_fields = policy(synchronised=("testimonial",))

    class Meta(Orderable.Meta):
        verbose_name = _("testimonial")

    def __str__(self) -> str:
        return str(self.testimonial)


class PageFunding(Orderable):
    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="fundings")
    statement = models.ForeignKey(
        FundingStatement,
        verbose_name=_("funding statement"),
        on_delete=models.CASCADE,
        related_name="uses",
    )

    panels = [FieldPanel("statement")]
    override_translatable_fields = policy(synchronised=("statement",))

    class Meta(Orderable.Meta):
        verbose_name = _("funding statement")

    def __str__(self) -> str:
        return str(self.statement)
