"""The demo's report of searches shows something in each list, and its pick is a page."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.catalogue import touches
from knowledge.demo import loader, types
from knowledge.demo.types import searches
from tests.factories import HomePageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

GUIDE = "Construire le diagnostic partagé d’un contrat local de santé"


def test_each_list_of_the_report_has_rows(monkeypatch):
    HomePageFactory()
    monkeypatch.setattr(types, "LOADERS", (searches.load,))
    monkeypatch.setattr(loader, "call_command", lambda *given, **more: None)
    loader.load(lambda text: None)
    touches.flush()
    documentalist = Client()
    documentalist.force_login(UserFactory())
    for kind in ("frequent", "empty", "unclicked", "falling"):
        page = documentalist.get(reverse("searches_report"), {"list": kind})
        assert page.context["object_list"], kind
    found = Client().get("/recherche/?q=Diagnostic de territoire")
    assert [hit.title for hit in found.context["picks"]] == [GUIDE]
