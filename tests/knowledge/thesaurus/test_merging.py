"""A descriptor takes the place of another, and the old identifier leads to it."""

import json

import pytest
from django.urls import reverse

from cms.catalogue import touches
from cms.catalogue.checking import problems
from cms.catalogue.models import Record
from knowledge.base.models import PageDescriptor
from knowledge.guides.models import GuidePage
from knowledge.thesaurus.merging import merge
from knowledge.thesaurus.models import Concept
from search import sync
from search.query import SearchQuery
from search.service import search
from tests.factories import ConceptFactory, ConceptSchemeFactory, GuidePageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def top():
    return ConceptFactory(label="Santé", slug="sante")


@pytest.fixture
def old(top):
    other = ConceptFactory(label="Soins", slug="soins")
    return ConceptFactory(
        label="Accès à la santé", slug="acces-sante", alternatives=["AS"], broader=top,
        related=[other],
    )  # fmt: skip


@pytest.fixture
def new(top):
    return ConceptFactory(label="Accès aux soins", slug="acces-soins", broader=top)


def replace(client, old, new):
    address = reverse("thesaurus_concepts:delete", args=[old.pk])
    return client.post(address, {"replacement": new.pk})


def test_pages_narrower_terms_and_names_go_to_the_other_one(editor, old, new):
    one, both = GuidePageFactory(concepts=[old]), GuidePageFactory(concepts=[old, new])
    below = ConceptFactory(label="Transport", broader=old)
    shown = editor.get(reverse("thesaurus_concepts:delete", args=[old.pk])).content.decode()
    assert one.title in shown
    assert "replacement" in shown
    assert replace(editor, old, new).status_code == 302
    for guide in (one, both):
        rows = PageDescriptor.objects.filter(page_id=guide.pk)
        assert list(rows.values_list("concept", flat=True)) == [new.pk]
    new, old, below = (Concept.objects.get(pk=c.pk) for c in (new, old, below))
    assert below.broader_id == new.pk
    assert old.replaced_by_id == new.pk
    assert {(label.label, label.kind) for label in new.labels.all()} == {
        ("Accès aux soins", "preferred"), ("Accès à la santé", "alternative"),
        ("AS", "alternative"),
    }  # fmt: skip
    assert [row.other.slug for row in new.relations.all()] == ["soins"]
    assert problems() == []


def test_drafts_and_old_versions_follow(old, new):
    guide = GuidePageFactory(concepts=[old])
    GuidePage.objects.get(pk=guide.pk).save_revision()
    merge(old, new)
    version = GuidePage.objects.get(pk=guide.pk).get_latest_revision_as_object()
    assert [row.concept_id for row in version.descriptors.all()] == [new.pk]


def test_the_old_identifier_and_the_old_name_find_the_pages(client, old, new):
    guide = GuidePageFactory(title="Se soigner", concepts=[old])
    merge(old, new)
    touches.flush()
    sync.follow_postgres()
    found = search(SearchQuery(concepts=("themes:acces-sante",)))
    assert [hit.title for hit in found.hits] == ["Se soigner"]
    values = [v for facet in found.facets for v in facet.values if facet.name == "themes"]
    assert [v.value for v in values if v.selected] == ["themes:acces-soins"]
    assert "themes:acces-sante" not in [v.value for v in values]
    assert [hit.title for hit in search(SearchQuery(q="AS")).hits] == ["Se soigner"]
    shown = client.get("/recherche/", {"concept": "themes:acces-sante"}).content.decode()
    assert "Accès aux soins" in shown
    answer = client.get("/api/v1/records", {"concept": "themes:acces-sante"})
    assert [one["title"] for one in answer.json()["items"]] == ["Se soigner"]
    concepts = client.get("/api/v1/concepts", {"scheme": "themes"}).json()["items"]
    assert {c["id"]: c["replaced_by"] for c in concepts}["acces-sante"] == "acces-soins"
    record = json.loads(Record.objects.get(page_id=guide.pk).json, strict=False)
    assert [one["id"] for one in record["concepts"]] == ["acces-soins"]


def test_a_replacement_that_is_replaced_leads_to_the_last_one(old, new, top):
    last = ConceptFactory(label="Recours aux soins", slug="recours", broader=top)
    GuidePageFactory(title="Se soigner", concepts=[old])
    merge(old, new)
    merge(Concept.objects.get(pk=new.pk), last)
    touches.flush()
    sync.follow_postgres()
    assert [hit.title for hit in search(SearchQuery(concepts=("themes:acces-sante",))).hits] == [
        "Se soigner"
    ]
    assert Concept.objects.get(pk=old.pk).replaced_by_id == last.pk


def test_a_broader_term_may_give_way_to_its_narrower_one(old, new, top):
    low = ConceptFactory(label="Prévention", broader=new)
    merge(top, low)
    low.refresh_from_db()
    new.refresh_from_db()
    assert low.broader_id is None
    assert new.broader_id == low.pk


def test_another_vocabulary_or_itself_is_refused_at_the_field(editor, old):
    GuidePageFactory(concepts=[old])
    other = ConceptFactory(label="Élus", scheme=ConceptSchemeFactory(slug="publics"))
    for wrong in (other, old):
        response = replace(editor, old, wrong)
        assert "replacement" in response.context["replacing"].errors
    for nothing in ("", "abc", "-1"):
        address = reverse("thesaurus_concepts:delete", args=[old.pk])
        response = editor.post(address, {"replacement": nothing})
        assert "replacement" in response.context["replacing"].errors
    assert Concept.objects.get(pk=old.pk).replaced_by_id is None
    with pytest.raises(ValueError, match="cannot be replaced"):
        merge(old, other)
