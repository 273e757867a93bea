"""The database backend: a lost connection is noticed without asking the server each time."""

import psycopg
import pytest
from django.core.signals import request_started
from django.db import connection, connections
from django.test import Client
from psycopg.conninfo import make_conninfo

pytestmark = pytest.mark.usefixtures("transactional_db")


def backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def terminate(pid: int) -> None:
    known = connections["default"].settings_dict
    address = make_conninfo(
        dbname="postgres", user=known["USER"], host=known["HOST"], port=known["PORT"]
    )
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_server_that_went_away_is_noticed_before_the_next_request(monkeypatch):
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 600)
    connection.close()
    first = backend_pid()
    request_started.send(sender=None, environ={})
    terminate(first)
    assert Client().get("/api/v1/status").status_code == 200
    assert backend_pid() != first


def test_a_healthy_connection_is_kept_and_not_asked(django_assert_num_queries):
    first = backend_pid()
    assert connection.is_usable()
    with django_assert_num_queries(0):
        connection.is_usable()
    assert backend_pid() == first


def test_a_hot_statement_is_prepared_when_it_comes_back():
    wrapper = connections["default"]
    for number in range(6):
        cursor = wrapper.hot_cursor()
        cursor.execute("SELECT %s::int + 1", [number])
        assert cursor.fetchone() == (number + 1,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (1,)


def test_the_hot_cursor_follows_a_new_connection():
    wrapper = connections["default"]
    wrapper.hot_cursor().execute("SELECT 1")
    wrapper.close()
    cursor = wrapper.hot_cursor()
    cursor.execute("SELECT 2")
    assert cursor.fetchone() == (2,)
