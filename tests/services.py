"""The servers that the tests use, their own.

`python -m tests.services` brings them up and makes the template of the databases: the whole suite
does so while its files are read (`deploy/test.sh`), where one process would wait for the other.
"""

from concurrent.futures import ThreadPoolExecutor

import django
from django.conf import settings

from deploy.local import elasticsearch, postgres


def start_postgres() -> None:
    """Bring up PostgreSQL, fast and forgetful."""
    settings.TEST_SERVICES_DIR.mkdir(parents=True, exist_ok=True)
    postgres.ensure_running(settings.TEST_SERVICES_DIR, fast=True)


def start_elasticsearch() -> str:
    """Bring up Elasticsearch, small, and return its address."""
    return elasticsearch.ensure_running(settings.TEST_SERVICES_DIR, heap="512m", fast=True)


def _start() -> None:
    django.setup()
    from tests import database

    with ThreadPoolExecutor() as beside:
        other = beside.submit(start_elasticsearch)
        start_postgres()
        database.template()
        other.result()


if __name__ == "__main__":
    _start()
