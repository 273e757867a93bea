"""The vocabularies as a reader browses them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from knowledge.thesaurus.models import Concept
from tests.factories import ConceptFactory, GuidePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    health = ConceptFactory(label="Santé mentale", slug="sante-mentale", alternatives=["Psychisme"])
    sleep = ConceptFactory(label="Sommeil", slug="sommeil", broader=health)
    ConceptFactory(label="Élevage", slug="elevage")
    near = ConceptFactory(label="Écrans", slug="ecrans", related=[sleep])
    GuidePageFactory(title="Bien dormir", concepts=[sleep])
    GuidePageFactory(title="Une place pour chacun", concepts=[health])
    GuidePageFactory(title="Moins d’écrans", concepts=[near])
    touches.flush()


def test_themes_stand_in_their_tree_with_what_carries_them(client, tree):
    page = client.get("/themes/")
    (shown,) = page.context["trees"]
    assert [(one.label, one.count) for one in shown.branches] == [
        ("Écrans", 1), ("Santé mentale", 2),
    ]  # fmt: skip
    assert [one.label for one in shown.branches[1].under] == ["Sommeil"]
    assert "Élevage" not in page.content.decode()  # nothing carries it
    assert client.get(shown.branches[1].under[0].address).status_code == 200


def test_a_theme_says_what_it_means_what_is_near_and_what_carries_it(client, tree):
    page = client.get("/themes/themes/sante-mentale/")
    text = page.content.decode()
    assert {record.title for record in page.context["shelf"].records} == {
        "Bien dormir", "Une place pour chacun",
    }  # fmt: skip
    assert "Psychisme" in text
    assert [one.label for one in page.context["narrower"]] == ["Sommeil"]
    below = client.get("/themes/themes/sommeil/")
    assert [one.label for one in below.context["related"]] == ["Écrans"]
    assert [link.title for link in below.context["links"]] == ["Thèmes", "Santé mentale"]


def test_a_replaced_theme_leads_to_the_one_that_stands_for_it(client, tree):
    old = ConceptFactory(label="Dormir", slug="dormir")
    Concept.objects.filter(pk=old.pk).update(replaced_by=Concept.objects.get(slug="sommeil"))
    answer = client.get("/themes/themes/dormir/")
    assert (answer.status_code, answer["Location"]) == (301, "/themes/themes/sommeil/")


@pytest.mark.parametrize("where", ["themes/inconnu", "inconnu/sommeil", "themes/%00"])
def test_an_unknown_theme_is_not_found(client, tree, where):
    assert client.get(f"/themes/{where}/").status_code == 404


def test_queries_do_not_grow_with_the_themes(client, tree):
    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    before = asked("/themes/"), asked("/themes/themes/sante-mentale/")
    health = Concept.objects.get(slug="sante-mentale")
    for number in range(6):
        one = ConceptFactory(label=f"Sujet {number}", broader=health)
        GuidePageFactory(title=f"Fiche {number}", concepts=[one])
    touches.flush()
    assert (asked("/themes/"), asked("/themes/themes/sante-mentale/")) == before


def test_a_cycle_made_behind_the_forms_ends(client, tree):
    health, sleep = Concept.objects.get(slug="sante-mentale"), Concept.objects.get(slug="sommeil")
    Concept.objects.filter(pk=health.pk).update(broader=sleep)
    assert client.get("/themes/").status_code == 200
    assert client.get("/themes/themes/sommeil/").status_code == 200
