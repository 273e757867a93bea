"""Calls for projects in the admin: one list of all, the next to close first."""

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet

from knowledge.base.listings import PageListing

from .models import CallPage, State


def _in_state(state: str, now: dt.datetime) -> Q:
    """The calls that stand there at an hour: `deadlines.state` in the database's words."""
    ahead, without = Q(closes_at__gt=now), Q(closes_at=None)
    return {
        State.CLOSED: Q(closes_at__lte=now),
        State.UPCOMING: Q(opens_at__gt=now) & (ahead | without),
        State.OPEN: ahead & (Q(opens_at__lte=now) | Q(opens_at=None))
        | without & Q(opens_at__lte=now),
    }[State(state)]


class CallFilterSet(PageFilterSet):
    state = django_filters.MultipleChoiceFilter(
        choices=State,
        label=_("State of the call"),
        method="in_state",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CallPage
        fields: ClassVar[list[str]] = []

    def in_state(self, pages: QuerySet[Any], _name: str, states: list[str]) -> QuerySet[Any]:
        wanted, now = Q(), timezone.now()
        for state in states:
            wanted |= _in_state(state, now)
        return pages.filter(wanted)


def _state(page: CallPage) -> str:
    return str(page.state.label) if page.state else ""


class CallListing(PageListing):
    model = CallPage
    icon = "calendar-check"
    menu_label = _("Calls for projects")
    menu_order = 230
    add_to_admin_menu = True
    filterset_class = CallFilterSet
    columns = [
        *IndexView.base_columns[:2],
        Column("state", label=_("State of the call"), accessor=_state),
        DateColumn("closes_at", label=_("Closing"), sort_key="closes_at"),
        *IndexView.base_columns[2:],
    ]


@hooks.register("register_admin_viewset")
def call_listing() -> CallListing:
    return CallListing("calls_for_projects")
