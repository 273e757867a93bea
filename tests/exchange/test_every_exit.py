"""What holds at every address for programs: methods, who goes away, what is no address."""

import json

import pytest
from django.db import connection
from django.test import Client

from cms.core.records import record_uid
from tests import synthetic
from tests.exchange import exits
from tests.exchange.test_offers import training

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def uid(module_db):
    """That of a training."""
    return record_uid(training().translation_key, "fr")


def test_every_address_is_known_to_the_tests():
    feeds = {"search-feed", "type-feed"}
    assert exits.names() | feeds == set(exits.EXITS) | exits.PAGES


@pytest.mark.parametrize("name", exits.EXITS)
def test_other_methods_are_refused_by_a_problem(name):
    client = Client(enforce_csrf_checks=True)  # as it is for who sends no cookie
    address = next(exits.addresses(name, uid="00000000-0000-4000-8000-000000000000"))
    also = ["POST"] if name == "oai" else []
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"):
        if method in also:
            continue
        response = client.generic(method, address)
        assert response.status_code == 405, method
        assert response["Content-Type"] == "application/problem+json"
        assert json.loads(response.content)["type"] == "/api/v1/docs#method-not-allowed"
        assert response["Allow"] == ", ".join(["GET", "HEAD", *also, "OPTIONS"])
    asked = client.options(address, headers={"origin": "https://partner.example.org"})
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", exits.EXITS)
def test_head_says_what_get_says_without_a_body(client, uid, name):
    for address in exits.addresses(name, uid=uid):
        got, head = client.get(address), client.head(address)
        assert (head.status_code, head.getvalue()) == (got.status_code, b""), address
        assert head["Content-Type"] == got["Content-Type"]
        assert head.get("ETag") == got.get("ETag")
        assert got["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", list(exits.addresses(*exits.STREAMED)))
def test_a_client_that_goes_away_in_the_middle_breaks_nothing(client, uid, address):
    synthetic.store(12, size=1_500)
    response = client.get(address)
    assert response.streaming
    parts = response._iterator
    next(parts)
    parts.close()  # as a web server does
    with connection.cursor() as cursor:  # no statement is under way, no transaction is broken
        cursor.execute("SELECT 1")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/notices/00000000-0000-4000-8000-000000000000.ris", "/sitemap-99.xml", "/flux/rien.atom",
     "/notices/00000000-0000-4000-8000-000000000000.ics", "/concepts/themes/rien.ttl",
     "/concepts/rien"],
)  # fmt: skip
def test_what_there_is_not_is_a_problem_for_programs_and_a_page_for_people(client, address):
    response = client.get(address, headers={"Accept": "*/*"})
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    response = client.get(address, headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
