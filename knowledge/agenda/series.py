"""Cycles: events that belong together."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from cms.core.vocabularies import Scheme, Value

CYCLE = "cycle"


class EventSeries(index.Indexed, models.Model):
    """A cycle of events; `slug` is its value in addresses and in the API."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("identifier"), max_length=100, unique=True)
    description = models.TextField(
        _("description"), max_length=600, blank=True,
        help_text=_("Shown on the page of each of its events."),
    )  # fmt: skip

    record_dependency = ("event_series", "id")
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]
    panels = [FieldPanel("title"), FieldPanel("slug"), FieldPanel("description")]

    class Meta:
        ordering = ("title", "pk")
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")

    def __str__(self) -> str:
        return self.title


class Cycles:
    """The titles of cycles, for filters and results: see `cms.core.vocabularies.Vocabulary`."""

    edited = False

    def schemes(self) -> Sequence[Scheme]:
        return ()  # the facet of the event's type is the scheme

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        if scheme.name != CYCLE:
            return {}
        found = EventSeries.objects.filter(slug__in=list(ids)).values_list("slug", "title")
        return {slug: Value(title) for slug, title in found}
