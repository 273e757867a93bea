"""Who has an answer already is told so by two queries at most, at every exit, until it changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.exchange.basket import EXPORTS as BASKETS
from cms.exchange.exports import EXTENSIONS
from cms.exchange.notices import EXPORTS
from cms.formats.skos import SYNTAXES
from knowledge.base.models import PageDescriptor
from tests.agenda_factories import EventPageFactory, date
from tests.factories import ConceptFactory, HomePageFactory

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/sitemap.xml", "/sitemap-1.xml", "/sitemap-rubriques.xml", "/robots.txt", "/llms.txt",
    "/agenda.ics?type=event&concept=themes:sante", "/recherche/flux.atom?q=journee",
    "/recherche/flux.rss?concept=sante", "/flux/event.atom", "/en/flux/event.rss",
    "/notices/{uid}.ics", *(f"/notices/{{uid}}.{one}" for one in EXPORTS),
    *(f"/notices.{one}?concept=sante&q=journee&pres-de=" for one in EXTENSIONS),
    *(f"/panier.{one}?id={{uid}}" for one in BASKETS),
    *(f"/concepts{part}.{one}" for one in SYNTAXES for part in ("", "/themes/sante")),
    *(f"/donnees-ouvertes.{one}" for one in SYNTAXES),
]  # fmt: skip


@pytest.fixture
def uid(db):
    page = EventPageFactory(title="Journée", dates=[date("2027-01-12")])
    concept = ConceptFactory(slug="sante", label="Santé")
    PageDescriptor.objects.create(page=page, concept=concept)
    touches.flush()
    return Record.objects.get(page_id=page.pk).uid


@pytest.mark.parametrize("address", ADDRESSES)
def test_two_queries_tell_that_nothing_is_new(client, uid, address):
    address = address.format(uid=uid)
    first = client.get(address)
    assert first.status_code == 200, first.getvalue()
    assert first["Cache-Control"] == "no-cache"
    with CaptureQueriesContext(connection) as asked:
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.getvalue()) == (304, b"")
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
