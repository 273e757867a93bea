"""News and monitored resources: record, page and form."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.news.models import ArticlePage
from tests import admin as desk
from tests.factories import UserFactory
from tests.library_factories import ArticlePageFactory, shelf

pytestmark = pytest.mark.django_db


def answer(page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk, gone_at=None).json.replace(BASE, ""))


def watched(**fields):
    known = {
        "title": "Un rapport à lire", "kind": "watch", "day": dt.date(2026, 3, 2),
        "source": "Observatoire des brumes", "link": "https://example.org/rapport",
        "why": "Il compare douze territoires.",
    }  # fmt: skip
    return ArticlePageFactory(**{**known, **fields})


def test_a_monitored_resource_says_why_it_matters(client):
    page = watched()
    found = answer(page)
    assert found["date"] == "2026-03-02"
    assert found["data"]["news_kind"] == "watch"
    assert found["data"]["why"] == "Il compare douze territoires."
    record = Record.objects.get(page_id=page.pk)
    assert "news_kind:watch" in record.terms
    assert "douze territoires" in record.document["body"]
    html = client.get(found["url"]).content.decode()
    for text in ("Il compare douze territoires.", "Observatoire des brumes", "2 mars 2026",
                 "https://example.org/rapport"):  # fmt: skip
        assert text in html, text


def test_news_without_a_date_has_that_of_its_publication():
    page = ArticlePageFactory()
    assert answer(page)["date"] == timezone.localdate(page.first_published_at).isoformat()


def test_five_cost_what_one_does():
    pages = [watched(title=f"Rapport {n}") for n in range(5)]
    found = list(ArticlePage.objects.filter(pk__in=[p.pk for p in pages]).select_related("locale"))
    touches.flush()
    with CaptureQueriesContext(connection) as one:
        ArticlePage.describe_many(found[:1])
    with CaptureQueriesContext(connection) as five:
        ArticlePage.describe_many(found)
    assert len(one) == len(five)


def test_the_form_asks_of_a_monitored_resource_its_link_and_why(client):
    client.force_login(UserFactory())
    parent = shelf("actualites", "Actualités")
    add = reverse("wagtailadmin_pages:add", args=["knowledge_news", "articlepage", parent.pk])
    desk.post(
        client, add, desk.form(client, add) | {"title": "À lire", "slug": "a-lire", "kind": "watch"}
    )
    page = ArticlePage.objects.get()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = desk.form(client, address) | {"summary": "Bref."}
    refused = client.post(address, data | {"action-publish": "1"})
    assert {"link", "why"} <= set(refused.context["form"].errors)
    refused = client.post(address, data | {"link": "javascript:alert(1)"})
    assert "link" in refused.context["form"].errors
    data |= {"link": "https://example.org/r", "why": "Pour les élus.", "source": "Exemple",
             "day": "2026-03-02"}  # fmt: skip
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(preview, data).json() == {"is_valid": True, "is_available": True}
    assert "Pour les élus." in client.get(preview).content.decode()
    desk.post(client, address, data | {"action-publish": "1"})
    page.refresh_from_db()
    assert page.live
    assert client.get(reverse("news:index"), {"kind": "watch"}).status_code == 200
