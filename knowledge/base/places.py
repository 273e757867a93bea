"""Where something is: an address, a commune, a point on the map."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.core.records import Point
from knowledge.territories.models import Territory

PLACE = ("place_name", "address", "commune", "latitude", "longitude")  # none is language


class Placed(models.Model):
    """A place. Without a position of its own it stands at the centre of its commune."""

    place_name = models.CharField(_("name of the place"), max_length=200, blank=True)
    address = models.CharField(
        _("address"), max_length=300, blank=True, help_text=_("Number and street.")
    )
    commune = models.ForeignKey(
        Territory,
        verbose_name=_("commune"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "commune"},
    )
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("In degrees, such as 46.63. Left empty, the centre of the commune."),
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )

    commune_id: int | None

    place_panels = [
        FieldPanel("place_name"),
        FieldPanel("address"),
        FieldPanel("commune"),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
    ]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("Give both the latitude and the longitude.")})

    def point(self, communes: Mapping[int, Territory], label: str = "") -> Point | None:
        """Where it stands on the map, by its name and its commune, else by `label`; `communes` by
        id, with the one of this place."""
        commune = communes.get(self.commune_id or 0)
        known = [self.place_name, commune.name if commune else ""]
        name = ", ".join(dict.fromkeys(filter(None, known))) or label
        if self.latitude is not None and self.longitude is not None:
            return Point(self.latitude, self.longitude, name)
        if commune is None or commune.latitude is None or commune.longitude is None:
            return None
        return Point(commune.latitude, commune.longitude, name)

    def place_text(self, communes: Mapping[int, Territory]) -> str:
        """The place in a line: its name, its address, its commune."""
        commune = communes.get(self.commune_id or 0)
        return ", ".join(filter(None, [self.place_name, self.address, commune and commune.name]))


def communes_of(places: Any) -> dict[int, Territory]:
    """The communes of some places, by id, without their outlines. One query; none without."""
    ids = {place.commune_id for place in places if place.commune_id}
    return Territory.objects.defer("outline").in_bulk(ids) if ids else {}
