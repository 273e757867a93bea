"""A record's address for good, its formats, and what its page carries for programs."""

import html
import json
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.exchange.notices import EXPORTS
from search import sync
from tests.agenda_factories import EventPageFactory, date, to_come
from tests.factories import GuidePageFactory, SectionPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide():
    section = SectionPageFactory(title="Guides", slug="guides")
    page = GuidePageFactory(
        parent=section,
        title="Évaluer “bien”",
        slug="evaluer",
        authors=["Exemple, Camille", "Anonyme"],
    )
    touches.flush()
    return page


@pytest.fixture
def record(guide):
    return Record.objects.get(page_id=guide.pk)


def withdraw(page):
    page.unpublish()
    touches.flush()


def test_the_address_leads_to_the_page_wherever_it_moved(client, guide, record):
    response = client.get(f"/notices/{record.uid}")
    assert (response.status_code, response["Location"]) == (302, guide.url)
    guide.slug = "autre"
    guide.save()
    touches.flush()
    assert client.get(f"/notices/{record.uid}")["Location"].endswith("/autre/")


def test_what_is_gone_says_when_and_why_in_french(client, guide, record):
    withdraw(guide)
    with translation.override("fr"):
        for address in (f"/notices/{record.uid}", f"/notices/{record.uid}.ris"):
            response = client.get(address, headers={"Accept": "text/html"})
            assert response.status_code == 410
            text = html.unescape(response.content.decode())
            assert '<html lang="fr">' in text
            assert "Évaluer" not in text
            assert "noindex" in text
            gone = Record.objects.get(uid=record.uid).gone_at
            assert str(gone.year) in text


def test_what_is_gone_says_it_to_programs(client, guide, record):
    withdraw(guide)
    for address in (f"/notices/{record.uid}", f"/notices/{record.uid}.md"):
        response = client.get(address, headers={"Accept": "application/json"})
        assert response.status_code == 410
        assert response["Content-Type"] == "application/problem+json"
        found = json.loads(response.content)
        assert found["reason"] == "unpublished"
        assert found["gone_at"] == Record.objects.get(uid=record.uid).gone_at.isoformat()
        assert "Accept" in response["Vary"]


def test_what_never_was_is_not_found(client):
    for address in (f"/notices/{uuid.uuid4()}", f"/notices/{uuid.uuid4()}.ris"):
        assert client.get(address).status_code == 404
        found = client.get(address, headers={"Accept": "application/problem+json"})
        assert found.status_code == 404
        assert found["Content-Type"] == "application/problem+json"


def test_addresses_that_are_none_are_not_found(client, record):
    for name in ("x", f"{record.uid}.exe", f"{record.uid}.", str(record.uid).upper(), "%00"):
        assert client.get(f"/notices/{name}", follow=True).status_code == 404, name


@pytest.mark.parametrize("extension", list(EXPORTS))
def test_a_record_in_a_format_is_kept_by_who_has_it(client, guide, record, extension):
    address = f"/notices/{record.uid}.{extension}"
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert len(queries) <= 2
    assert response.status_code == 200
    assert response["Content-Type"] == EXPORTS[extension].media_type
    assert f'filename="evaluer-bien.{extension}"' in response["Content-Disposition"]
    assert response["X-Robots-Tag"] == "noindex"
    assert "Évaluer" in response.content.decode()
    with CaptureQueriesContext(connection) as queries:
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert len(queries) <= 2
    guide.title = "Évaluer mieux"
    guide.save()
    touches.flush()
    changed = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert changed.status_code == 200
    assert client.post(address).status_code == 405


def test_the_page_of_a_record_carries_what_programs_read(client, guide, record):
    text = client.get(guide.url).content.decode()
    authors = re.findall(r'<meta name="citation_author" content="([^"]*)">', text)
    assert authors == ["Exemple, Camille", "Anonyme"]
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert json.loads(data)["name"] == guide.title
    assert text.count('class="Z3988"') == 1
    for extension in EXPORTS:
        assert text.count(f"/notices/{record.uid}.{extension}") == 2  # in the head, under “Cite”
    assert f"http://testserver/notices/{record.uid}" in text


def test_a_draft_that_is_previewed_carries_nothing(admin_client, guide):
    draft = GuidePageFactory(title="Brouillon", live=False, parent=guide.get_parent())
    draft.save_revision()
    response = admin_client.get(f"/admin/pages/{draft.pk}/view_draft/")
    assert response.status_code == 200
    assert b"application/ld+json" not in response.content
    assert b"Z3988" not in response.content


def test_lists_carry_a_reference_for_each_record_by_one_query(client, guide):
    sync.follow_postgres()
    for address in ("/guides/", "/recherche/?q=evaluer"):
        with CaptureQueriesContext(connection) as few:
            text = client.get(address).content.decode()
        assert text.count('class="Z3988"') == 1, address
        assert "rft.creator=Exemple%2C+Camille" in html.unescape(text)
    for number in range(4):
        GuidePageFactory(parent=guide.get_parent(), title=f"Évaluer {number}")
    touches.flush()
    sync.follow_postgres()
    with CaptureQueriesContext(connection) as more:
        assert client.get("/recherche/?q=evaluer").content.count(b"Z3988") == 5
    assert len(more) <= len(few)


def test_the_list_of_dates_carries_references_too(client):
    event = EventPageFactory(
        title="Journée", dates=[date(to_come("01-12")), date(to_come("01-19"))]
    )
    touches.flush()
    text = client.get(event.get_parent().get_url()).content.decode()
    assert text.count('class="Z3988"') == 1  # one for a record, however many dates it has
    assert "rft.title=Journ%C3%A9e" in html.unescape(text)
