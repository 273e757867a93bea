"""Who has an answer already is told so by two queries at most, at every exit, until it changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from cms.catalogue.models import Record
from knowledge.base.models import PageDescriptor
from tests.agenda_factories import EventPageFactory, date
from tests.exchange import exits
from tests.exchange.test_offers import training
from tests.factories import ConceptFactory, HomePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def uid(db):
    page = EventPageFactory(title="Journée", dates=[date("2027-01-12")])
    concept = ConceptFactory(slug="sante", label="Santé")
    PageDescriptor.objects.create(page=page, concept=concept)
    training()
    touches.flush()
    return Record.objects.get(page_id=page.pk).uid


@pytest.mark.parametrize("name", exits.EXITS)
def test_two_queries_tell_that_nothing_is_new(client, uid, name):
    for address in exits.addresses(name, uid=uid):
        first = client.get(address)
        assert first.status_code == 200, (address, first.getvalue())
        assert first["Cache-Control"] == "no-cache"
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.getvalue()) == (304, b""), address
        assert len(asked) <= 2, [one["sql"][:80] for one in asked]
        other = client.get(address, headers={"If-None-Match": '"x"'})
        assert other.status_code == 200


@pytest.mark.parametrize("address", ["/sitemap-rubriques.xml", "/llms.txt"])
def test_what_is_said_of_sections_changes_with_them(client, uid, address):
    tag = client.get(address)["ETag"]
    home = HomePageFactory()
    home.summary = "Un autre résumé"
    home.save()
    section = home.get_children().first()
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    tag = changed["ETag"]
    section.view_restrictions.create(restriction_type="login")
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert section.slug not in changed.content.decode()
