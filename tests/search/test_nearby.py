"""Around a commune: what lies near it and what applies to it, on both engines."""

import pytest

from search import service
from search.query import InvalidQuery, Near, SearchQuery
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.search.corpus import uid_of

BLANC = Near("Le Blanc", 30)


@pytest.fixture(scope="module")
def described(engine):
    corpus.lands()
    index_everything()
    return engine


def found(ask, q="", **fields):
    return [hit.uid for hit in ask(q, **fields).hits]


@pytest.mark.parametrize(
    "asked", ["le blanc", "36300", "36018", "LE BLANC (36)", "Le Blanc, Indre"]
)
def test_a_commune_by_name_postal_or_insee_code(described, ask, asked):
    assert set(found(ask, "jardine", near=Near(asked, 10))) == {uid_of("garden"), uid_of("glass")}


def test_without_words_the_nearest_come_first(described, ask):
    near = Near("36300", 100)
    assert found(ask, near=near) == [
        uid_of(name) for name in ("glass", "house", "garden", "orchard", "far")
    ]
    assert [hit.distance for hit in ask("", near=near).hits] == [0, 0, 2, 14, 52]


def test_counts_are_of_what_is_near(described, ask):
    result = ask("jardine", near=BLANC)
    kind = next(facet for facet in result.facets if facet.name == "type")
    assert [(value.value, value.count) for value in kind.values] == [("guide", 3)]
    assert service.count(SearchQuery(q="jardine", near=BLANC)) == 3
    assert len(service.ranking(SearchQuery(q="jardine", near=BLANC))) == 3


def test_of_two_with_the_same_name_the_one_whose_code_is_given(described, ask):
    assert found(ask, "jardine", near=Near("le blanc", 100, "30018")) == []


def test_an_organisation_is_called_from_the_results(described, ask):
    (hit,) = ask("maison", near=BLANC).hits
    assert hit.contact == {"phone": "0100000000"}


@pytest.mark.parametrize("place", ["xyzzyx", "Nulle-Part", "'; --"])
def test_what_is_no_place_is_refused_by_name(described, ask, place):
    with pytest.raises(InvalidQuery) as refused:
        ask("jardine", near=Near(place))
    assert refused.value.parameter == "pres-de"
