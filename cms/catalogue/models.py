"""Records, tombstones, what they depend on, and the two small tables that keep them true."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Gone(models.TextChoices):
    """Why a record is no longer there."""

    UNPUBLISHED = "unpublished"
    EXPIRED = "expired"
    PRIVATE = "private"
    DELETED = "deleted"


class Record(models.Model):
    """What an anonymous visitor may know of one public page; a tombstone once it is gone.

    A tombstone (`gone_at` set) keeps uid, type, locale, version and dates, and no content.
    `json` is the whole answer of the API as text, in which addresses begin with the marker
    `rendering.BASE`; `document` is what search engines index: see `rendering.search_document`.
    """

    uid = models.UUIDField(primary_key=True)
    page_id = models.BigIntegerField(db_index=True)
    type = models.CharField(max_length=40)
    locale = models.CharField(max_length=12)
    translation_key = models.UUIDField(db_index=True)
    version = models.BigIntegerField(unique=True)
    modified_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    gone_reason = models.CharField(max_length=12, choices=Gone, blank=True)

    title = models.TextField(blank=True)
    title_key = models.TextField(blank=True)  # lower case, no accents: A–Z order
    summary = models.TextField(blank=True)
    url = models.TextField(blank=True)  # relative to the site
    date = models.DateField(null=True)
    date_precision = models.CharField(max_length=5, blank=True)
    licence = models.CharField(max_length=30, blank=True)
    # What lists of results show besides: descriptors in the record's language, a picture.
    labels = ArrayField(models.TextField(), default=list)
    thumbnail = models.TextField(blank=True)
    # "scheme:id" of each descriptor; the second also of all that is broader.
    terms = ArrayField(models.TextField(), default=list)
    terms_broader = ArrayField(models.TextField(), default=list)
    json = models.TextField(blank=True)
    document = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (
            GinIndex(fields=("terms_broader",), name="record_terms"),
            models.Index(
                fields=("type", "locale"),
                name="record_type_locale",
                condition=models.Q(gone_at__isnull=True),
            ),
            models.Index(models.F("modified_at"), models.F("version"), name="record_modified"),
            models.Index(
                models.F("published_at"),
                models.F("uid"),
                name="record_published",
                condition=models.Q(gone_at__isnull=True),
            ),
            models.Index(
                models.F("locale"),
                models.F("published_at").desc(),
                models.F("uid"),
                name="record_latest",
                condition=models.Q(gone_at__isnull=True),
            ),
            models.Index(
                models.F("title_key"),
                models.F("uid"),
                name="record_title_key",
                condition=models.Q(gone_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.title or str(self.uid)


class Dependency(models.Model):
    """A public page uses an object whose change must project it again.

    `kind` names the object's table in the plan's words ("concept", "document", "page"…).
    """

    page_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("kind", "object_id"), name="dependency_target"),)


class Touch(models.Model):
    """Something changed: written by triggers in the changing transaction, deleted by id in the
    transaction that projects it. Never written by Python except to spread a touch over pages."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()


class Clock(models.Model):
    """One row. `v` is the version of the newest record; it moves only in `clock.tick()`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    v = models.BigIntegerField(default=0)
