"""Copies and translations of a thematic file keep all that it gathers."""

import pytest
from wagtail.models import Locale

from knowledge.library.models import DossierPage
from tests.factories import GuidePageFactory
from tests.library_factories import DossierPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file():
    guide = GuidePageFactory(title="Guide")
    return DossierPageFactory(
        slug="aines", sections=[("Comprendre", "Pour entrer.", [(guide, "À lire.")])]
    )


def rows(page) -> list[tuple]:
    return [(row.section, row.note, row.gathered_id) for row in page.entries.all()]


def test_a_copy_gathers_the_same(file):
    copied = file.copy(update_attrs={"slug": "copie", "title": "Copie"})
    assert rows(DossierPage.objects.get(pk=copied.pk)) == rows(file)


def test_a_translation_gathers_the_same_in_its_own_rows(file):
    english = Locale.objects.get_or_create(language_code="en")[0]
    translated = file.copy_for_translation(english, copy_parents=True)
    found = DossierPage.objects.get(pk=translated.pk)
    assert rows(found) == rows(file)
    assert {row.locale_id for row in found.entries.all()} == {english.pk}
