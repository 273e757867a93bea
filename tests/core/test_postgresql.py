"""The database backend: a lost connection is noticed without asking the server each time."""

import contextlib
import datetime as dt
import uuid

import psycopg
import pytest
from django.core.signals import request_started
from django.db import (
    DataError,
    NotSupportedError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.conninfo import make_conninfo

from cms.core.postgresql.hot import PREPARE_THRESHOLD, PREPARED_MAX

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


def asked(sql, params=None):
    return connections["default"].hot_rows(sql, params)


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'hot%'")
        return cursor.fetchone()[0]


def test_a_hot_statement_is_prepared_when_it_comes_back():
    connection.close()
    for number in range(6):
        assert asked("SELECT %s::int + 1", [number]) == [(number + 1,)]
        assert prepared() == (number >= 3)


def test_hot_reads_follow_a_new_connection():
    asked("SELECT 1")
    connection.close()
    assert asked("SELECT 2") == [(2,)]


def test_hot_reads_give_what_a_cursor_gives():
    sql = """
        SELECT %(text)s || '%%', %(uid)s::uuid, %(none)s::int, %(days)s::date[], %(text)s = 'é',
               now()::timestamptz(0) = %(now)s, convert_to(%(text)s, 'UTF8'), %(small)s + 1.5
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()::timestamptz(0)")
        now = cursor.fetchone()[0]
    values = {
        "text": "é", "uid": uuid.uuid4(), "none": None, "days": [dt.date(2026, 2, 3)], "now": now,
        "small": 3,
    }  # fmt: skip
    by_libpq = asked(sql, values)
    with CaptureQueriesContext(connection):
        by_cursor = asked(sql, values)
    assert [row[:5] + row[6:] for row in by_libpq] == [row[:5] + row[6:] for row in by_cursor]
    assert by_libpq[0][0] == "é%"
    assert by_libpq[0][6] == "é".encode()


def test_a_hot_read_that_fails_says_so_and_the_next_one_answers():
    for _attempt in range(5):
        with pytest.raises(DataError):
            asked("SELECT 1 / %s::int", [0])
        with pytest.raises(ProgrammingError):
            asked("SELECT nothing FROM nowhere", [])
    assert asked("SELECT 4 / %s::int", [2]) == [(2,)]


def test_hot_reads_see_their_own_transaction():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE seen (n int) ON COMMIT DROP")
            cursor.execute("INSERT INTO seen VALUES (7)")
        assert asked("SELECT n FROM seen") == [(7,)]


def test_a_plan_that_its_table_has_outlived_is_made_anew():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE outlived (n int)")
        for _time in range(5):
            asked("SELECT * FROM outlived", [])
        cursor.execute("ALTER TABLE outlived ADD COLUMN m int")
        with contextlib.suppress(NotSupportedError):
            asked("SELECT * FROM outlived", [])
        assert asked("SELECT * FROM outlived", []) == []
        cursor.execute("DROP TABLE outlived")


def test_statements_kept_on_the_server_are_bounded():
    connection.close()
    for number in range(PREPARED_MAX + 20):
        for _time in range(PREPARE_THRESHOLD + 1):
            asked(f"SELECT {number}", [])
    assert prepared() == PREPARED_MAX


def test_what_is_watched_says_its_text_however_often_it_was_asked():
    with CaptureQueriesContext(connection) as seen:
        for _time in range(PREPARE_THRESHOLD + 2):
            asked("SELECT 1", [])
    assert {one["sql"] for one in seen.captured_queries} == {"SELECT 1"}
