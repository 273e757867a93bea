"""A real worker process: it projects and indexes, and a killed one holds nobody up."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo
from wagtail.models import Page

from cms.catalogue.middleware import ask_worker
from cms.catalogue.models import Record
from search.models import Entry
from tests.factories import GuidePageFactory, HomePageFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    database = connection.settings_dict
    address = make_conninfo(
        dbname=database["NAME"], user=database["USER"], host=database["HOST"],
        port=database["PORT"], password=database["PASSWORD"],
    )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        },
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


def soon(what: Callable[[], bool], seconds: float = 40) -> bool:
    """Whether something becomes true in time. Long: two cores may be busy with other tests."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def job_states(name: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE task_name = %s", [name])
        return [row[0] for row in cursor.fetchall()]


def test_a_worker_projects_and_indexes_and_stops_when_told():
    HomePageFactory()
    page = GuidePageFactory(title="Attendu")
    ask_worker()
    with worker() as process:
        assert soon(lambda: Record.objects.filter(page_id=page.pk, title="Attendu").exists())
        assert soon(lambda: Entry.objects.count() == 1), "found by a search, too"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_worker_killed_in_the_middle_of_its_work_is_replaced_by_another():
    HomePageFactory()
    page = GuidePageFactory(title="Attendu")
    with connection.cursor() as cursor:  # the page is locked: the projection waits for us
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [0x52454C, page.pk])
        ask_worker()
        with worker() as process:
            assert soon(lambda: "doing" in job_states("catalogue.sweep"))
            time.sleep(0.5)
            process.send_signal(signal.SIGKILL)
            process.wait(20)
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [0x52454C, page.pk])
    assert not Record.objects.exists()
    Page.objects.filter(pk=page.pk).update(title="Renommé")
    ask_worker()
    with worker():
        assert soon(lambda: Record.objects.filter(title="Renommé").exists())
        assert soon(lambda: Entry.objects.count() == 1)
    call_command("catalogue", "check")
    call_command("search", "check")
