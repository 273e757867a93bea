"""What a guide gives to use: tools, and a list to tick."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.guides.models import GuideCheck, GuidePage, GuideTool
from tests import admin as desk
from tests.factories import DocumentFactory, GuidePageFactory, UserFactory

pytestmark = pytest.mark.django_db


def equipped(title="Conduire un diagnostic", **tools):
    page = GuidePageFactory(title=title)
    rows = tools or {
        "Grille": {"document": DocumentFactory(title="Fichier")},
        "Guide voisin": {"tool_page": GuidePageFactory(title="Voisin")},
        "Tableur": {"link": "https://example.org/tableur"},
    }
    for place, (name, target) in enumerate(rows.items()):
        GuideTool.objects.create(
            page=page, locale=page.locale, title=name, sort_order=place, **target
        )
    GuideCheck.objects.create(page=page, locale=page.locale, text="Réunir l’équipe")
    return page


def answer(page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk, gone_at=None).json.replace(BASE, ""))


def test_tools_and_checklist_stand_on_the_page_and_in_the_record(client):
    page = equipped()
    found = answer(page)
    assert [tool["title"] for tool in found["data"]["tools"]] == [
        "Grille", "Guide voisin", "Tableur",
    ]  # fmt: skip
    assert found["data"]["checklist"] == ["Réunir l’équipe"]
    assert [file["title"] for file in found["downloads"]] == ["Fichier"]
    html = client.get(found["url"]).content.decode()
    for text in ("Grille", "Guide voisin", "https://example.org/tableur", "Réunir l’équipe"):
        assert text in html


def test_a_tool_that_is_not_public_is_not_named(client):
    hidden = GuidePageFactory(title="Canari")
    page = equipped(**{"Canari rouge": {"tool_page": hidden}, "Tableur": {"link": "https://a.fr/"}})
    hidden.unpublish()
    found = answer(page)
    assert [tool["title"] for tool in found["data"]["tools"]] == ["Tableur"]
    html = client.get(found["url"]).content.decode()
    assert "anari" not in html + str(found) + str(Record.objects.get(page_id=page.pk).document)


def test_five_guides_cost_what_one_does():
    pages = [equipped(f"Guide {n}") for n in range(5)]
    found = list(GuidePage.objects.filter(pk__in=[p.pk for p in pages]).select_related("locale"))
    touches.flush()
    with CaptureQueriesContext(connection) as one:
        GuidePage.describe_many(found[:1])
    with CaptureQueriesContext(connection) as five:
        GuidePage.describe_many(found)
    assert len(one) == len(five)


def test_a_guide_is_published_only_with_a_chapter_and_tools_that_lead_somewhere(client):
    client.force_login(UserFactory())
    page = GuidePageFactory(chapters=())
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = desk.form(client, address)
    refused = client.post(address, data | {"action-publish": "1"})
    assert "un chapitre" in str(refused.context["form"].errors) or "a chapter" in str(
        refused.context["form"].errors
    )
    row = {"tools-TOTAL_FORMS": "1", "tools-0-title": "Rien", "tools-0-document": "",
           "tools-0-tool_page": "", "tools-0-link": "", "tools-0-ORDER": "1", "tools-0-id": "",
           "tools-0-DELETE": ""}  # fmt: skip
    refused = client.post(address, data | row)
    assert "document" in refused.context["form"].formsets["tools"].errors[0]
    row["tools-0-link"] = "javascript:alert(1)"
    refused = client.post(address, data | row)
    assert "link" in refused.context["form"].formsets["tools"].errors[0]


def test_the_list_of_guides_opens_in_the_admin(client):
    client.force_login(UserFactory())
    GuidePageFactory(title="Guide du diagnostic", edition_date="2019-03")
    shown = client.get(reverse("guides:index")).content.decode()
    assert "Guide du diagnostic" in shown
    assert "mars 2019" in shown
