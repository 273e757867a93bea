"""What is kept of searches, and what editors put first. Nothing here says who searched: no
address, account, session or browser, and no hour."""

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from knowledge.thesaurus.models import ConceptLabel

# A text typed once may be somebody's name: it is shown when it was searched so many times, or when
# a descriptor is called so.
LEAST = 3
RARE_DAYS = 28  # what was searched less often is forgotten after so many days
NOTICEABLE = 5  # searches of the period before, from which a fall means something
KEY_LENGTH = 200  # "œ" is compared as "oe"


class Squeezed(models.Func):
    """A normalised label as texts are compared: signs are spaces."""

    function = "regexp_replace"
    template = "btrim(%(function)s(%(expressions)s, '[^[:alnum:]]+', ' ', 'g'))"
    output_field = models.TextField()


class SearchedTexts(models.QuerySet["SearchedText"]):
    def shown(self) -> "SearchedTexts":
        """Those that may be shown to somebody."""
        labels = ConceptLabel.objects.alias(squeezed=Squeezed("normalized")).filter(
            language=OuterRef("locale"), squeezed=OuterRef("text")
        )
        return self.exclude(text="").filter(Q(searches__gte=LEAST) | Exists(labels))

    def over(self, weeks: int, today: dt.date | None = None) -> "SearchedTexts":
        """With the sums of the last weeks: `asked`, `nothing` (of those, without result),
        `refined` (with filters), `clicks`, and `asked_before` in as many weeks before."""
        until = today or timezone.localdate()
        since = until - dt.timedelta(weeks=weeks)
        before = since - dt.timedelta(weeks=weeks)
        return self.annotate(
            asked=_sum(SearchDay, "searches", since, until),
            nothing=_sum(SearchDay, "empty", since, until),
            refined=_sum(SearchDay, "filtered", since, until),
            clicks=_sum(SearchClick, "clicks", since, until),
            asked_before=_sum(SearchDay, "searches", before, since),
        )

    def falling(self) -> "SearchedTexts":
        """Of those `over` some weeks: searched less than before, by more than chance explains
        (twice the square root of what is expected)."""
        fall = F("asked_before") - F("asked")
        return self.annotate(fall=fall, squared=fall * fall).filter(
            Q(asked_before__gte=NOTICEABLE), fall__gt=0, squared__gt=4 * F("asked_before")
        )


class SearchedText(models.Model):
    """A text that visitors searched for, in a language. `text` is as compared (see
    `texts.text_key`), "" for all those that are not kept; `written` as somebody wrote it;
    `searches` counts since the text is known; `results` and `engine` are of the last search
    without filters."""

    text = models.CharField(_("text"), max_length=KEY_LENGTH)
    locale = models.CharField(_("language"), max_length=12)
    written = models.CharField(_("search"), max_length=100, blank=True)
    searches = models.PositiveIntegerField(_("searches"), default=0)
    results = models.PositiveIntegerField(_("results last time"), default=0)
    engine = models.CharField(_("engine"), max_length=20, blank=True)
    last_day = models.DateField(_("last searched"))

    objects = SearchedTexts.as_manager()

    # Sums that `over` adds.
    asked: int
    nothing: int
    refined: int
    clicks: int
    asked_before: int

    class Meta:
        verbose_name = _("searched text")
        verbose_name_plural = _("searched texts")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(fields=("text", "locale"), name="searched_text_once"),
        )

    def __str__(self) -> str:
        return self.written or self.text


class SearchDay(models.Model):
    """How often a text was searched on a day: `searches` without filters, `empty` those of them
    that found nothing, `filtered` with filters."""

    searched = models.ForeignKey(SearchedText, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(db_index=True)
    searches = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    filtered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("searched", "day"), name="search_day_once"),)

    def __str__(self) -> str:
        return f"{self.searched} {self.day}: {self.searches}"


class SearchClick(models.Model):
    """How often a result of a text was opened on a day. `position` counts from 1 over all pages;
    0 is an editors' pick."""

    searched = models.ForeignKey(SearchedText, on_delete=models.CASCADE, related_name="clicked")
    day = models.DateField(db_index=True)
    uid = models.UUIDField()
    position = models.PositiveIntegerField()
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("searched", "day", "uid", "position"), name="search_click_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.searched} {self.uid}: {self.clicks}"


def _sum(model: Any, field: str, since: dt.date, until: dt.date) -> Coalesce:
    rows = (
        model.objects.filter(searched=OuterRef("pk"), day__gt=since, day__lte=until)
        .order_by()
        .values("searched")
        .annotate(total=Sum(field))
        .values("total")
    )
    return Coalesce(Subquery(rows, output_field=models.IntegerField()), Value(0))


class Pick(ClusterableModel):
    """Pages that editors put first for some searches, in a language, between two days. `keys` are
    the searches as compared (see `texts.text_key`)."""

    texts = models.TextField(
        _("searches"),
        help_text=_("One on each line, as visitors write them: case and accents do not matter."),
    )
    keys = ArrayField(models.CharField(max_length=KEY_LENGTH), default=list, editable=False)
    locale = models.CharField(_("language"), max_length=12, default="fr")
    starts_on = models.DateField(
        _("from"), null=True, blank=True, help_text=_("Left empty: at once.")
    )
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day. Left empty: without end.")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("For colleagues: never shown."))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("texts", "pk")
        verbose_name = _("editors’ pick")
        verbose_name_plural = _("editors’ picks")
        indexes = (GinIndex(fields=("keys",), name="pick_keys"),)

    def __str__(self) -> str:
        return ", ".join(line.strip() for line in self.texts.splitlines() if line.strip())


class PickPage(Orderable):
    """A page of a pick."""

    pick = ParentalKey(Pick, on_delete=models.CASCADE, related_name="pages")
    page = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("page"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta(Orderable.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def __str__(self) -> str:
        return str(self.page)
