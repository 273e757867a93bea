"""At the size of a real corpus, 3,657 guides: loaded once, hidden at once, given back."""

import gzip
from itertools import islice
from pathlib import Path

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


def first(folder: Path, count: int, into: Path) -> str:
    """The first guides of a corpus, as a corpus."""
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        (into / "docs.jsonl").write_text("".join(islice(lines, count)), encoding="utf-8")
    return str(into)


def test_a_real_corpus_loads_once_hides_at_once_and_comes_back(shared_data, tmp_path):
    folder = shared_data / "ir" / "servicepublic"
    visitor, editor = Client(), Client()
    editor.force_login(UserFactory())

    call_command("load_corpus", first(folder, 100, tmp_path))
    follow_postgres()
    section = SectionPage.objects.get(slug="guides-corpus")
    record = Record.objects.order_by("version").first()
    most = {
        "/recherche/?q=passeport": 20,
        "/api/v1/records?limit=20": 4,
        f"/api/v1/records/{record.uid}": 2,
        section.url: 25,
        record.url: 25,
    }
    small = {address: queries(visitor, address) for address in most}
    assert all(small[address] <= bound for address, bound in most.items()), small

    call_command("load_corpus", str(folder))  # what is there already is not loaded again
    follow_postgres()
    assert live() == SIZE
    assert Page.find_problems() == ([], [], [], [], [])
    assert {address: queries(visitor, address) for address in most} == small
    before = Clock.objects.get().v
    call_command("load_corpus", str(folder))
    assert Clock.objects.get().v == before, "a second run changes nothing"
    assert "<mark>passeport</mark>" in visitor.get("/recherche/?q=passeport").content.decode()

    admin.page_action(editor, "set_privacy", section, restriction_type="login")
    assert live() == 0
    assert visitor.get("/api/v1/records").json()["total"] == 0
    assert "<mark>passeport</mark>" not in visitor.get("/recherche/?q=passeport").content.decode()
    changed = visitor.get(f"/api/v1/changes?since={before}&limit=1").json()
    assert changed["total"] == SIZE

    admin.page_action(editor, "set_privacy", section, restriction_type="none")
    touches.flush()  # the worker's part
    assert live() == SIZE
