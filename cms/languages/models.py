"""What each version of a translation carries, and long translations under way."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Revision


class Carried(models.Model):
    """What one version of a translated page was made of.

    `source_revision` is the number of the source's published version, None for a source that was
    stored without versions; `digest` that of its content. `total` texts are needed, `translated`
    of them were, `machine` of these by a machine and not accepted by anybody yet.
    """

    page_id = models.BigIntegerField()
    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="+")
    source_id = models.BigIntegerField(db_index=True)
    source_revision = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    total = models.PositiveIntegerField()
    translated = models.PositiveIntegerField()
    machine = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("page_id", "revision"), name="carried_by_version"),)

    def __str__(self) -> str:
        return f"{self.page_id} {self.revision_id} < {self.source_id} {self.source_revision}"


class TreeTranslation(models.Model):
    """The translation of a page and all below it, begun by the worker: how far it has come."""

    page_id = models.BigIntegerField(db_index=True)
    title = models.CharField(max_length=255)
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("translation under way")
        verbose_name_plural = _("translations under way")

    def __str__(self) -> str:
        return f"{self.title} ({self.done}/{self.total})"
