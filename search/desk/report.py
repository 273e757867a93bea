"""The report “Searches”: what visitors look for, and what they do not find."""

import datetime as dt
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from knowledge.thesaurus.models import Concept

from . import concepts
from .access import KEEP_CONCEPTS, policy
from .models import LEAST, SearchDay, SearchedText

INDEX, RESULTS = "searches_report", "searches_report_results"
WEEKS = {"1": _("One week"), "4": _("Four weeks"), "12": _("Twelve weeks")}
LISTS = {
    "frequent": _("Most frequent"),
    "empty": _("Without result"),
    "unclicked": _("Without click"),
    "falling": _("Falling"),
}
NOTHING = {
    "frequent": _("No search in this period."),
    "empty": _("No search stays without result in this period."),
    "unclicked": _("Each text that was searched several times led to a page."),
    "falling": _("Nothing is searched noticeably less than in the period before."),
}
ORDER = {
    "frequent": ("-asked", "text"),
    "empty": ("-nothing", "text"),
    "unclicked": ("-asked", "text"),
    "falling": ("-fall", "text"),
}


class SearchesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policy.user_has_permission(request.user, "view")


def menu_item() -> MenuItem:
    return SearchesMenuItem(
        _("Searches"), reverse(INDEX), name="searches", icon_name="search", order=1040
    )


class SearchesFilterSet(WagtailFilterSet):
    """The list and the period are read by the view itself: its sums depend on them."""

    list = django_filters.ChoiceFilter(
        label=_("List"), choices=[*LISTS.items()], empty_label=None, initial="frequent",
        method="leave",
    )  # fmt: skip
    weeks = django_filters.ChoiceFilter(
        label=_("Period"), choices=[*WEEKS.items()], empty_label=None, initial="4",
        method="leave",
    )  # fmt: skip
    text = django_filters.CharFilter(
        label=_("Text contains"), field_name="written", lookup_expr="icontains"
    )
    locale = django_filters.ChoiceFilter(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = SearchedText
        fields = ("list", "weeks", "text", "locale")

    def leave(self, queryset: Any, name: str, value: str) -> Any:
        return queryset


class TextColumn(TitleColumn):
    cell_template_name = "search/desk/text_cell.html"


class TodoColumn(Column):
    cell_template_name = "search/desk/todo_cell.html"


class SearchesView(ReportView):
    page_title = _("Searches")
    header_icon = "search"
    model = SearchedText
    index_url_name = INDEX
    index_results_url_name = RESULTS
    results_template_name = "search/desk/report_results.html"
    filterset_class = SearchesFilterSet
    permission_policy = policy
    permission_required = "view"
    columns = [
        TextColumn("written", label=pgettext_lazy("page", "Search"), sort_key="text"),
        Column("asked", label=_("Searches"), sort_key="asked"),
        Column("asked_before", label=_("In the period before"), sort_key="asked_before"),
        Column("results", label=_("Results last time"), sort_key="results"),
        Column("clicks", label=_("Clicks"), sort_key="clicks"),
        TodoColumn("todo", label=_("Missing label?")),
    ]
    list_export = [
        "written", "locale", "asked", "asked_before", "nothing", "refined", "results", "engine",
        "clicks", "last_day",
    ]  # fmt: skip
    export_headings = {
        "written": pgettext_lazy("page", "Search"),
        "locale": _("Language"),
        "asked": _("Searches"),
        "asked_before": _("In the period before"),
        "nothing": _("Without result"),
        "refined": _("With filters"),
        "results": _("Results last time"),
        "engine": _("Engine"),
        "clicks": _("Clicks"),
        "last_day": _("Last searched"),
    }
    export_filename = "searches"

    @cached_property
    def asked(self) -> QueryDict:
        """The parameters, with what holds when nothing is chosen."""
        asked = self.request.GET.copy()
        for name, choices, usual in (("list", LISTS, "frequent"), ("weeks", WEEKS, "4")):
            if asked.get(name) not in choices:
                asked[name] = usual
        return asked

    def get_filterset_kwargs(self) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(), "data": self.asked}

    @property
    def kind(self) -> str:
        return str(self.asked["list"])

    @property
    def weeks(self) -> int:
        return int(str(self.asked["weeks"]))

    def get_base_queryset(self) -> QuerySet[SearchedText]:
        found = SearchedText.objects.shown().over(self.weeks)
        if self.kind == "falling":
            return found.falling()
        if self.kind == "empty":
            return found.filter(Q(nothing__gt=0), results=0)
        if self.kind == "unclicked":
            return found.filter(Q(asked__gte=LEAST, clicks=0), results__gt=0)
        return found.filter(Q(asked__gt=0))

    def get_ordering(self) -> Any:
        asked = self.request.GET.get("ordering")
        return asked if asked in self.get_valid_orderings() else ORDER[self.kind]

    @cached_property
    def no_results_message(self) -> Any:
        return NOTHING[self.kind]

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """Give each text the addresses of its row; the descriptors near it where this person may
        change them. Four queries, whatever their number; none more for an export."""
        texts = list(object_list)
        if self.is_export:
            return texts
        keeps = self.request.user.has_perm(KEEP_CONCEPTS)
        found = concepts.nearest([(str(text), text.locale) for text in texts]) if keeps else []
        adds = self.request.user.has_perm(f"{Concept._meta.app_label}.add_concept")
        for place, text in enumerate(texts):
            asked = urlencode({"q": str(text)})
            with translation.override(text.locale):
                text.search_address = f"{reverse('search')}?{asked}"
            text.why_address = (
                f"{reverse('why_report')}?{urlencode({'q': str(text), 'locale': text.locale})}"
            )
            text.near = found[place] if keeps else []
            named = any(near.known for near in text.near)
            text.new_address = (
                concepts.new_address(str(text), text.locale) if adds and not named else ""
            )
        return texts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context |= {
            "least": LEAST,
            "unkept": self._unkept(),
            "lists": [
                (label, self._address(list=name), name == self.kind)
                for name, label in LISTS.items()
            ],
            "periods": [
                (label, self._address(weeks=name), name == self.asked["weeks"])
                for name, label in WEEKS.items()
            ],
        }
        return context

    def _address(self, **changes: str) -> str:
        kept = self.asked.copy()
        for name in (self.page_kwarg, "ordering", "export", "_w_filter_fragment"):
            kept.pop(name, None)
        for name, value in changes.items():
            kept[name] = value
        return f"{reverse(INDEX)}?{kept.urlencode()}"

    def _unkept(self) -> int:
        """Searches of the period whose text was not kept."""
        since = timezone.localdate() - dt.timedelta(weeks=self.weeks)
        days = SearchDay.objects.filter(searched__text="", day__gt=since)
        return days.aggregate(total=Sum("searches"))["total"] or 0
