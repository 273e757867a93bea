"""A guide says itself to the catalogue."""

import json

import pytest

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from tests.factories import ConceptFactory, DocumentFactory, GuidePageFactory

pytestmark = pytest.mark.django_db


def answer(page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk, gone_at=None).json.replace(BASE, ""))


def test_a_published_guide_has_a_record_with_its_chapters_terms_and_downloads():
    health = ConceptFactory(slug="sante", label="Santé")
    contract = ConceptFactory(
        slug="contrat-local-sante", label="Contrat local de santé", alternatives=["CLS"],
        broader=health,
    )  # fmt: skip
    guide = GuidePageFactory(
        title="Évaluer une action",
        chapters=[("Préparer", "<p>Avant.</p>"), ("Préparer", "<p>Après.</p>")],
        concepts=[contract],
        authors=["Relais Val-de-Brume"],
        documents=[DocumentFactory(title="Grille", texts=["mots", "hélianthe"])],
        edition="2e édition",
        edition_date="2019-03",
    )
    found = answer(guide)
    assert found["type"] == "guide"
    assert found["date"] == "2019-03"
    assert found["concepts"] == [
        {"scheme": "themes", "id": "contrat-local-sante", "label": "Contrat local de santé"}
    ]
    assert [chapter["anchor"] for chapter in found["data"]["chapters"]] == [
        "chapitre-preparer", "chapitre-preparer-2",
    ]  # fmt: skip
    assert found["data"]["citation"] == (
        "Relais Val-de-Brume. Évaluer une action. 2e édition, 2019."
    )
    assert [download["title"] for download in found["downloads"]] == ["Grille"]
    record = Record.objects.get(page_id=guide.pk)
    assert record.terms_broader == [
        "themes:contrat-local-sante", "year:2019", "language:fr", "themes:sante",
    ]  # fmt: skip
    assert record.document["alternatives"] == ["CLS"]
    assert record.document["files"][0]["pages"][1] == {"number": 2, "text": "hélianthe"}
