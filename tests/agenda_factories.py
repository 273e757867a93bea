"""Events for tests, in one line each."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import factory
from django.utils import timezone
from wagtail.models import Page

from cms.core.models import CustomDocument, SectionPage
from knowledge.agenda.models import (
    EventDate,
    EventDocument,
    EventPage,
    EventProgrammeItem,
    EventSeries,
    EventSpeaker,
)
from tests.factories import PageFactory, SectionPageFactory


class EventSeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EventSeries

    title = factory.Sequence("Cycle {}".format)
    slug = factory.Sequence("cycle-{}".format)


def date(day: str, start: str = "", end: str = "", **fields: Any) -> dict[str, Any]:
    """A row of dates: "2027-01-12", "14:00", "16:30"."""
    return {
        "start_date": dt.date.fromisoformat(day),
        "start_time": dt.time.fromisoformat(start) if start else None,
        "end_time": dt.time.fromisoformat(end) if end else None,
        **{
            name: dt.date.fromisoformat(value) if name in ("end_date", "until") else value
            for name, value in fields.items()
        },
    }


def to_come(day: str) -> str:
    """A day that is to come whenever the tests run: "01-12" of next year."""
    return f"{timezone.localdate().year + 1}-{day}"


class EventPageFactory(PageFactory):
    """A live event on 12 January of next year, unless `dates`, made by `date()`, say another;
    `programme`, `speakers` and `documents` are
    fields of their rows (for documents: pairs of a kind and a document)."""

    class Meta:
        model = EventPage

    title = factory.Sequence("Événement {}".format)
    summary = "Une rencontre."
    place_name = "Salle des fêtes"

    @classmethod
    def default_parent(cls) -> Page:
        return SectionPage.objects.filter(slug="agenda").first() or SectionPageFactory(
            title="Agenda", slug="agenda"
        )

    @classmethod
    def _create(
        cls,
        model_class: type[EventPage],
        *args: Any,
        dates: Iterable[dict[str, Any]] | None = None,
        programme: Iterable[dict[str, Any]] = (),
        speakers: Iterable[dict[str, Any]] = (),
        documents: Iterable[tuple[str, CustomDocument]] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        spoken = {"page": page, "locale": page.locale}
        for place, row in enumerate([date(to_come("01-12"), "14:00")] if dates is None else dates):
            EventDate.objects.create(page=page, sort_order=place, **row)
        for place, row in enumerate(programme):
            EventProgrammeItem.objects.create(sort_order=place, **spoken, **row)
        for place, row in enumerate(speakers):
            EventSpeaker.objects.create(sort_order=place, **spoken, **row)
        for place, (kind, document) in enumerate(documents):
            EventDocument.objects.create(page=page, sort_order=place, kind=kind, document=document)
        return EventPage.objects.get(pk=page.pk)
