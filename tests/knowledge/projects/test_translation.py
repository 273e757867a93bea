"""A translated sheet keeps its rows: places, amounts and dates are not language."""

import pytest
from wagtail_localize.operations import translate_object

from knowledge.projects.models import ProjectPage
from tests.factories import locale

from .test_record import full_project

pytestmark = pytest.mark.django_db


def test_a_translation_is_a_draft_with_the_same_rows():
    french = full_project()
    translate_object(french, [locale("en")])
    english = ProjectPage.objects.get(translation_key=french.translation_key, locale=locale("en"))
    assert not english.live
    assert (english.status, english.start_date, english.end_date) == (
        "completed", "2022-03", "2023",
    )  # fmt: skip
    assert [row.commune_id for row in english.project_places.all()] == [
        row.commune_id for row in french.project_places.all()
    ]
    assert [row.amount for row in english.funding_lines.all()] == [
        row.amount for row in french.funding_lines.all()
    ]
    assert [row.action_id for row in english.plan_actions.all()] == [
        row.action_id for row in french.plan_actions.all()
    ]
    assert {row.locale_id for row in english.results.all()} == {locale("en").pk}
    assert english.outputs.count() == english.beneficiaries.count() == 2
