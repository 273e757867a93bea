"""The visitor's language first, French beside it; acronyms in every language."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from cms.catalogue.models import Record
from search import sync
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(guide, english, into):
    """One guide in both languages, two more in French alone."""
    into(guide, english)
    for number in range(2):
        make.GuidePageFactory(title=f"Canari français {number}", slug=f"canari-{number}")
    touches.flush()
    sync.follow_postgres()
    return guide


def test_what_french_has_is_offered_beside(client, site):
    found = client.get("/en/recherche/?q=canari")
    assert [hit.title for hit in found.context["result"].hits] == ["EN Canari français"]
    assert (found.context["beside"].language, found.context["beside"].count) == ("fr", 3)
    address = found.context["beside"].address
    there = client.get(f"/en/recherche/{address}")
    assert there.context["result"].total == 3
    assert there.context["beside"] is None
    assert '<a href="/guides/canari/" lang="fr">' in there.content.decode()


def test_who_asks_for_everything_is_told_what_french_has(client, site):
    found = client.get("/en/recherche/")
    assert found.context["beside"].count == 3
    there = client.get(f"/en/recherche/{found.context['beside'].address}")
    assert there.context["result"].total == 3


def test_a_french_visitor_pays_nothing_for_it(client, site):
    address = "/recherche/?q=canari"
    assert client.get(address).context["beside"] is None


def test_the_number_of_queries_in_english_does_not_grow(client, site):
    address = "/en/recherche/?q=canari"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(5):
        make.GuidePageFactory(title=f"Un canari {number}", slug=f"un-canari-{number}")
    touches.flush()
    sync.follow_postgres()
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_an_acronym_is_found_in_every_language(client, home, english, into, section):
    cls = make.ConceptFactory(
        label="Contrat local de santé", alternatives=["CLS"], english="Local health contract"
    )
    page = make.GuidePageFactory(title="Un guide", slug="un-guide", concepts=[cls])
    into(page, english)
    touches.flush()
    sync.follow_postgres()
    assert client.get("/en/recherche/?q=CLS").context["result"].total == 1


def test_a_list_of_the_api_takes_a_language(client, site):
    listed = client.get("/api/v1/records?locale=en").json()
    assert {one["locale"] for one in listed["items"]} == {"en"}
    uids = {record.uid for record in Record.objects.filter(translation_key=site.translation_key)}
    assert len(uids) == 2
