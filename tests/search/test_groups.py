"""The best of each type, and the other names and subjects that come first, on both engines."""

from itertools import groupby

import pytest
from django.utils import timezone

from knowledge.thesaurus.models import ConceptScheme
from search.query import GROUP_SIZE, SearchQuery
from tests.factories import ConceptFactory
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.search.corpus import uid_of


@pytest.fixture(scope="module")
def described(engine):
    """Four types that talk of gardens; an organisation with its acronym; news of a concept."""
    for number in range(5):
        corpus.add(f"Jardiner {number}", name=f"news-{number}", kind="article")
        corpus.add(f"Fiche {number}", name=f"guide-{number}", body="On y jardine un peu, parfois.")
    corpus.add("Jardiner jardiner jardiner", name="best", kind="training")
    themes = ConceptScheme.objects.get(slug="themes")
    concept = ConceptFactory(
        scheme=themes, slug="dls", label="Dispositif local de soin", alternatives=["DLS"]
    )
    corpus.add(
        "Le dispositif local de soin", name="news", kind="article", concepts=[concept],
        summary="Un dispositif local de soin fête ses dix ans.",
    )  # fmt: skip
    corpus.add(
        "Faire vivre un dispositif local de soin avec les habitants du quartier", name="guide",
        concepts=[concept], body="Un long texte sur autre chose. " * 40,
    )  # fmt: skip
    year = timezone.localdate().year
    for name, begun in (("former", year - 9), ("current", year - 2)):
        corpus.add(
            "Un dispositif local de soin pour la vallée", name=name, kind="plan",
            terms=[corpus.term("year", str(one), "") for one in range(begun, begun + 6)],
            published=f"{begun}-01-01",
            body="Un long texte sur autre chose. " * 40,
        )  # fmt: skip
    corpus.add("Camille Exemple", name="person", kind="person", body="DLS, DLS et DLS : vallée")
    corpus.add(
        "Parc de la Vallée", name="park", kind="organisation", other_names=["PDV", "Parc vallée"]
    )
    corpus.add("Le PDV en dix questions", name="about", body="PDV " * 30)
    index_everything()
    return engine


def test_the_first_few_of_each_type(described, ask):
    result = ask("jardiner", grouped=True)
    groups = [(name, list(hits)) for name, hits in groupby(result.hits, key=lambda hit: hit.type)]
    assert result.total == 12
    assert [(name, len(hits)) for name, hits in groups] == [
        ("training", 1), ("article", GROUP_SIZE), ("guide", GROUP_SIZE),
    ]  # fmt: skip
    scores = [hit.score for hit in groups[1][1]]
    assert scores == sorted(scores, reverse=True)
    assert "<mark>" in groups[0][1][0].title_html
    kind = next(facet for facet in result.facets if facet.name == "type")
    assert {value.value: value.count for value in kind.values} == {
        "article": 5, "guide": 6, "training": 1,
    }  # fmt: skip


def test_groups_without_words(described, ask):
    names = [name for name, _hits in groupby(ask("", grouped=True).hits, key=lambda hit: hit.type)]
    assert len(names) == len(set(names)) > 2


@pytest.mark.parametrize("typed", ["PDV", "pdv", "parc vallée", "Parc-Vallée"])
def test_another_name_of_an_organisation_finds_it_first(described, ask, typed):
    assert ask(typed).hits[0].uid == uid_of("park")


@pytest.mark.parametrize("typed", ["DLS", "dls", "dispositif local de soin", "le DLS"])
def test_a_subject_alone_begins_with_what_explains_it(described, ask, typed):
    assert ask(typed).hits[0].uid == uid_of("guide")


@pytest.mark.parametrize("typed", ["DLS", "dispositif local de soin", "DLS vallée"])
def test_the_contract_in_force_comes_before_people_and_its_former_generation(described, ask, typed):
    order = [hit.uid for hit in ask(typed).hits]
    places = [order.index(uid_of(name)) for name in ("current", "former", "person")]
    assert places[0] < min(places[1:])


def test_who_gives_a_year_does_not_mean_what_is_in_force(described, ask):
    former = "DLS vallée 2011"
    corpus.add("Le dispositif local de soin de la vallée, 2011", name="dated", kind="plan")
    index_everything()
    assert ask(former).hits[0].uid == uid_of("dated")


def test_more_than_a_subject_does_not(described, ask):
    assert ask("DLS fête").hits[0].uid == uid_of("news")


def test_the_order_when_nothing_is_typed():
    assert SearchQuery().sorted_by(asks=False) == "newest"
    assert SearchQuery(types=("training", "event")).sorted_by(asks=False) == "next"
    assert SearchQuery(types=("training", "guide")).sorted_by(asks=False) == "newest"
    assert SearchQuery(types=("event",), order="title").sorted_by(asks=False) == "title"
    assert SearchQuery(types=("event",)).sorted_by(asks=True) == "relevance"
