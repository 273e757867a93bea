"""The demo's publications, thematic files and news are whole, and point to what exists."""

import json

import pytest

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.models import SectionPage
from knowledge.demo import loader, types
from knowledge.demo.types import library, news
from tests.factories import HomePageFactory
from tests.territory_factories import TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

ORGANISATIONS = (
    "relais-val-de-brume", "association-pas-a-pas", "centre-social-des-rives", "collectif-usagers",
    "compagnie-du-gue", "mediatheque-lorvain", "pnr-brenne", "theatre-des-brumes",
)  # fmt: skip


def directory(centre, say):
    """Pages in the place of the organisations, which belong to another room."""
    for slug in ORGANISATIONS:
        entry = {"title": slug.replace("-", " ").capitalize(), "slug": slug}
        page = SectionPage(title=entry["title"], slug=slug, locale=centre.home.locale)
        centre.home.refresh_from_db(fields=["numchild", "path"])
        centre.home.add_child(instance=page)
        centre.pages[f"organisation:{slug}"] = page


def park(centre, say):
    TerritoryFactory(kind="free", name="Parc naturel régional de la Brenne")


def test_the_library_of_the_demo_is_whole(monkeypatch, client):
    HomePageFactory()
    monkeypatch.setattr(types, "LOADERS", (directory, park, news.load, library.load))
    monkeypatch.setattr(loader, "call_command", lambda *given, **more: None)
    loader.load(lambda text: None)
    touches.flush()
    found = Record.objects.filter(gone_at__isnull=True)
    assert found.filter(type="publication").count() == 60
    assert found.filter(type="article").count() == 31
    files = found.filter(type="dossier")
    assert files.count() == 3
    for file in files:
        sections = json.loads(file.json, strict=False)["data"]["sections"]
        assert sum(len(section["entries"]) for section in sections) >= 8
        assert client.get(file.url).status_code == 200
    for kind in ("publication", "article"):
        for record in found.filter(type=kind)[:60:6]:
            assert client.get(record.url).status_code == 200
    bodies = found.values_list("document__body", flat=True)
    assert any("978-2-999999" in text for text in bodies)
