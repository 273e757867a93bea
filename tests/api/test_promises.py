"""What the contract promises, checked against the server: examples, errors, ends to come."""

import datetime as dt
import json
import xml.etree.ElementTree as ElementTree

import jsonschema_rs
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cms.api import news, openapi
from cms.api.news import ApiChange
from cms.catalogue import touches
from cms.core.records import record_uid
from tests import synthetic
from tests.api.conftest import Partner
from tests.partner_factories import key
from tests.plan_factories import PlanPageFactory

DOCUMENT = json.loads(openapi.committed())
OPERATIONS = {
    operation["operationId"]: (path.removeprefix("/api/v1/"), operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if method == "get"
}
every_operation = pytest.mark.parametrize("name", OPERATIONS)


@pytest.fixture(scope="module")
def addresses(module_db) -> dict[str, str]:
    """An address of each operation that is answered or is a 404 of its own."""
    uid = str(synthetic.store(12, size=1_500)[0].uid)
    plan = str(record_uid(PlanPageFactory().translation_key, "fr"))
    touches.flush()
    required = {"by-path": "?path=/guides/fiche-0/", "preview": "?token=over"}
    return {
        name: path.replace("{uid}", plan if name == "get_tree" else uid) + required.get(path, "")
        for name, (path, _operation) in OPERATIONS.items()
    }


@every_operation
def test_every_operation_has_an_example_that_fits_its_shape(name):
    (content,) = list(OPERATIONS[name][1]["responses"]["200"]["content"].values())[:1]
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    jsonschema_rs.validate(schema, content["example"])


@every_operation
@pytest.mark.parametrize("method", ["post", "put", "delete", "trace", "brew"])
def test_every_operation_is_read_only(addresses, partner, name, method):
    response = partner.client.generic(method.upper(), f"/api/v1/{addresses[name]}")
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert "GET" in response["Allow"]


@every_operation
def test_every_operation_answers_head_and_conditional_requests(
    addresses, partner, name, django_assert_max_num_queries
):
    address = addresses[name]
    got = partner.get(address)
    assert got.status_code in (200, 401, 404)
    head = partner.client.head(f"/api/v1/{address}")
    assert head.status_code == got.status_code
    assert b"".join(head) == b""
    # What a partner has used, and drafts, are nobody's to keep.
    private = name in ("get_usage", "get_preview")
    assert ("304" in OPERATIONS[name][1]["responses"]) is not private
    if not private:
        assert got["ETag"] == head["ETag"]
        with django_assert_max_num_queries(2):
            assert partner.get(address, if_none_match=got["ETag"]).status_code == 304


@pytest.mark.parametrize(
    "address",
    ["records?q=fiche&near=46,1", "organisations?q=fiche", "agenda?q=fiche", "map?q=fiche",
     "search?q=fiche&type=guide", "search?order=next&a-venir=1", "suggest?q=fi", "openapi.json",
     "news.atom"],
)  # fmt: skip
def test_who_has_an_answer_pays_for_no_search(
    addresses, partner, address, django_assert_max_num_queries
):
    got = partner.get(address)
    assert got.status_code == 200
    with django_assert_max_num_queries(2):
        assert partner.get(address, if_none_match=got["ETag"]).status_code == 304
    synthetic.store(1, first=20, size=1_500)
    if not address.startswith(("openapi", "news")):
        assert partner.get(address, if_none_match=got["ETag"]).status_code == 200


PAIRS = (
    "near=46,1&bbox=0,0,1,1", "starts_after=2027-02-01&starts_before=2027-01-01", "radius=5",
    "format=html&fields=title", "format=markdown&expand=concepts", "from=2027-02-01&to=2027-01-01",
)  # fmt: skip


@every_operation
def test_every_operation_refuses_what_does_not_go_together(addresses, partner, name):
    known = {one["name"] for one in OPERATIONS[name][1].get("parameters", ())}
    for pair in PAIRS:
        if {part.partition("=")[0] for part in pair.split("&")} <= known:
            sign = "&" if "?" in addresses[name] else "?"
            assert partner.problem(f"{addresses[name]}{sign}{pair}")["status"] == 400, pair


@every_operation
def test_every_cursor_is_good_for_its_own_list_only(addresses, partner, name):
    path, operation = OPERATIONS[name]
    if not any(one["name"] == "cursor" for one in operation.get("parameters", ())):
        pytest.skip("this operation has no cursor")
    for other in ("records?limit=2", "records?limit=2&order=title", "records?limit=2&locale=fr"):
        cursor = partner.read(other)["next"].partition("cursor=")[2]
        asked = f"{path}?cursor={cursor}&"
        asked += "order=-title" if path == "records" else "limit=3"
        assert partner.problem(asked)["parameter"] == "cursor"


# What the server may answer to anything made from the document, and what it may not.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance,
          response_headers_conformance, response_schema_conformance]  # fmt: skip


@pytest.fixture(scope="module")
def contract(addresses):
    """The document over the whole server. It may not close the connection, in which the tests'
    transaction is."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@every_operation
def test_nothing_made_from_the_document_breaks_the_server(contract, name):
    operation = contract.find_operation_by_id(name)

    @hypothesis_settings(
        max_examples=30, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def asked(case):
        case.call_and_validate(checks=CHECKS, headers={"Host": "testserver"})

    asked()


def test_nothing_made_from_the_document_breaks_the_door_of_proposals(contract, settings):
    settings.API_SUBMISSIONS_RATE = 10**9
    _key, headers = key(may_submit=True)
    operation = contract.find_operation_by_id("submit")
    seen = set()

    @hypothesis_settings(
        max_examples=60, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def asked(case):
        response = case.call_and_validate(checks=CHECKS, headers={"Host": "testserver", **headers})
        seen.add(response.status_code)

    asked()
    assert seen & {201, 422}  # the bodies are read, not only refused at the door


ENDING = (
    ApiChange(
        "2027-01-01-end", dt.date(2027, 1, 1), "deprecated", "The end.", "list_records", "near",
        sunset=dt.date(2028, 1, 1),
    ),
    ApiChange(
        "2027-02-01-end", dt.date(2027, 2, 1), "deprecated", "The end.", "get_status",
        sunset=dt.date(2028, 2, 1),
    ),
)  # fmt: skip


@pytest.mark.django_db
def test_what_is_to_end_says_so_in_its_answers_in_the_contract_and_in_the_feed(
    partner, monkeypatch
):
    synthetic.store(3, size=1_500)
    monkeypatch.setattr(news, "CHANGES", (*ENDING, *news.CHANGES))
    response = partner.get("status")
    assert response["Deprecation"] == "@1801440000"  # 1 February 2027
    assert response["Sunset"] == "Tue, 01 Feb 2028 00:00:00 GMT"
    assert 'rel="deprecation"' in response["Link"]
    again = partner.get("status", if_none_match=response["ETag"])
    assert (again.status_code, again["Sunset"]) == (304, response["Sunset"])
    assert "Deprecation" not in partner.get("records")
    using = partner.get("records?near=46,1&limit=1")
    assert using["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    made = openapi.build()["paths"]
    assert made["/api/v1/status"]["get"]["deprecated"] is True
    marked = [one["name"] for one in made["/api/v1/records"]["get"]["parameters"]
              if one.get("deprecated")]  # fmt: skip
    assert marked == ["near"]
    assert b"2027-02-01-end" in partner.get("news.atom").content


def test_what_is_announced_holds_for_a_year_and_names_what_exists():
    names = [one.name for one in news.CHANGES]
    assert len(set(names)) == len(names)
    for one in news.CHANGES:
        if one.kind == "deprecated":
            assert one.sunset
            assert one.sunset - one.day >= news.NOTICE
            parameters = OPERATIONS[one.operation][1].get("parameters", ())
            assert not one.parameter or one.parameter in {known["name"] for known in parameters}


@pytest.mark.django_db
def test_changes_of_the_api_are_a_feed():
    partner = Partner(Client())
    response = partner.get("news.atom", accept_language="fr")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert len(entries) == len(news.CHANGES)
    assert {one.find(f"{atom}id").text for one in entries} == {
        f"http://testserver/api/v1/docs#{one.name}" for one in news.CHANGES
    }
    assert partner.get("news.atom", if_none_match=response["ETag"]).status_code == 304
    page = partner.get("docs").content.decode()
    assert all(f'id="{one.name}"' in page for one in news.CHANGES)
