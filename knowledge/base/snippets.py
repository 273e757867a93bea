"""Small things that several pages show: figures, testimonials, funders' obligatory sentences."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from cms.core.policy import policy
from knowledge.territories.models import Territory

from .actors import organisation_chooser
from .dates import PartialDateField
from .spoken import SpokenForm, SpokenText, texts_panel


class KeyFigure(index.Indexed, ClusterableModel):
    """A number that means something only with its unit, its date and its source."""

    value = models.CharField(
        _("value"), max_length=40, help_text=_("As it is printed: 483, 12,5, plus de 400.")
    )
    unit = models.CharField(
        _("unit"), max_length=40, blank=True, help_text=_("people, %, km… Nothing for a count.")
    )
    label = models.CharField(
        _("what is counted"), max_length=200, help_text=_("contracts supported")
    )
    date = PartialDateField(_("date"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
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
    updated_at = models.DateTimeField(auto_now=True)

    record_dependency = ("figure", "id")
    base_form_class = SpokenForm
    override_translatable_fields = policy(
        translated=("unit", "label", "source"),
        as_printed=("value",),
        synchronised=("date", "organisation", "territory"),
    )
    search_fields = [
        index.SearchField("label"),
        index.AutocompleteField("label"),
        index.AutocompleteField("value"),
    ]

    class Meta:
        ordering = ("label", "pk")
        verbose_name = _("key figure")
        verbose_name_plural = _("key figures")

    def __str__(self) -> str:
        return " ".join(filter(None, [self.value, self.unit, self.label]))


class Testimonial(index.Indexed, ClusterableModel):
    """What somebody said and agreed to see published."""

    class Consent(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        YES = "yes", _("Given")
        NOT_NEEDED = "not_needed", _("Not needed: nobody can be recognised")

    quote = models.TextField(_("quotation"), max_length=2000)
    author = models.CharField(_("who says it"), max_length=120, blank=True)
    role = models.CharField(_("function"), max_length=200, blank=True)
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territory"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    consent = models.CharField(
        _("consent"),
        max_length=10,
        choices=Consent,
        default=Consent.UNKNOWN,
        help_text=_("Without it the testimonial is shown nowhere."),
    )
    consent_date = models.DateField(_("consent given on"), null=True, blank=True)
    consent_source = models.CharField(
        _("how it was given"), max_length=200, blank=True, help_text=_("E-mail, signed form…")
    )
    updated_at = models.DateTimeField(auto_now=True)

    record_dependency = ("testimonial", "id")
    base_form_class = SpokenForm
    override_translatable_fields = policy(
        translated=("quote", "role"),
        synchronised=("author", "territory", "consent", "consent_date", "consent_source"),
    )
    search_fields = [
        index.SearchField("quote"),
        index.AutocompleteField("quote"),
        index.AutocompleteField("author"),
    ]

    class Meta:
        ordering = ("author", "pk")
        verbose_name = _("testimonial")
        verbose_name_plural = _("testimonials")

    def __str__(self) -> str:
        words = self.quote if len(self.quote) < 60 else f"{self.quote[:57]}…"
        return f"{self.author} : {words}" if self.author else words

    def clean(self) -> None:
        super().clean()
        if self.consent == self.Consent.YES and not self.consent_date:
            raise ValidationError({"consent_date": _("When was the consent given?")})

    @property
    def public(self) -> bool:
        """Whether it may be shown."""
        return self.consent != self.Consent.UNKNOWN


class FundingStatement(index.Indexed, ClusterableModel):
    """The sentence and the emblem that a funder obliges to show."""

    name = models.CharField(
        _("name"), max_length=120, unique=True, help_text=_("For choosing it: FEADER 2023-2027.")
    )
    statement = models.TextField(_("obligatory sentence"), max_length=600)
    emblem = models.ForeignKey(
        "cms_core.CustomImage",
        verbose_name=_("emblem"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    url = models.URLField(_("address"), blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    record_dependency = ("funding", "id")
    base_form_class = SpokenForm
    override_translatable_fields = policy(
        translated=("statement",),
        synchronised=("name", "emblem", "url"),
    )
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("statement"),
    ]

    class Meta:
        ordering = ("name",)
        verbose_name = _("funding statement")
        verbose_name_plural = _("funding statements")

    def __str__(self) -> str:
        return self.name


class KeyFigureText(SpokenText):
    """`value` only where it has letters: "more than 400"."""

    of = ParentalKey(KeyFigure, on_delete=models.CASCADE, related_name="texts")
    value = models.CharField(_("value"), max_length=40, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    label = models.CharField(_("what is counted"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    record_dependency = ("figure", "of_id")


class TestimonialText(SpokenText):
    of = ParentalKey(Testimonial, on_delete=models.CASCADE, related_name="texts")
    quote = models.TextField(_("quotation"), max_length=2000, blank=True)
    role = models.CharField(_("function"), max_length=200, blank=True)

    record_dependency = ("testimonial", "of_id")


class FundingText(SpokenText):
    of = ParentalKey(FundingStatement, on_delete=models.CASCADE, related_name="texts")
    statement = models.TextField(_("obligatory sentence"), max_length=600, blank=True)

    record_dependency = ("funding", "of_id")


figure_panels = [
    FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
    FieldPanel("label"),
    FieldRowPanel([FieldPanel("date"), FieldPanel("source")]),
    FieldPanel("organisation", widget=organisation_chooser.widget_class()),
    FieldPanel("territory"),
    texts_panel("value", "unit", "label", "source"),
]
testimonial_panels = [
    FieldPanel("quote"),
    FieldRowPanel([FieldPanel("author"), FieldPanel("role")]),
    FieldPanel("territory"),
    MultiFieldPanel(
        [FieldPanel("consent"), FieldPanel("consent_date"), FieldPanel("consent_source")],
        heading=_("Consent"),
    ),
    texts_panel("quote", "role"),
]
funding_panels = [
    FieldPanel("name"),
    FieldPanel("statement"),
    FieldPanel("emblem"),
    FieldPanel("url"),
    texts_panel("statement"),
]
