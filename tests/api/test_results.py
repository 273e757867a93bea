"""The search for programs: what the page shows, as JSON."""

import pytest
from django.test import Client

from cms.catalogue import touches
from search.sync import follow_postgres
from tests.factories import ConceptFactory, GuidePageFactory, SectionPageFactory


@pytest.fixture
def partner(db):
    concept = ConceptFactory(
        label="Contrat local de santé", alternatives=["CLS"], hidden=["contra local"]
    )
    GuidePageFactory(title="Évaluer <ensemble>", slug="evaluer", concepts=[concept])
    touches.flush()
    follow_postgres()
    return Client()


def test_a_program_gets_hits_marks_and_facets(partner):
    response = partner.get("/api/v1/search?q=évaluer")
    assert response.headers["Content-Type"] == "application/json"
    found = response.json()
    assert found["total"] == 1
    assert found["items"][0]["title_html"] == "<mark>Évaluer</mark> &lt;ensemble&gt;"
    assert found["items"][0]["url"].startswith("http://testserver/")
    assert {facet["name"] for facet in found["facets"]} >= {"type", "themes"}


def test_the_descriptor_that_was_asked_for_is_marked(partner):
    found = partner.get("/api/v1/search?q=CLS").json()
    assert found["items"][0]["concepts_html"] == ["<mark>Contrat local de santé</mark>"]
    assert found["expanded"] == [{"label": "CLS", "others": ["Contrat local de santé"]}]


def test_a_wrong_parameter_is_named(partner):
    response = partner.get("/api/v1/search?page=zero")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["parameter"] == "page"


def test_the_pages_follow_each_other(partner):
    section = SectionPageFactory(title="Autre")
    for number in range(30):
        GuidePageFactory(parent=section, title=f"Fiche {number}", slug=f"fiche-{number}")
    touches.flush()
    follow_postgres()
    first = partner.get("/api/v1/search?q=fiche&order=title").json()
    assert (first["total"], len(first["items"])) == (30, 20)
    second = partner.get(first["next"].removeprefix("http://testserver")).json()
    assert len(second["items"]) == 10
    assert second["next"] is None
    assert not {hit["uid"] for hit in first["items"]} & {hit["uid"] for hit in second["items"]}
