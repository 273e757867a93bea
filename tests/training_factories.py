"""Trainings for tests, in one line each."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from cms.core.models import SectionPage
from knowledge.base.models import PageContact, PageDescriptor, PageOrganisation, PageTerritory
from knowledge.trainings.models import TrainingPage, TrainingSession, TrainingSpeaker
from tests.factories import PageFactory, SectionPageFactory


def prose(html: str) -> list[dict[str, str]]:
    """The stored body of one paragraph."""
    return [{"type": "paragraph", "value": html}]


def in_days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


class TrainingPageFactory(PageFactory):
    """`sessions` and `speakers` are the fields of their rows; `start` and `end` may be numbers
    of days from today. `concepts`, `territories`, `organisations` (fields) and `contacts`
    (pages) are what they say; a text given as HTML becomes a paragraph."""

    class Meta:
        model = TrainingPage

    title = "Évaluer une action"
    summary = "Trois jours pour apprendre à évaluer."
    objectives = "<p>Savoir poser les questions.</p>"
    audience = "<p>Coordinateurs et coordinatrices.</p>"

    @classmethod
    def default_parent(cls) -> Page:
        return SectionPage.objects.filter(slug="formations").first() or SectionPageFactory(
            title="Formations", slug="formations"
        )

    @classmethod
    def _create(
        cls,
        model_class: type[TrainingPage],
        *args: Any,
        sessions: Iterable[dict[str, Any]] = (),
        speakers: Iterable[dict[str, Any]] = (),
        concepts: Iterable[Any] = (),
        territories: Iterable[Any] = (),
        organisations: Iterable[dict[str, Any]] = (),
        contacts: Iterable[Page] = (),
        **fields: Any,
    ) -> Page:
        for name in ("context", "objectives", "skills", "audience", "prerequisites", "programme",
                     "methods"):  # fmt: skip
            if isinstance(fields.get(name), str):
                fields[name] = prose(fields[name]) if fields[name] else []
        page = super()._create(model_class, *args, **fields)
        children: list[Any] = [
            *(TrainingSession(**_dated(one)) for one in sessions),
            *(TrainingSpeaker(locale=page.locale, **one) for one in speakers),
            *(PageDescriptor(concept=one) for one in concepts),
            *(PageTerritory(territory=one) for one in territories),
            *(PageOrganisation(**one) for one in organisations),
            *(PageContact(actor=one) for one in contacts),
        ]
        for place, child in enumerate(children):
            child.page_id, child.sort_order = page.pk, place
            child.save()
        return TrainingPage.objects.get(pk=page.pk)


def _dated(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: in_days(value)
        if name in ("start", "end", "registration_deadline") and isinstance(value, int)
        else value
        for name, value in fields.items()
    }
