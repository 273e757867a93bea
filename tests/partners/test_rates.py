"""Rates: how often anybody may ask, over several processes, without a query for each request."""

import json

import pytest
from django.db import DatabaseError

from cms.partners import rates
from cms.partners.models import Usage, Window
from cms.partners.rates import Limiter
from cms.partners.usage import tally
from tests import synthetic
from tests.partner_factories import key

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    return synthetic.store(1)


@pytest.fixture
def slow(settings, monkeypatch):
    """Few requests a minute, and a clock that stands still."""
    settings.API_ANONYMOUS_RATE = 5
    monkeypatch.setattr(rates.limiter, "_clock", lambda: 1_000_020.0)  # 20 s before the minute ends
    return settings


def ask(client, address="records", **headers):
    return client.get(f"/api/v1/{address}", headers=headers)


def test_beyond_the_rate_it_is_said_when_to_come_back(client, stored, slow, monkeypatch):
    address = f"records/{stored[0].uid}"
    assert [ask(client, address).status_code for _time in range(7)] == [200] * 5 + [429] * 2
    response = ask(client)
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["type"] == "/api/v1/docs#too-many"
    assert response["Access-Control-Allow-Origin"] == "*"
    wait = int(response["Retry-After"])
    assert 1 <= wait <= 60
    monkeypatch.setattr(rates.limiter, "_clock", lambda: 1_000_020.0 + wait)
    assert ask(client).status_code == 200


def test_every_address_counts_but_the_question_of_a_browser(client, stored, slow):
    for _time in range(9):
        assert client.options("/api/v1/records").status_code == 204
    for address in ("nothing", "records?limit=0", "types", "status", "openapi.json"):
        assert ask(client, address).status_code != 429
    assert ask(client).status_code == 429
    assert client.post("/api/v1/records").status_code == 429


def test_each_network_has_its_rate(client, stored, slow):
    def said(forwarded, remote="127.0.0.1"):
        return client.get(
            "/api/v1/status", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR=remote
        ).status_code

    assert [said("192.0.46.8") for _time in range(6)][-1] == 429
    assert said("192.0.46.9") == 200
    assert said("192.0.46.9, 192.0.46.8") == 429  # our own proxy writes the last one
    assert said("192.0.46.7", remote="192.0.46.8") == 429  # nobody else is believed
    # Whoever has a network of IPv6 has all its addresses.
    found = [said(f"2001:500:88:200::{number}") for number in range(6)]
    assert found[-1] == 429
    assert said("2001:500:88:201::1") == 200


def test_a_key_has_a_rate_of_its_own(client, stored, slow):
    slow.API_KEY_RATE = 8
    _ordinary, ordinary = key()
    _own, own = key(rate=2)
    for _time in range(6):
        ask(client)
    assert [ask(client, **ordinary).status_code for _time in range(9)] == [200] * 8 + [429]
    assert [ask(client, **own).status_code for _time in range(3)] == [200] * 2 + [429]
    tally.write()
    assert sorted(Usage.objects.values_list("requests", "refused")) == [(3, 1), (9, 1)]


def test_wrong_keys_are_not_tried_without_end(client, stored, slow):
    wrong = {"authorization": "Bearer relais_nobody"}
    assert [ask(client, **wrong).status_code for _time in range(6)] == [401] * 5 + [429]


def test_the_rate_holds_over_several_processes():
    processes = [Limiter(lambda: 60.0) for _number in range(2)]
    passed = sum(process.hit("a", 20) == 0 for _time in range(40) for process in processes)
    assert passed == 20
    # In parts of a twentieth: at most so much more for each process but one.
    passed = sum(process.hit("b", 200) == 0 for _time in range(300) for process in processes)
    assert 200 <= passed <= 210
    assert processes[0].hit("c", 20) == 0


def test_a_rate_is_written_rarely(client, stored, settings, django_assert_num_queries):
    settings.API_ANONYMOUS_RATE = 600
    address = f"/api/v1/records/{stored[0].uid}"
    with django_assert_num_queries(29):
        for _time in range(29):
            assert client.get(address).status_code == 200
    with django_assert_num_queries(2):  # the thirtieth
        assert client.get(address).status_code == 200


def test_what_is_written_tells_nobody_s_address(client, stored, settings):
    settings.API_ANONYMOUS_RATE = 1
    client.get("/api/v1/status", headers={"x-forwarded-for": "192.0.46.8"})
    assert "192.0" not in str(Window.objects.values().get())
    assert rates.forget_old() == 0
    assert rates.forget_old(now=rates.time.time() + 200) == 1


def test_without_a_database_each_process_counts_for_itself(monkeypatch):
    class Down:
        def cursor(self):
            raise DatabaseError

    monkeypatch.setattr(rates, "connection", Down())
    limiter = Limiter(lambda: 60.0)
    assert [limiter.hit("a", 3) == 0 for _time in range(4)] == [True] * 3 + [False]


def test_no_rate_is_no_limit(client, stored, settings):
    settings.API_ANONYMOUS_RATE = 0
    assert {ask(client).status_code for _time in range(30)} == {200}


def test_the_number_of_known_clients_is_bounded(monkeypatch):
    monkeypatch.setattr(rates, "CLIENTS", 3)
    limiter = Limiter(lambda: 60.0)
    for number in range(10):
        assert limiter.hit(f"client {number}", 10**6) == 0
    assert len(limiter._counts) == 3
