"""PostgreSQL's own search index, how far each index has read the change feed, and searches that
somebody follows."""

import datetime as dt
import secrets

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Collate
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .desk.models import Pick as Pick
from .desk.models import SearchClick as SearchClick
from .desk.models import SearchDay as SearchDay
from .desk.models import SearchedText as SearchedText
from .query import SearchQuery

# Days after which an address that nobody has confirmed is forgotten.
UNCONFIRMED = 7


class IndexCursor(models.Model):
    """How far a physical index has read the change feed.

    `identity` is what the engine itself calls the index (a new one under the same name differs);
    `refused` holds the records that the engine would not take: uid -> reason. `goal` is the
    version to which a rebuild in place reads, None when there is none: a killed one goes on.
    """

    engine = models.CharField(max_length=20)
    locale = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=200)
    identity = models.CharField(max_length=64, blank=True)
    version = models.BigIntegerField(default=0)
    refused = models.JSONField(default=dict)
    goal = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("engine", "name"), name="cursor_of_index"),)

    def __str__(self) -> str:
        return f"{self.engine} {self.name}: {self.version}"


class Entry(models.Model):
    """A record in PostgreSQL's index: what a search filters, orders and counts by, and nothing
    long, since a search of thousands of records reads all of it here. `length` counts its words by
    the weight of their field (for BM25); `terms` are those of the record with their broader ones,
    as numbers of `Term`; `actor`: it is an organisation or a person, which is suggested apart from
    what they publish."""

    uid = models.UUIDField(unique=True)
    locale = models.CharField(max_length=12, db_index=True)
    version = models.BigIntegerField()
    type = models.CharField(max_length=60)
    title_key = models.TextField()
    actor = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    open_until = models.DateTimeField(null=True)
    length = models.FloatField()
    terms = ArrayField(models.IntegerField(), default=list)

    class Meta:
        indexes = (
            HashIndex(fields=("title_key",), name="entry_title_key"),
            # Beginnings of titles in order, then beginnings of their words: see `suggest`.
            models.Index("locale", "actor", Collate("title_key", "C"), name="entry_title_start"),
            GinIndex(
                OpClass("title_key", name="gin_trgm_ops"),
                name="entry_title_words",
                condition=models.Q(actor=False),
            ),
            GinIndex(
                OpClass("title_key", name="gin_trgm_ops"),
                name="entry_actor_words",
                condition=models.Q(actor=True),
            ),
        )

    def __str__(self) -> str:
        return self.title_key


class Term(models.Model):
    """A term of the catalogue ("themes:sante-mentale") and its number in this index."""

    id = models.AutoField(primary_key=True)
    text = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.text


class ExactWords(models.Model):
    """The words of a record as written, for phrases."""

    entry = models.OneToOneField(
        Entry, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True
    )
    vector = SearchVectorField()

    class Meta:
        indexes = (GinIndex(fields=("vector",), name="exact_words"),)


class Total(models.Model):
    """How many records a language has and how long they are at the mean, for BM25."""

    locale = models.CharField(max_length=12, primary_key=True)
    records = models.IntegerField()
    length = models.FloatField()

    def __str__(self) -> str:
        return f"{self.locale}: {self.records}"


class Posting(models.Model):
    """How often a record has a word. `word` is "locale:stem", or "locale:=CLS" for a word in
    capitals; `frequency` adds up its occurrences by the weight of their field; `length` is that of
    the entry. The primary key includes both (see the migrations), so that a search reads the key
    alone."""

    pk = models.CompositePrimaryKey("word", "entry")
    word = models.TextField()
    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, db_constraint=False)
    frequency = models.FloatField()
    length = models.FloatField(default=0)


class FilePage(models.Model):
    """The text of one page of a file that a record offers, so that a hit can name the page."""

    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, db_constraint=False)
    title = models.TextField()
    url = models.TextField()
    media_type = models.TextField()
    number = models.PositiveIntegerField(null=True)
    text = models.TextField()
    vector = SearchVectorField()  # exact words, then stems

    class Meta:
        indexes = (GinIndex(fields=("vector",), name="page_vector"),)

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"


class Stem(models.Model):
    """Every stem that was ever indexed, to find what a misspelled word meant."""

    locale = models.CharField(max_length=12)
    text = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("locale", "text"), name="stem_once"),)
        indexes = (GinIndex(OpClass("text", name="gin_trgm_ops"), name="stem_trigrams"),)

    def __str__(self) -> str:
        return self.text


class SavedSearch(models.Model):
    """A search that somebody wants news of. `parameters` say which, the same text for the same
    search (see `SearchQuery.canonical`); nothing is sent before the address is `confirmed_at`;
    `token` stands in the letters' links."""

    class Frequency(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")

    parameters = models.TextField(_("search"), blank=True)
    locale = models.CharField(_("language"), max_length=12)
    frequency = models.CharField(
        _("frequency"), max_length=7, choices=Frequency, default=Frequency.WEEKLY
    )
    email = models.EmailField(_("e-mail address"))
    token = models.CharField(max_length=43, unique=True, default=secrets.token_urlsafe)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = (
            models.UniqueConstraint(
                fields=("email", "locale", "parameters"), name="saved_search_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.email}: {self.parameters}"

    @property
    def query(self) -> SearchQuery:
        """The search itself. Raises InvalidQuery when the site no longer knows a filter of it."""
        return SearchQuery.parse(QueryDict(self.parameters), locale=self.locale)

    @classmethod
    def forget_unconfirmed(cls) -> int:
        """Delete those whose address nobody confirmed in UNCONFIRMED days; returns how many."""
        since = timezone.now() - dt.timedelta(days=UNCONFIRMED)
        deleted, _by_model = cls.objects.filter(
            confirmed_at__isnull=True, created_at__lt=since
        ).delete()
        return deleted
