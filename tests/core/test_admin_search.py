"""The admin finds pages and files as people type: any case, accents or none, any apostrophe."""

import pytest

from tests.factories import DocumentFactory, GuidePageFactory, SectionPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(admin_client):
    section = SectionPageFactory(title="Guides", slug="guides")
    GuidePageFactory(
        parent=section, title="Évaluer le diagnostic partagé d’un contrat avec les élus"
    )
    DocumentFactory(title="Affiche numérisée")
    return admin_client


@pytest.mark.parametrize(
    "words",
    ["évaluer", "evaluer", "EVALUER", "élus", "elus", "diagnostic partage", "contrats",
     "d'un contrat", "d’un contrat", "d'un"],
)  # fmt: skip
def test_a_page_is_found(editor, words):
    found = editor.get("/admin/pages/search/results/", {"q": words}).content.decode()
    if words == "d'un":  # nothing but articles: no fault
        return
    assert "Évaluer le diagnostic" in found


@pytest.mark.parametrize("words", ["numérisée", "numerisee", "NUMERISEE", "affich"])
def test_a_document_is_found(editor, words):
    assert "Affiche numérisée" in editor.get("/admin/documents/", {"q": words}).content.decode()


def test_a_chooser_finds_by_the_beginning_of_a_word(editor):
    address = "/admin/choose-page/search/"
    assert "Évaluer" in editor.get(address, {"q": "evalu"}).content.decode()
