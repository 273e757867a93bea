"""The catalogue of open data, read back by another program, and the page that shows it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyoxigraph import RdfFormat, Store

from cms.catalogue import touches
from tests.agenda_factories import EventPageFactory, date
from tests.directory_factories import PUBLISHABLE, PersonPageFactory
from tests.factories import ConceptFactory, GuidePageFactory

pytestmark = pytest.mark.django_db

FORMATS = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
PREFIXES = """
    PREFIX dcat: <http://www.w3.org/ns/dcat#>
    PREFIX dct: <http://purl.org/dc/terms/>
    PREFIX foaf: <http://xmlns.com/foaf/0.1/>
"""


def read(client, extension="ttl"):
    response = client.get(f"/donnees-ouvertes.{extension}")
    assert response.status_code == 200
    store = Store()
    store.load(response.content, FORMATS[extension])
    return store


def ask(store, pattern):
    return bool(store.query(f"{PREFIXES} ASK {{ {pattern} }}"))


def addresses(store):
    rows = store.query(f"{PREFIXES} SELECT DISTINCT ?a {{ ?d dcat:accessURL ?a }}")
    return sorted(str(row["a"])[1:-1] for row in rows)


@pytest.fixture
def site(db):
    ConceptFactory(slug="sante", label="Santé")
    GuidePageFactory(title="Bien visible")
    EventPageFactory(title="Journée", dates=[date("2027-01-12")])
    [fields] = PUBLISHABLE.values()
    PersonPageFactory(**{"title": "Alix Fictif", **fields})
    touches.flush()


def test_it_has_what_dcat_ap_asks_for(client, site, settings):
    settings.DATA_LICENCE = "etalab-2.0"
    for extension in FORMATS:
        store = read(client, extension)
        for property_ in ("dct:title", "dct:description", "dct:publisher", "dcat:dataset"):
            assert ask(store, f"?c a dcat:Catalog ; {property_} ?x"), property_
        for kind, property_ in (
            ("Dataset", "dct:title"), ("Dataset", "dct:description"), ("Dataset", "dct:publisher"),
            ("Dataset", "dcat:keyword"), ("Dataset", "dcat:distribution"),
            ("Dataset", "dct:identifier"), ("Distribution", "dcat:accessURL"),
            ("Distribution", "dct:license"),
        ):  # fmt: skip
            missing = f"?d a dcat:{kind} FILTER NOT EXISTS {{ ?d {property_} ?x }}"
            assert not ask(store, missing), property_
    assert ask(store, "?p a foaf:Agent ; foaf:name ?n")


def test_every_address_of_it_answers(client, site):
    found = addresses(read(client))
    assert len(found) > 15
    for address in found:
        path = re.sub(r"^http://testserver", "", address)
        assert path.startswith("/")
        if path == "/formations.xml":  # no training is complete
            continue
        assert client.get(path).status_code == 200, path


def test_people_are_no_dataset_and_no_licence_is_made_up(client, site):
    store = read(client)
    assert not ask(store, "?d dct:identifier 'person'")
    assert ask(store, "?d dct:identifier 'guide'")
    assert not ask(store, "?d dct:license ?x")
    assert "Alix" not in client.get("/donnees-ouvertes.ttl").content.decode()


def test_a_request_that_prefers_rdf_is_led_to_it(client, site):
    response = client.get("/donnees-ouvertes/", headers={"Accept": "application/rdf+xml"})
    assert (response.status_code, response["Location"]) == (303, "/donnees-ouvertes.rdf")
    assert "Accept" in response["Vary"]
    page = client.get("/donnees-ouvertes/").content.decode()
    for address in ("/notices.csv?type=guide", "/api/v1/docs", "/oai?verb=Identify",
                    "/concepts.ttl", "/integrer/", "/panier/", "/flux/guide.rss",
                    "/agenda.ics?type=event"):  # fmt: skip
        assert f'href="{address}"' in page, address


def test_who_has_it_is_told_so(client, site):
    tag = client.get("/donnees-ouvertes.rdf")["ETag"]
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/donnees-ouvertes.rdf", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert len(asked) <= 2
    assert client.post("/donnees-ouvertes.rdf").status_code == 405


def test_queries_do_not_grow(client, site):
    with CaptureQueriesContext(connection) as few:
        client.get("/donnees-ouvertes.ttl")
    GuidePageFactory(title="Un autre")
    ConceptFactory(slug="sport")
    touches.flush()
    with CaptureQueriesContext(connection) as more:
        client.get("/donnees-ouvertes.ttl")
    assert len(more) == len(few) <= 4
