"""Pictures, with what their use requires: an alternative text, a credit, a licence, a consent."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from .licences import Licence
from .policy import policy


class Consent(models.TextChoices):
    UNKNOWN = "unknown", _("Not known")
    NOT_NEEDED = "not_needed", _("Not needed: nobody can be recognised")
    GIVEN = "given", _("Given by the people pictured")


class CustomImage(AbstractImage):
    """A picture. Either it has an alternative text or it is said to be decorative."""

    alt_text = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What somebody who cannot see the picture must know of it."),
    )
    is_decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("The picture adds nothing to the text."),
    )
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=30,
        choices=Licence,
        blank=True,
        default=Licence.UNSTATED,
    )
    consent = models.CharField(
        _("consent of the people pictured"),
        max_length=12,
        choices=Consent,
        default=Consent.UNKNOWN,
    )

    record_dependency = ("image", "id")  # its change projects the records that show it
    admin_form_fields = (
        "title", "file", "alt_text", "is_decorative", "credit", "licence", "consent",
        "collection", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip

    # What it says is in the language of the source, and marked so elsewhere.
    override_translatable_fields = policy(synchronised=(*admin_form_fields, "description"))

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    @property
    def default_alt_text(self) -> str:
        """What Wagtail writes in `alt`: never the title, which is a file's name in disguise."""
        return "" if self.is_decorative else self.alt_text

    def clean(self) -> None:
        super().clean()
        if self.is_decorative and self.alt_text:
            raise ValidationError(
                {"is_decorative": _("A decorative picture has no alternative text: choose one.")}
            )
        if not self.is_decorative and not self.alt_text:
            raise ValidationError(
                {"alt_text": _("Describe the picture, or say that it is decorative.")}
            )


class Rendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
