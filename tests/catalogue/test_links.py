"""Ties between records, walked both ways, naming only what is public."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cms.catalogue import touches
from cms.catalogue.links import ties
from cms.catalogue.models import Link, Record
from tests.factories import GuidePageFactory, SectionPageFactory

pytestmark = pytest.mark.django_db


def read(page) -> dict:
    return json.loads(Record.objects.get(page_id=page.pk).json, strict=False)


@pytest.fixture
def editions():
    """A first edition, and a second one that replaces it."""
    first = GuidePageFactory(title="Évaluer, 1re édition")
    second = GuidePageFactory(title="Évaluer, 2e édition", supersedes=first)
    touches.flush()
    return first, second


def test_a_tie_is_read_from_both_ends(editions):
    first, second = editions
    (own,) = ties(second.pk, "fr")
    (back,) = ties(first.pk, "fr")
    assert (own.relation, own.inverse, [r.title for r in own.records]) == (
        "supersedes", False, [first.title],
    )  # fmt: skip
    assert (back.inverse, [r.title for r in back.records]) == (True, [second.title])
    assert str(own.label) != str(back.label)


def test_the_page_and_the_api_name_the_other_end(editions, client):
    first, second = editions
    target = Record.objects.get(page_id=first.pk)
    assert read(second)["links"] == [
        {"relation": "supersedes", "uid": str(target.uid), "locale": "fr"}
    ]
    assert first.url in client.get(second.url).content.decode()
    assert second.url in client.get(first.url).content.decode()
    answer = client.get(f"/api/v1/records?linked_to={target.uid}").json()
    assert [item["title"] for item in answer["items"]] == [second.title]


@pytest.mark.parametrize("way", ["unpublish", "restrict", "delete"])
def test_an_end_that_is_not_public_is_named_nowhere(editions, client, way):
    first, second = editions
    uid = Record.objects.get(page_id=first.pk).uid
    if way == "unpublish":
        first.unpublish()
    elif way == "restrict":
        PageViewRestriction.objects.create(page=first, restriction_type="login")
    else:
        first.delete()
    touches.flush()
    assert ties(second.pk, "fr") == []
    assert read(second)["links"] == []
    assert "1re édition" not in client.get(second.url).content.decode()
    assert str(uid) not in client.get("/api/v1/records").content.decode()


def test_an_end_that_comes_back_is_named_again(editions):
    first, second = editions
    first.unpublish()
    touches.flush()
    first.save_revision().publish()
    touches.flush()
    assert [tie.relation for tie in ties(second.pk, "fr")] == ["supersedes"]
    assert len(read(second)["links"]) == 1


def test_the_ties_of_a_page_that_is_withdrawn_go(editions):
    first, second = editions
    second.unpublish()
    touches.flush()
    assert not Link.objects.filter(page_id=second.pk).exists()
    assert ties(first.pk, "fr") == []


def test_many_ties_cost_no_more_queries(editions):
    first, _second = editions
    with CaptureQueriesContext(connection) as few:
        ties(first.pk, "fr")
    section = SectionPageFactory(title="Suites", slug="suites")
    for number in range(5):
        GuidePageFactory(parent=section, title=f"Suite {number}", supersedes=first)
    touches.flush()
    with CaptureQueriesContext(connection) as many:
        (back,) = ties(first.pk, "fr")
    assert len(back.records) == 6
    assert len(many) == len(few) == 2
