"""The short path: methods, headers, conditional requests, errors of our own."""

import json
import logging
import time

import pytest
from django.db import OperationalError
from django.test import Client

from cms.api import conditional, records
from cms.catalogue import projection
from cms.core.records import Point, RecordDraft
from knowledge.territories.models import Territory
from tests import synthetic
from tests.territory_factories import TerritoryFactory

ADDRESSES = (
    "records", "organisations", "agenda", "map", "changes", "concepts", "territories", "types",
    "status", "openapi.json", "",
)  # fmt: skip


@pytest.fixture
def stored(db):
    return synthetic.store(3)


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_answers_the_headers_of_get(partner, stored, address):
    got = partner.get(address)
    head = partner.client.head(f"/api/v1/{address}")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == got["Content-Length"] == str(len(got.content))
    assert head.get("ETag") == got.get("ETag")


@pytest.mark.parametrize("address", ADDRESSES)
def test_options_say_what_is_open_to_other_sites(partner, stored, address):
    response = partner.client.options(
        f"/api/v1/{address}",
        headers={"origin": "https://example.org", "access-control-request-method": "GET"},
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_other_methods_are_refused_by_a_problem(partner, stored, address, method):
    response = getattr(partner.client, method)(f"/api/v1/{address}")
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_answers_are_open_to_other_sites_and_never_guessed_at(partner, stored):
    for address in (*ADDRESSES, "nothing", "records?nothing=1"):
        response = partner.get(address)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert (
            response["Access-Control-Expose-Headers"]
            == "Deprecation, ETag, Link, Retry-After, Sunset"
        )
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies


@pytest.mark.parametrize(
    "address", ["nothing", "records/", "records/a/b", "/api/", "/api/v2/records", "/api/guides/"]
)
def test_an_address_that_is_none_is_a_problem(partner, stored, address):
    problem = partner.problem(address)
    assert problem["status"] == 404
    assert problem["type"] == "/api/v1/docs#not-found"


def test_problems_speak_french_unless_asked_for_another_language(partner, stored):
    french = partner.get("records?limit=0")
    english = partner.get("records?limit=0", accept_language="en-GB, fr;q=0.5")
    assert french["Content-Language"] == "fr"
    assert english["Content-Language"] == "en"
    assert english["Vary"] == "Accept-Language"
    assert "1 to 100" in json.loads(english.content)["detail"]
    spanish = partner.get("records?limit=0", accept_language="es")
    assert spanish["Content-Language"] == "es"
    assert json.loads(spanish.content)["detail"] != json.loads(french.content)["detail"]
    assert partner.get("records?limit=0", accept_language="de")["Content-Language"] == "fr"


@pytest.mark.parametrize("address", ADDRESSES[:-1])
def test_the_etag_sent_back_gives_304_without_a_body(partner, stored, address):
    first = partner.get(address)
    for sent in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
        again = partner.get(address, if_none_match=sent)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert "Content-Type" not in again
    assert partner.get(address, if_none_match='"other"').status_code == 200


@pytest.mark.parametrize("more", ["", "&order=title", "&expand=concepts", "&facets=type"])
def test_a_client_who_has_a_search_pays_for_no_search(
    partner, stored, more, django_assert_max_num_queries
):
    address = f"records?q=fiche{more}"
    etag = partner.get(address)["ETag"]
    with django_assert_max_num_queries(2):
        assert partner.get(address, if_none_match=etag).status_code == 304
    assert partner.get(f"{address}&limit=3", if_none_match=etag).status_code == 200


def test_the_etag_of_a_record_changes_with_the_record_alone(partner, stored):
    one, other = (f"records/{row.uid}" for row in stored[:2])
    etags = [partner.get(address)["ETag"] for address in (one, other)]
    projection.store([synthetic.row(0, edition=1)])
    assert partner.get(one, if_none_match=etags[0]).status_code == 200
    assert partner.get(other, if_none_match=etags[1]).status_code == 304


def test_the_etag_of_a_list_changes_with_the_clock_and_with_the_query(partner, stored):
    addresses = ["records", "records?limit=2", "records?fields=title", "records?locale=fr"]
    etags = {partner.get(address)["ETag"] for address in addresses}
    assert len(etags) == len(addresses)
    synthetic.bury(1)
    for address in addresses:
        assert partner.get(address)["ETag"] not in etags


NEAR = ("suggest?q=le+blanc", "search?near=36300", "records?near=36300", "agenda?near=36300",
        "map?near=36300", "records?q=fiche&near=36300", "territories?code=36018",
        "/notices.csv?pres-de=36300", "/oai?verb=ListSets")  # fmt: skip


def test_what_depends_on_territories_changes_with_them(
    partner, stored, django_assert_max_num_queries
):
    place = {"kind": "commune", "code": "36018", "name": "Le Blanc", "postal_codes": ["36300"]}
    commune = TerritoryFactory(**place, latitude=46.63, longitude=1.06)
    etags = {address: partner.get(address)["ETag"] for address in NEAR}
    for address, etag in etags.items():
        with django_assert_max_num_queries(2):
            assert partner.get(address, if_none_match=etag).status_code == 304, address
    Territory.objects.filter(pk=commune.pk).update(latitude=46.64)  # as an import writes it
    for address, etag in etags.items():
        assert partner.get(address, if_none_match=etag).status_code == 200, address


def test_the_total_around_a_commune_follows_it(partner, db):
    draft = RecordDraft(page_id=3_000_000, title="Ici", url="/x/", points=[Point(46.63, 1.06)])
    key = synthetic.uuid.uuid5(synthetic.NAMESPACE, "near")
    projection.store([projection.row(draft, kind="guide", locale="fr", translation_key=key)])
    commune = TerritoryFactory(kind="commune", code="36018", name="Le Blanc", latitude=46.63,
                               longitude=1.06)  # fmt: skip
    for address in ("records?near=Le+Blanc", "map?near=Le+Blanc"):
        assert partner.read(address)["total"] == 1
    Territory.objects.filter(pk=commune.pk).update(latitude=40)
    for address in ("records?near=Le+Blanc", "map?near=Le+Blanc"):
        assert partner.read(address)["total"] == 0


def test_a_copy_is_compared_by_its_date_when_it_has_no_etag(partner, stored, monkeypatch):
    address = f"records/{stored[0].uid}"
    later = time.time() + 5
    monkeypatch.setattr(conditional.time, "time", lambda: later)
    modified = partner.get(address)["Last-Modified"]
    assert partner.get(address, if_modified_since=modified).status_code == 304
    assert partner.get("records", if_modified_since=modified).status_code == 304
    both = partner.get(address, if_modified_since=modified, if_none_match='"other"')
    assert both.status_code == 200
    before = "Wed, 01 Jan 2020 00:00:00 GMT"
    assert partner.get(address, if_modified_since=before).status_code == 200
    assert partner.get(address, if_modified_since="yesterday").status_code == 200


def test_a_copy_of_the_running_second_is_asked_for_again(partner, stored):
    address = f"records/{stored[0].uid}"
    moment = projection.Record.objects.get(uid=stored[0].uid).modified_at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conditional.time, "time", moment.timestamp)
        modified = partner.get(address)["Last-Modified"]
    assert partner.get(address, if_modified_since=modified).status_code == 200


def test_an_error_of_ours_is_a_problem_and_is_noted(stored, monkeypatch, caplog):
    monkeypatch.setattr(records.listing, "page", lambda *args: 1 / 0)
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        response = client.get("/api/v1/records")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert "ZeroDivisionError" in caplog.text
    assert b"ZeroDivision" not in response.content


def test_a_database_that_does_not_answer_is_said_to_be_for_the_moment(stored, monkeypatch):
    def down(*args):
        raise OperationalError

    monkeypatch.setattr(records.listing, "page", down)
    response = Client().get("/api/v1/records")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"


def test_the_language_of_an_answer_does_not_leak_into_the_next_request(partner, stored):
    from django.utils import translation

    before = translation.get_language()
    partner.get("records?limit=0", accept_language="en")
    assert translation.get_language() == before


@pytest.mark.parametrize("size", [20, 200])
@pytest.mark.django_db
def test_queries_do_not_grow_with_the_catalogue(
    partner, size, django_assert_num_queries, django_assert_max_num_queries
):
    made = synthetic.store(size)
    item = f"records/{made[0].uid}"
    with django_assert_num_queries(1):
        partner.read(item)
    for _again in range(2):  # the total is counted on the way, then known until the clock moves
        with django_assert_num_queries(1):
            partner.read("records?concept=themes:branche-1")
    etags = {address: partner.get(address)["ETag"] for address in (item, "records", "changes")}
    for address, etag in etags.items():
        with django_assert_num_queries(1):
            assert partner.get(address, if_none_match=etag).status_code == 304
    for address in ("changes", "concepts", "types", "status"):
        with django_assert_max_num_queries(3):
            partner.read(address)
