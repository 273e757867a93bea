"""Concept schemes and concepts, after SKOS (W3C SKOS Reference), in the words of documentalists."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from cms.core.policy import policy

from .fields import NormalizedLabelField

# Longer than a label: "œ" is compared as "oe", and one sign may stand for a whole sentence.
NORMALIZED_LENGTH = 250


class ConceptScheme(models.Model):
    """A vocabulary: what it is about and where it serves. `slug` stands in addresses."""

    slug = models.SlugField(
        _("identifier"),
        max_length=60,
        unique=True,
        help_text=_("Stands in addresses and in the API: choose it once."),
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    applies_to = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("types of content"),
        default=list,
        blank=True,
        help_text=_("The contents to which documentalists give descriptors of this vocabulary."),
    )
    multiple = models.BooleanField(
        _("several descriptors"),
        default=True,
        help_text=_("A content may carry several descriptors of this vocabulary."),
    )
    is_facet = models.BooleanField(
        _("filter in the search"),
        default=True,
        help_text=_("Visitors filter the results by these descriptors."),
    )
    required = models.BooleanField(
        _("required to publish"),
        default=False,
        help_text=_("A content without a descriptor of this vocabulary stays a draft."),
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("sort_order", "title")
        verbose_name = _("vocabulary")
        verbose_name_plural = _("vocabularies")

    def __str__(self) -> str:
        return self.title


class Concept(ClusterableModel):
    """A descriptor. Its names are labels; `slug` is its identifier inside the scheme, for good."""

    scheme = models.ForeignKey(
        ConceptScheme,
        verbose_name=_("vocabulary"),
        on_delete=models.PROTECT,
        related_name="concepts",
    )
    slug = models.SlugField(
        _("identifier"),
        max_length=100,
        help_text=_("Stands in addresses and in the API. Left empty, it is made from the label."),
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    broader = models.ForeignKey(
        "self",
        verbose_name=_("broader term (BT)"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="narrower",
        help_text=_("The more general descriptor under which this one stands."),
    )
    related = models.ManyToManyField(
        "self", through="ConceptRelation", symmetrical=True, through_fields=("concept", "other")
    )
    scope_note = models.TextField(
        _("scope note"),
        blank=True,
        help_text=_("When to use this descriptor, and when another."),
    )
    exact_match = ArrayField(
        models.CharField(max_length=500, validators=[URLValidator()]),
        verbose_name=_("same concept elsewhere"),
        default=list,
        blank=True,
        help_text=_("Addresses of the same concept in other vocabularies, separated by commas."),
    )
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaces",
        help_text=_("For a descriptor that is no longer used: its identifier stays valid."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    record_dependency = ("concept", "id")
    # Its names stand in rows of their own, one language each.
    override_translatable_fields = policy(
        synchronised=(
            "scheme", "slug", "broader", "related", "scope_note", "exact_match", "replaced_by",
        )
    )  # fmt: skip

    class Meta:
        ordering = ("scheme", "slug")
        verbose_name = _("descriptor")
        verbose_name_plural = _("descriptors")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "slug"), name="concept_slug_in_scheme"),
        )

    def __str__(self) -> str:
        label = self.label()
        return f"{label} ({self.broader.label()})" if self.broader else label

    def spoken(self, language: str) -> str:
        """The language of its label for readers of a language."""
        known = {
            found.language
            for found in self.labels.all()
            if found.kind == ConceptLabel.Kind.PREFERRED
        }
        return next((one for one in (language, "fr") if one in known), "")

    def label(self, language: str | None = None) -> str:
        """The preferred label in a language (the active one by default), else in French, else
        any, else the identifier."""
        preferred = {
            found.language: found.label
            for found in self.labels.all()
            if found.kind == ConceptLabel.Kind.PREFERRED
        }
        wanted = (language or get_language() or "fr").split("-")[0]
        return (
            preferred.get(wanted)
            or preferred.get("fr")
            or next(iter(preferred.values()), self.slug)
        )

    def clean(self) -> None:
        super().clean()
        if self.broader is None or self.scheme_id is None:
            return
        if self.broader.scheme_id != self.scheme_id:
            raise ValidationError({"broader": _("The broader term belongs to another vocabulary.")})
        above: Concept | None = self.broader
        seen: set[int] = set()
        while above is not None and above.pk not in seen:
            if self.pk is not None and above.pk == self.pk:
                raise ValidationError(
                    {"broader": _("A descriptor cannot stand under itself or its narrower terms.")}
                )
            seen.add(above.pk)
            above = above.broader


class ConceptLabel(Orderable):
    """A name of a concept in a language. No two labels of a scheme and a language are the same
    but for case, accent or space, whatever their kinds (SKOS S13)."""

    class Kind(models.TextChoices):
        PREFERRED = "preferred", _("Descriptor")
        ALTERNATIVE = "alternative", _("Non-descriptor (UF)")
        HIDDEN = "hidden", _("Hidden: usual misspelling")

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="labels")
    scheme = models.ForeignKey(
        ConceptScheme, on_delete=models.CASCADE, related_name="+", editable=False
    )
    language = models.CharField(_("language"), max_length=12, default="fr")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.PREFERRED)
    label = models.CharField(_("label"), max_length=200)
    normalized = NormalizedLabelField(max_length=NORMALIZED_LENGTH, editable=False)
    # The language of a preferred label, else NULL: one preferred label in each (SKOS S14).
    # A column, because a conditional constraint cannot wait for the end of the transaction, and
    # an editor may swap two labels in one form.
    preferred_in = models.GeneratedField(
        expression=models.Case(
            models.When(kind="preferred", then=models.F("language")), default=None
        ),
        output_field=models.CharField(max_length=12, null=True),
        db_persist=True,
    )
    updated_at = models.DateTimeField(auto_now=True)

    record_dependency = ("concept", "concept_id")

    class Meta(Orderable.Meta):
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "language", "normalized"),
                name="label_once_in_scheme",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=("concept", "preferred_in"),
                name="one_preferred_label",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return self.label

    def _get_unique_checks(self, exclude=None, include_meta_constraints=False):
        """None: ConceptForm checks labels itself. modelcluster's formset would compare only those
        columns of a constraint that the form shows, here the languages, and find two equal."""
        return [], []

    def save(self, *args, **kwargs) -> None:
        self.scheme_id = self.concept.scheme_id
        self.label = " ".join(self.label.split())
        super().save(*args, **kwargs)


class ConceptRelation(Orderable):
    """A related term (RT), stored from both sides: see `relations.mirror`."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(
        Concept, verbose_name=_("related term (RT)"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("related term (RT)")
        verbose_name_plural = _("related terms (RT)")
        constraints = (
            models.UniqueConstraint(
                fields=("concept", "other"),
                name="relation_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~models.Q(concept=models.F("other")), name="relation_to_another"
            ),
        )

    def __str__(self) -> str:
        return str(self.other)
