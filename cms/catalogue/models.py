"""Records, tombstones, what they depend on, and the two small tables that keep them true."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class Gone(models.TextChoices):
    """Why a record is no longer there."""

    UNPUBLISHED = "unpublished"
    EXPIRED = "expired"
    PRIVATE = "private"
    DELETED = "deleted"


# The order of publication: what was never dated comes before everything dated.
DATED = Coalesce("published_at", RawSQL("'-infinity'::timestamptz", ()))

# When a record is from: its own date, else the day of its publication. Not by the zone of the
# connection, by which nothing can be indexed.
NEWEST = "coalesce(date::timestamp AT TIME ZONE 'UTC', published_at)"


class Record(models.Model):
    """What an anonymous visitor may know of one public page; a tombstone once it is gone.

    A tombstone (`gone_at` set) keeps uid, type, locale, version, dates and `terms_broader`
    (identifiers, for partners who harvest by descriptor), and no content.
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
    # When what it offers begins: the hour at which a call opens.
    open_from = models.DateTimeField(null=True)
    # When what it offers ends: the last of its occurrences, or the hour at which a call closes.
    open_until = models.DateTimeField(null=True)
    # When it says something else by itself: it is projected again then.
    changes_at = models.DateTimeField(null=True)
    # What lists of results show besides: descriptors in the record's language, a picture.
    labels = ArrayField(models.TextField(), default=list)
    thumbnail = models.TextField(blank=True)
    # "scheme:id" of all by which it is filtered (descriptors, territories, organisations, year,
    # facets of its type: see `cms.core.vocabularies`); the second also of all that is broader.
    terms = ArrayField(models.TextField(), default=list)
    terms_broader = ArrayField(models.TextField(), default=list)
    # What it has, by members of its answer ("image", "downloads"…: see `rendering.has`), and
    # "translations".
    has = ArrayField(models.TextField(), default=list)
    json = models.TextField(blank=True)
    document = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (
            GinIndex(fields=("terms_broader",), name="record_terms"),
            GinIndex(fields=("has",), name="record_has", condition=models.Q(gone_at__isnull=True)),
            HashIndex(fields=("url",), name="record_url"),  # an address may be long
            models.Index(
                fields=("type", "locale"),
                name="record_type_locale",
                condition=models.Q(gone_at__isnull=True),
            ),
            models.Index(models.F("modified_at"), models.F("version"), name="record_modified"),
            models.Index(
                DATED,
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
                models.F("locale"),
                RawSQL(NEWEST, (), models.DateTimeField()).desc(nulls_last=True),
                models.F("title_key"),
                models.F("uid"),
                name="record_newest",
                condition=models.Q(gone_at__isnull=True),
            ),
            models.Index(
                models.F("title_key"),
                models.F("uid"),
                name="record_title_key",
                condition=models.Q(gone_at__isnull=True),
            ),
            models.Index(
                fields=("type", "date"),
                name="record_type_date",
                condition=models.Q(gone_at__isnull=True, date__isnull=False),
            ),
            models.Index(
                fields=("open_until",),
                name="record_open",
                condition=models.Q(gone_at__isnull=True, open_until__isnull=False),
            ),
            models.Index(
                fields=("changes_at",),
                name="record_changes",
                condition=models.Q(changes_at__isnull=False),
            ),
        )

    # What a projection is about to write beside a record: see `projection.row`.
    new_occurrences: "list[Occurrence]"
    new_places: "list[Place]"
    # Its next date, where a list has looked for it: see `listing.records`.
    next_date: dt.datetime | None = None

    def __str__(self) -> str:
        return self.title or str(self.uid)


class RecordFilter(models.Model):
    """By what public records are filtered and ordered, without their answers: they are counted and
    found here, twenty to a page of the disk where records take one each. A trigger of the migration
    keeps it as the records are, tombstones excepted; nothing else writes it. Columns as in
    `Record`."""

    uid = models.UUIDField(primary_key=True)
    page_id = models.BigIntegerField(db_index=True)
    type = models.CharField(max_length=40, db_index=True)
    locale = models.CharField(max_length=12)
    translation_key = models.UUIDField(db_index=True)
    version = models.BigIntegerField(unique=True)
    modified_at = models.DateTimeField(db_index=True)
    published_at = models.DateTimeField(null=True)
    title_key = models.TextField()
    terms_broader = ArrayField(models.TextField())
    has = ArrayField(models.TextField())

    class Meta:
        indexes = (
            GinIndex(fields=("terms_broader",), name="filter_terms"),
            GinIndex(fields=("has",), name="filter_has"),
            models.Index(DATED, models.F("uid"), name="filter_published"),
            models.Index(fields=("title_key", "uid"), name="filter_title"),
        )

    def __str__(self) -> str:
        return str(self.uid)


class Dependency(models.Model):
    """A public page uses an object whose change must project it again.

    `kind` names the object's table in the plan's words ("concept", "document", "page"…).
    """

    page_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("kind", "object_id"), name="dependency_target"),)


class Occurrence(models.Model):
    """A date of a live record; `end` is exclusive for all-day occurrences."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="occurrences")
    start = models.DateTimeField(db_index=True)
    end = models.DateTimeField(db_index=True)
    all_day = models.BooleanField(default=False)
    status = models.CharField(max_length=20)
    place = models.TextField(blank=True)

    class Meta:
        ordering = ("start", "record_id", "pk")

    def __str__(self) -> str:
        return f"{self.record_id} {self.start}"


class Place(models.Model):
    """A point of a live record, in degrees (WGS 84)."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="places")
    latitude = models.FloatField()
    longitude = models.FloatField()
    label = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=("latitude", "longitude"), name="place_position"),)

    def __str__(self) -> str:
        return self.label or f"{self.latitude}, {self.longitude}"


class Link(models.Model):
    """A public page is tied to another page, public or not: see `links.py` for reading."""

    page_id = models.BigIntegerField(db_index=True)
    relation = models.CharField(max_length=40)
    target_id = models.BigIntegerField(db_index=True)
    sort_order = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.page_id} {self.relation} {self.target_id}"


class Touch(models.Model):
    """Something changed: written by triggers in the changing transaction, deleted by id in the
    transaction that projects it. Never written by Python except to spread a touch over pages."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()


class Clock(models.Model):
    """One row. `v` is the version of the newest record; it moves only in `clock.tick()`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    v = models.BigIntegerField(default=0)


class Failure(models.TextChoices):
    """What went wrong when an address of another site was asked for."""

    ANSWER = "answer", _("answers with an error")
    NAME = "name", _("no such site")
    CONNECTION = "connection", _("cannot be reached")
    TIMEOUT = "timeout", _("does not answer")
    CERTIFICATE = "certificate", _("its certificate is not valid")
    REDIRECTS = "redirects", _("redirects without end")
    PRIVATE = "private", _("cannot be reached from the Internet")
    ADDRESS = "address", _("is not an address")


class LinkCheck(models.Model):
    """An address of another site that public pages give, and how it answered: see
    `dead_links.py`. `status` is HTTP's, `error` one of `Failure` or empty."""

    url = models.CharField(max_length=2000, unique=True)  # ASCII, without fragment
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=12, choices=Failure, blank=True)
    checked_at = models.DateTimeField(null=True, db_index=True)
    failing_since = models.DateTimeField(null=True, db_index=True)  # first of the failures in a row

    class Meta:
        verbose_name = _("link to another site")
        verbose_name_plural = _("links to other sites")

    def __str__(self) -> str:
        return self.url


class LinkUse(models.Model):
    """A public page gave that address when links were last collected."""

    link = models.ForeignKey(LinkCheck, on_delete=models.CASCADE, related_name="uses")
    page_id = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("link", "page_id"), name="link_use_once"),)

    def __str__(self) -> str:
        return f"{self.page_id} {self.link_id}"


class FormerAddress(models.Model):
    """Where a public page stood, relative to the site: see `former`. No foreign key: it is read
    once the page is gone."""

    path = models.TextField(primary_key=True)
    page_id = models.BigIntegerField()

    def __str__(self) -> str:
        return self.path
