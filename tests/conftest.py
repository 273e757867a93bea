"""Real services for the whole suite.

- `db` (pytest-django): one test in a transaction that is rolled back.
- `module_db`: the same for a module, so that a module's fixtures build their data once; each
  of its tests runs in a savepoint of its own.
- `transactional_db` (also behind `live_server`): real commits; afterwards the database is
  copied anew from the template.
- `committed_db`: the same for a module whose tests, in a browser, read what its fixtures made.

Work that waits for a commit is run by an explicit `flush()` of `cms.catalogue.touches`.
"""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.template.base import Template
from django.template.context import Context
from django.test.signals import template_rendered
from django.test.utils import override_settings
from wagtail.models import Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from search import remembered
from tests import database, services

SHARED_DATA = Path(settings.BASE_DIR).parent / "shared" / "data"


def pytest_collection_finish() -> None:
    """What is imported by now stays until the end: the collector need not look at it again and
    again, which took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _few_contexts(django_test_environment: None) -> Iterator[None]:
    """`response.context` knows what each template was given, and not again what each template
    that it extends or includes was: Django's own copies it some 2,000 times for a page of the
    admin, a tenth of the time."""

    def render(template: Template, context: Context) -> str:
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> Iterator[tuple[str, str]]:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    services.start_postgres()
    with django_db_blocker.unblock(), database.own_database() as names:
        yield names


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """The address of a real Elasticsearch, the tests' own."""
    return services.start_elasticsearch()


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, django_db_blocker) -> Iterator[None]:
    """What pytest-django's mark and its `db` fixture stand on: a transaction rolled back. Its own
    would empty every table after a test that commits, what the migrations wrote included."""
    committing = {"transactional_db", "live_server"}.intersection(request.fixturenames)
    request.getfixturevalue("transactional_db" if committing else "django_db_setup")
    if committing:
        yield
        return
    whole = transaction.atomic()
    whole._from_testcase = True  # as in Django's TestCase: durable blocks are allowed inside
    with django_db_blocker.unblock(), whole:
        yield
        transaction.set_rollback(True)


@pytest.fixture
def transactional_db(
    request: pytest.FixtureRequest, django_db_setup, django_db_blocker
) -> Iterator[None]:
    if "committed_db" in request.fixturenames:  # copied anew after the module's last test
        yield
        return
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            database.clone(*django_db_setup)


@pytest.fixture(scope="module")
def committed_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            database.clone(*django_db_setup)


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _savepoint(request: pytest.FixtureRequest) -> Iterator[None]:
    """Undo what one test of a module with `module_db` does."""
    if "module_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("module_db")
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    """Site roots, menus and searches are kept by process, the database is not the same."""
    cache.clear()
    Site.clear_site_root_paths_cache()
    remembered.forget()


@pytest.fixture(scope="module")
def quiet() -> Iterator[None]:
    """Before the demo is loaded: leaves out what Wagtail keeps besides, of who refers to whom and
    for the admin's own search. It is two thirds of the work, and no page and no search of ours
    reads it."""
    admin = {
        name: {**one, "AUTO_UPDATE": False} for name, one in settings.WAGTAILSEARCH_BACKENDS.items()
    }
    with override_settings(WAGTAILSEARCH_BACKENDS=admin), disable_reference_index_auto_update():
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Public data to measure with, beside the project; skips without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the public data is not beside the project")
    return SHARED_DATA
