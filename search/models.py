"""PostgreSQL's own search index, and how far each index has read the change feed."""

from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class IndexCursor(models.Model):
    """How far a physical index has read the change feed.

    `identity` is what the engine itself calls the index (a new one under the same name differs);
    `refused` holds the records that the engine would not take: uid -> reason.
    """

    engine = models.CharField(max_length=20)
    locale = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=200)
    identity = models.CharField(max_length=64, blank=True)
    version = models.BigIntegerField(default=0)
    refused = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("engine", "name"), name="cursor_of_index"),)

    def __str__(self) -> str:
        return f"{self.engine} {self.name}: {self.version}"


class Entry(models.Model):
    """A record in PostgreSQL's index. `length` counts its words by the weight of their field
    (for BM25); `vector` holds its exact words, for phrases; `files` tells that it has pages."""

    uid = models.UUIDField(unique=True)
    locale = models.CharField(max_length=12, db_index=True)
    version = models.BigIntegerField()
    title_key = models.TextField()
    length = models.FloatField()
    vector = SearchVectorField()

    class Meta:
        indexes = (
            GinIndex(fields=("vector",), name="entry_vector"),
            HashIndex(fields=("title_key",), name="entry_title_key"),
        )

    def __str__(self) -> str:
        return self.title_key


class Posting(models.Model):
    """How often a record has a word. `word` is "locale:stem", or "locale:=CLS" for a word in
    capitals; `frequency` adds up its occurrences by the weight of their field."""

    pk = models.CompositePrimaryKey("word", "entry")
    word = models.TextField()
    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, db_constraint=False)
    frequency = models.FloatField()


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
