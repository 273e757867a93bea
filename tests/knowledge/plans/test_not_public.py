"""What an action says of plans and consultations that are not public: nothing."""

import pytest

from cms.catalogue import touches
from cms.catalogue.models import Record
from knowledge.plans.models import ActionObjective, PlanPart
from tests import plan_factories as make

pytestmark = pytest.mark.django_db


def said(page) -> str:
    touches.flush()
    record = Record.objects.get(page_id=page.pk)
    return f"{record.json}{record.document}"


@pytest.fixture
def action():
    """An action that carries out an objective of another plan."""
    other = make.PlanPageFactory(title="Plan national")
    canary = PlanPart.objects.create(
        page=other, locale=other.locale, level="objective", title="Objectif canari", sort_order=9
    )
    made = make.ActionPageFactory(title="Créer des espaces")
    ActionObjective.objects.create(page=made, part=canary, sort_order=0)
    assert "Objectif canari" in said(made)
    return made, other


def test_the_objective_of_a_withdrawn_plan_is_not_named(action):
    made, other = action
    other.unpublish()
    assert "canari" not in said(made)


def test_it_is_named_again_when_the_plan_comes_back(action):
    made, other = action
    other.unpublish()
    touches.flush()
    other.save_revision().publish()
    assert "Objectif canari" in said(made)


def test_the_axis_of_its_own_plan_goes_with_the_plan():
    plan = make.PlanPageFactory(title="Contrat")
    axis = PlanPart.objects.create(
        page=plan, locale=plan.locale, level="axis", title="Axe canari", sort_order=0
    )
    made = make.ActionPageFactory(title="Soutenir", parent=plan, part=axis)
    assert "Axe canari" in said(made)
    plan.unpublish()
    assert "Axe canari" not in said(made)
