"""What a search, a section and a record cost in queries: no more in another language."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from search import remembered, sync
from tests import factories as make
from tests.languages.conftest import home_in, section_in, translate

pytestmark = pytest.mark.django_db

BOUNDS = {"recherche/?q=canari": 20, "recherche/": 20, "guides/": 25, "guides/canari/": 25}
PREFIXES = ("/", "/en/", "/es/")


@pytest.fixture(scope="module")
def centre(module_db):
    """A guide with descriptors and a place in three languages, others in French alone."""
    english, spanish = make.locale("en"), make.locale("es")
    home_in(english, spanish)
    section = section_in(english)
    guide = make.GuidePageFactory(parent=section, title="Canari français", slug="canari")
    concept = make.ConceptFactory(label="Santé", english="Health")
    guide.descriptors.create(concept=concept)
    for locale in (english, spanish):
        translate(section, locale)
        translate(guide, locale)
    for number in range(3):
        make.GuidePageFactory(title=f"Canari français {number}", slug=f"c-{number}",
                              concepts=[concept])  # fmt: skip
    while touches.flush().left:
        pass
    sync.follow_postgres()


def asked(client, address):
    client.get(address)
    remembered.forget()  # a page of results is sent again as it was
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return sum("SAVEPOINT" not in one["sql"] for one in found.captured_queries)


@pytest.mark.parametrize("name", BOUNDS)
def test_another_language_stays_within_the_same_bound(client, centre, name):
    counted = {prefix: asked(client, prefix + name) for prefix in PREFIXES}
    assert max(counted.values()) <= BOUNDS[name], counted


def test_what_french_has_beside_takes_no_query(client, centre):
    french, english = (asked(client, f"{prefix}recherche/?q=canari") for prefix in PREFIXES[:2])
    assert english <= french
    remembered.forget()
    shown = client.get("/en/recherche/?q=canari")
    assert shown.context["beside"].count == 4
