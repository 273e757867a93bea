"""Territories with their official codes, and what lies in what."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from cms.core.policy import policy

from .codes import clean_code, department_of, is_collectivity, validate_postal_code
from .naming import ComputedField, key

SLUG_LENGTH = 100


class Territory(ClusterableModel):
    """A piece of land with a name. `slug` is its identifier, for good: "commune-36018",
    "libre-parc-de-la-brenne"."""

    class Kind(models.TextChoices):
        REGION = "region", _("Region")
        DEPARTEMENT = "departement", _("Department")
        EPCI = "epci", _("EPCI")
        COMMUNE = "commune", _("Commune")
        QPV = "qpv", _("Priority district (QPV)")
        FREE = "free", _("Free territory")

    kind = models.CharField(_("kind of territory"), max_length=11, choices=Kind, default=Kind.FREE)
    code = models.CharField(
        _("official code"),
        max_length=12,
        blank=True,
        help_text=_(
            "INSEE code of a commune, a department or a region, with its zeros; SIREN of an EPCI."
            " None for a free territory."
        ),
    )
    slug = models.SlugField(_("identifier"), max_length=SLUG_LENGTH, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    other_names = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("Acronyms and former names, separated by commas: it is found by them too."),
    )
    postal_codes = ArrayField(
        models.CharField(max_length=5, validators=[validate_postal_code]),
        verbose_name=_("postal codes"),
        default=list,
        blank=True,
        help_text=_("Five digits each, separated by commas."),
    )
    population = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    latitude = models.FloatField(
        _("latitude of the centre"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("In decimal degrees, positive north of the equator."),
    )
    longitude = models.FloatField(
        _("longitude of the centre"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("In decimal degrees, positive east of Greenwich."),
    )
    # A GeoJSON geometry (RFC 7946): Polygon or MultiPolygon, in degrees, longitude first.
    outline = models.JSONField(null=True, editable=False)
    name_key = ComputedField(editable=False)
    # Every word by which it is found, each after a space.
    search_key = ComputedField(editable=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    record_dependency = ("territory", "id")
    override_translatable_fields = policy(
        synchronised=(
            "kind", "code", "name", "other_names", "postal_codes", "population", "latitude",
            "longitude",
        )
    )  # fmt: skip

    class Meta:
        ordering = ("name_key", "slug")
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        indexes = (
            models.Index(OpClass("name_key", name="text_pattern_ops"), name="territory_name"),
            GinIndex(OpClass("name_key", name="gin_trgm_ops"), name="territory_name_trigrams"),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="territory_trigrams"),
            models.Index(fields=("kind", "code"), name="territory_code"),
        )

    def __str__(self) -> str:
        return shown(self.kind, self.code, self.name)

    def make_name_key(self) -> str:
        return key(self.name)

    def make_search_key(self) -> str:
        words = [self.name, *self.other_names, self.code, *self.postal_codes]
        return f" {' '.join(filter(None, map(key, words)))}"

    def make_slug(self) -> str:
        """The identifier, from the kind and the code; from the name of a free territory."""
        if self.kind == self.Kind.FREE:
            return f"libre-{slugify(self.name)}"[:SLUG_LENGTH].rstrip("-")
        return f"{self.kind}-{self.code}".lower()

    def clean(self) -> None:
        super().clean()
        self.name = " ".join(self.name.split())
        if not key(self.name):
            raise ValidationError({"name": _("A name needs a letter or a digit.")})
        if self.kind == self.Kind.FREE:
            if self.code:
                raise ValidationError({"code": _("A free territory has no official code.")})
        elif self.kind in self.Kind.values:
            try:
                self.code = clean_code(self.kind, self.code)
            except ValidationError as error:
                raise ValidationError({"code": error}) from error
        if (self.latitude is None) != (self.longitude is None):
            field = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({field: _("Give both the latitude and the longitude.")})

    def save(self, *args, **kwargs) -> None:
        self.slug = self.slug or self.make_slug()
        super().save(*args, **kwargs)


class Edition(models.Model):
    """One row, which changes with every transaction that writes territories or what lies in what
    (a trigger of the database): what depends on all of them asks for this and not for 36,000 rows.
    `number` and `at` together: a restored copy may count the same number again."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.BigIntegerField(editable=False)
    at = models.DateTimeField(editable=False)


def shown(kind: str, code: str, name: str) -> str:
    """The name with what tells it from others: "Le Blanc (36)", "Creuse (department)"."""
    if kind == Territory.Kind.COMMUNE:
        return f"{name} ({department_of(code)})"
    if kind == Territory.Kind.DEPARTEMENT and is_collectivity(code):
        return str(_("%(name)s (overseas)") % {"name": name})
    if kind in (Territory.Kind.REGION, Territory.Kind.DEPARTEMENT):
        return f"{name} ({str(Territory.Kind(kind).label).lower()})"
    return name


class Inclusion(models.Model):
    """The inner territory lies in the outer one: only the nearest ones are stored, the others
    follow. `partial`: it lies there with a part only, because it lies in another of the same
    kind too (see `inclusion.mark_partial`)."""

    outer = ParentalKey(
        Territory, verbose_name=_("territory"), on_delete=models.CASCADE, related_name="parts"
    )
    inner = ParentalKey(
        Territory, verbose_name=_("territory"), on_delete=models.CASCADE, related_name="wholes"
    )
    partial = models.BooleanField(default=False, editable=False)

    # What covers the inner one changes, and that of all that lies in it.
    record_dependency = ("territory", "inner_id")

    class Meta:
        verbose_name = _("inclusion")
        verbose_name_plural = _("inclusions")
        constraints = (
            models.UniqueConstraint(
                fields=("outer", "inner"),
                name="inclusion_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~models.Q(outer=models.F("inner")), name="inclusion_in_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.inner} → {self.outer}"

    def _get_unique_checks(self, exclude=None, include_meta_constraints=False):
        """None: TerritoryForm says itself which territory is chosen twice."""
        return [], []
