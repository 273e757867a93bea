"""Plans, actions and consultations for tests, in one line each."""

from collections.abc import Iterable
from typing import Any

from wagtail.models import Page

from cms.core.models import SectionPage
from knowledge.base.models import PageOrganisation, PageTerritory
from knowledge.consultations.models import (
    ConsultationMeeting,
    ConsultationPage,
    ConsultationQuestion,
    ConsultationResult,
)
from knowledge.plans.models import (
    ActionIndicator,
    ActionObjective,
    ActionOutput,
    ActionPage,
    PlanBody,
    PlanMilestone,
    PlanObstacle,
    PlanPage,
    PlanPart,
    PlanResult,
)
from tests.factories import PageFactory, SectionPageFactory


def shelf(title: str, slug: str) -> Page:
    known = SectionPage.objects.filter(slug=slug).first()
    return known or SectionPageFactory(title=title, slug=slug)


def rows(model: Any, page: Page, given: Iterable[dict[str, Any]]) -> None:
    """Child rows of a page, in order, in its language where they are translated."""
    for place, fields in enumerate(given):
        row = model(page=page, sort_order=place, **fields)
        if hasattr(row, "locale_id"):
            row.locale = page.locale
        row.save()


class ConsultationPageFactory(PageFactory):
    """`results`, `questions` are fields of the rows; `events` the meetings' pages."""

    class Meta:
        model = ConsultationPage

    title = "Consultation"
    summary = "Ce qui a été demandé."

    @classmethod
    def default_parent(cls) -> Page:
        return shelf("Consultations", "consultations")

    @classmethod
    def _create(
        cls,
        model_class: type[ConsultationPage],
        *args: Any,
        questions: Iterable[str] = ("Par où commencer ?",),
        results: Iterable[dict[str, Any]] = ({"label": "Un vote", "value": "38", "unit": "voix"},),
        events: Iterable[Page] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        rows(ConsultationQuestion, page, [{"text": text} for text in questions])
        rows(ConsultationResult, page, results)
        rows(ConsultationMeeting, page, [{"event": event} for event in events])
        return ConsultationPage.objects.get(pk=page.pk)


class PlanPageFactory(PageFactory):
    """`parts` are (level, title) or fields of the rows; `signatories` pages of the directory;
    `milestones`, `governance`, `results` fields of the rows; `obstacles` texts."""

    class Meta:
        model = PlanPage

    title = "Plan"
    summary = "Un cap pour trois ans."

    @classmethod
    def default_parent(cls) -> Page:
        return shelf("Plans", "plans")

    @classmethod
    def _create(
        cls,
        model_class: type[PlanPage],
        *args: Any,
        parts: Iterable[Any] = (("axis", "Un axe"), ("objective", "Un objectif")),
        signatories: Iterable[Page] = (),
        territories: Iterable[Any] = (),
        milestones: Iterable[dict[str, Any]] = (),
        governance: Iterable[dict[str, Any]] = (),
        results: Iterable[dict[str, Any]] = (),
        obstacles: Iterable[str] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        named = [
            one if isinstance(one, dict) else {"level": one[0], "title": one[1]} for one in parts
        ]
        rows(PlanPart, page, named)
        rows(PlanMilestone, page, milestones)
        rows(PlanBody, page, governance)
        rows(PlanResult, page, results)
        rows(PlanObstacle, page, [{"text": text} for text in obstacles])
        signing = [{"organisation_id": one.pk, "role": "signatory"} for one in signatories]
        for place, one in enumerate(signing):
            PageOrganisation.objects.create(page_id=page.pk, sort_order=place, **one)
        for place, one in enumerate(territories):
            PageTerritory.objects.create(page_id=page.pk, sort_order=place, territory=one)
        return PlanPage.objects.get(pk=page.pk)


class ActionPageFactory(PageFactory):
    """`indicators` are fields of the rows; `outputs` pages; `objectives` parts of other plans;
    `leads` pages of the directory."""

    class Meta:
        model = ActionPage

    title = "Action"
    summary = "Ce qui est fait."

    @classmethod
    def default_parent(cls) -> Page:
        return PlanPageFactory()

    @classmethod
    def _create(
        cls,
        model_class: type[ActionPage],
        *args: Any,
        indicators: Iterable[dict[str, Any]] = (),
        outputs: Iterable[Page] = (),
        objectives: Iterable[PlanPart] = (),
        leads: Iterable[Page] = (),
        **fields: Any,
    ) -> Page:
        page = super()._create(model_class, *args, **fields)
        rows(ActionIndicator, page, indicators)
        rows(ActionOutput, page, [{"output": one} for one in outputs])
        rows(ActionObjective, page, [{"part": one} for one in objectives])
        for place, one in enumerate(leads):
            PageOrganisation.objects.create(
                page_id=page.pk, sort_order=place, organisation_id=one.pk, role="lead"
            )
        return ActionPage.objects.get(pk=page.pk)
