"""Cycles: events that belong together."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from cms.core.policy import policy
from cms.core.vocabularies import Scheme, Value
from knowledge.base.spoken import SpokenForm, SpokenText, said, texts, texts_panel

CYCLE = "cycle"


class EventSeries(index.Indexed, ClusterableModel):
    """A cycle of events; `slug` is its value in addresses and in the API."""

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("identifier"), max_length=100, unique=True)
    description = models.TextField(
        _("description"), max_length=600, blank=True,
        help_text=_("Shown on the page of each of its events."),
    )  # fmt: skip

    record_dependency = ("event_series", "id")
    base_form_class = SpokenForm
    override_translatable_fields = policy(
        translated=("title", "description"), synchronised=("slug",)
    )
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]
    panels = [FieldPanel("title"), FieldPanel("slug"), FieldPanel("description"),
              texts_panel("title", "description")]  # fmt: skip

    class Meta:
        ordering = ("title", "pk")
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")

    def __str__(self) -> str:
        return self.title


class EventSeriesText(SpokenText):
    """A cycle in another language."""

    of = ParentalKey(EventSeries, on_delete=models.CASCADE, related_name="texts")
    title = models.CharField(_("title"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=600, blank=True)

    record_dependency = ("event_series", "of_id")


class Cycles:
    """The titles of cycles, for filters and results: see `cms.core.vocabularies.Vocabulary`."""

    edited = False

    def schemes(self) -> Sequence[Scheme]:
        return ()  # the facet of the event's type is the scheme

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        if scheme.name != CYCLE:
            return {}
        found = list(EventSeries.objects.filter(slug__in=list(ids)))
        known = texts(found, [locale])
        spoken = [said(one, locale, known) for one in found]
        return {
            one.slug: Value(one.title, language="" if one.locale == locale else one.locale)
            for one in spoken
        }
