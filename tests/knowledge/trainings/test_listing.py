"""The list of trainings: what is to come first, and every year of its sessions."""

import pytest
from django.http import QueryDict
from django.utils import translation

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.sections import section_list
from tests.training_factories import TrainingPageFactory, in_days

pytestmark = pytest.mark.django_db


def test_the_next_session_stands_first_and_what_has_none_last():
    for title, days in (
        ("Aucune", ()), ("Bientôt", (9,)), ("Demain", (-300, 1, 200)), ("Passée", (-30,)),
    ):  # fmt: skip
        made = TrainingPageFactory(title=title, sessions=[{"start": day} for day in days])
    touches.flush()
    with translation.override("fr"):
        found = section_list(made.get_parent().specific, QueryDict(""))
    assert found.order == "next"
    assert [one.title for one in found.records] == ["Demain", "Bientôt", "Aucune", "Passée"]


def test_it_is_found_by_every_year_of_its_sessions():
    page = TrainingPageFactory(sessions=[{"start": -400}, {"start": 3}])
    touches.flush()
    terms = Record.objects.get(page_id=page.pk).terms
    years = {in_days(-400).year, in_days(3).year}
    assert {one for one in terms if one.startswith("year:")} == {f"year:{one}" for one in years}
