"""One rule for what hangs on an address, at every exit."""

import json

import pytest

from cms.core.reading import LONGEST, is_tracking
from cms.core.records import record_uid
from cms.exchange.exports import EXTENSIONS
from tests.exchange import exits
from tests.exchange.test_offers import training

pytestmark = pytest.mark.django_db
# Errors of its own, and pages in frames, which say it to people.
OWN = {"oai", "embed-list", "embed-agenda", "embed-map"}
TRACKED = ("utm_source=lettre&utm_medium=mail", "fbclid=a&gclid=b", "mtm_campaign=x&at_medium=y")


@pytest.fixture(scope="module")
def uid(module_db):
    """That of a training."""
    return record_uid(training().translation_key, "fr")


def more(address, query):
    return f"{address}{'&' if '?' in address else '?'}{query}"


@pytest.mark.parametrize("name", exits.EXITS)
def test_what_an_exit_does_not_know_it_refuses_by_name(client, uid, name):
    for address in exits.addresses(name, uid=uid):
        for method in (client.get, client.head):
            response = method(more(address, "sujet=1"))
            assert response.status_code == (200 if name == "oai" else 400), address
        response = client.get(more(address, "sujet=1"))
        if name == "oai":
            assert b'code="badArgument"' in response.content
        elif name in OWN:
            assert "sujet" in response.content.decode()
            assert 'role="alert"' in response.content.decode()
        else:
            assert response["Content-Type"] == "application/problem+json"
            found = json.loads(response.content)
            assert found["type"] == "/api/v1/docs#unknown-parameter"
            assert found["parameter"] == "sujet"
            assert "sujet" in found["detail"]
            assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", sorted(set(exits.EXITS) - {"oai"}))  # the protocol forbids it
def test_what_says_where_a_visitor_came_from_breaks_no_subscription(client, uid, name):
    address = next(exits.addresses(name, uid=uid))
    for query in TRACKED:
        assert client.get(more(address, query)).status_code == 200, query


@pytest.mark.parametrize(
    ("address", "names"),
    [("/agenda.ics", ("annee", "lettre", "rayon")), ("/recherche/flux.rss", ("q", "order", "page")),
     ("/panier.ris?id={uid}", ("style",)), ("/integrer/agenda/", ("annee", "q")),
     *((f"/notices.{one}", ("q", "locale", "nombre", "carte", "rubrique")) for one in EXTENSIONS)],
)  # fmt: skip
def test_what_is_said_once_is_not_said_twice(client, uid, address, names):
    address = address.replace("{uid}", str(uid))
    for name in names:
        response = client.get(more(address, f"{name}=1&{name}=2"))
        assert response.status_code == 400, name
        if "integrer" not in address:
            found = json.loads(response.content)
            assert found["type"] == "/api/v1/docs#repeated-parameter"
            assert found["parameter"] == name


@pytest.mark.parametrize("name", sorted(set(exits.EXITS) - {"oai"}))
def test_what_is_too_long_is_a_problem(client, uid, name):
    address = next(exits.addresses(name, uid=uid))
    response = client.get(more(address, "utm_x=" + "a" * LONGEST))
    assert response.status_code == 414
    assert json.loads(response.content)["type"] == "/api/v1/docs#too-long"


def test_an_address_for_good_is_one_that_people_send_each_other(client, uid):
    assert client.get(f"/notices/{uid}?de=lettre").status_code == 302
    assert client.get("/concepts?de=lettre").status_code == 303


def test_the_names_of_filters_are_no_tracking():
    from search.query import PARAMETERS, facet_parameters

    assert not [one for one in (*PARAMETERS, *facet_parameters(), "sujet") if is_tracking(one)]
