"""The search page as JSON, for programs."""

import pytest
from django.test import Client

from cms.catalogue import touches
from search.sync import follow_postgres
from tests.factories import ConceptFactory, GuidePageFactory


@pytest.fixture
def partner(db):
    concept = ConceptFactory(
        label="Contrat local de santé", alternatives=["CLS"], hidden=["contra local"]
    )
    GuidePageFactory(title="Évaluer <ensemble>", slug="evaluer", concepts=[concept])
    touches.flush()
    follow_postgres()
    return Client(headers={"accept": "application/json"})


def test_a_program_gets_hits_marks_and_facets(partner):
    response = partner.get("/recherche/?q=évaluer")
    assert response.headers["Content-Type"] == "application/json"
    found = response.json()
    assert found["total"] == 1
    assert found["items"][0]["title_html"] == "<mark>Évaluer</mark> &lt;ensemble&gt;"
    assert found["items"][0]["url"].startswith("http://testserver/")
    assert {facet["name"] for facet in found["facets"]} >= {"type", "themes"}


def test_the_descriptor_that_was_asked_for_is_marked(partner):
    found = partner.get("/recherche/?q=CLS").json()
    assert found["items"][0]["concepts_html"] == ["<mark>Contrat local de santé</mark>"]
    assert found["expanded"] == [{"label": "CLS", "others": ["Contrat local de santé"]}]


def test_a_wrong_parameter_is_named(partner):
    response = partner.get("/recherche/?page=zero")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["parameter"] == "page"


def test_a_browser_gets_a_page(db, client):
    response = client.get("/recherche/", headers={"accept": "text/html,*/*;q=0.8"})
    assert response.headers["Content-Type"].startswith("text/html")
    assert "Accept" in response.headers["Vary"]
