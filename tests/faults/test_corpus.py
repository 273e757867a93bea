"""At the size of a real corpus, 3,657 guides: loaded once, hidden at once, given back."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Clock, Record
from cms.core.models import SectionPage
from search.sync import follow_postgres
from tests import admin
from tests.factories import UserFactory

pytestmark = [pytest.mark.shared, pytest.mark.usefixtures("transactional_db")]

SIZE = 3_657


def live() -> int:
    return Record.objects.filter(gone_at__isnull=True).count()


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is looked up once in a process is not counted
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_real_corpus_loads_once_hides_at_once_and_comes_back(shared_data):
    folder = str(shared_data / "ir" / "servicepublic")
    call_command("load_corpus", folder)
    assert live() == SIZE
    assert Page.find_problems() == ([], [], [], [], [])
    before = Clock.objects.get().v
    call_command("load_corpus", folder)
    assert Clock.objects.get().v == before, "a second run changes nothing"
    follow_postgres()

    visitor, editor = Client(), Client()
    editor.force_login(UserFactory())
    section = SectionPage.objects.get(slug="guides-corpus")
    addresses = {
        "/recherche/?q=carte+grise": 20,
        "/api/v1/records?limit=20": 4,
        f"/api/v1/records/{Record.objects.values_list('uid', flat=True).first()}": 2,
        section.url: 25,
    }
    for address, most in addresses.items():
        assert queries(visitor, address) <= most, address
    assert "résultat" in visitor.get("/recherche/?q=passeport").content.decode()

    admin.page_action(editor, "set_privacy", section, restriction_type="login")
    assert live() == 0
    assert visitor.get("/api/v1/records").json()["total"] == 0
    assert "passeport</mark>" not in visitor.get("/recherche/?q=passeport").content.decode()
    changed = visitor.get(f"/api/v1/changes?since={before}&limit=1").json()
    assert changed["total"] == SIZE

    admin.page_action(editor, "set_privacy", section, restriction_type="none")
    touches.flush()  # the worker's part
    assert live() == SIZE
