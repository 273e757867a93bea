"""Facets: disjunctive counts, trees, and values that stay while they are ticked."""

import pytest

from cms.core import vocabularies
from cms.core.records import Term
from search import facets
from search.query import SearchQuery
from tests.search.conftest import index_everything
from tests.search.corpus import add, uid_of


def facet(result, name):
    return next(facet for facet in result.facets if facet.name == name)


def counts(result, name):
    return {value.value: value.count for value in facet(result, name).values}


def test_counts_respect_the_query(ask):
    assert counts(ask("évaluation"), "publics") == {"publics:jeunes": 2, "publics:aines": 2}
    assert facet(ask("évaluation"), "publics").label == "Publics"


def test_counts_do_not_respect_the_own_selection(ask):
    result = ask("évaluation", concepts=("publics:jeunes",))
    assert result.total == 2
    assert counts(result, "publics") == {"publics:jeunes": 2, "publics:aines": 2}


def test_values_of_one_facet_add_up(ask):
    result = ask("évaluation", concepts=("publics:jeunes", "publics:aines"))
    assert result.total == 3
    assert all(value.selected for value in facet(result, "publics").values)


def test_facets_restrict_each_other(ask):
    result = ask("", concepts=("publics:jeunes", "themes:cls"))
    assert result.total == 0
    assert counts(result, "publics") == {"publics:jeunes": 0}
    assert counts(result, "themes") == {"themes:cls": 0}
    one = ask("", concepts=("themes:cls",))
    assert one.total == 1
    assert "publics" not in {facet.name for facet in one.facets if facet.values}


def test_a_parent_finds_its_children(ask):
    result = ask("", concepts=("themes:territoires",))
    assert {hit.uid for hit in result.hits} == {uid_of("signer"), uid_of("clsm")}
    values = [(value.label, value.depth, value.count) for value in facet(result, "themes").values]
    assert values == [
        ("Action territoriale", 0, 2),
        ("Contrat local de santé", 1, 1),
        ("Contrat local de santé mentale", 1, 1),
    ]


def test_an_id_without_its_scheme(ask):
    assert ask("", concepts=("jeunes",)).total == 2


@pytest.mark.parametrize("concept", ["nothing", "themes:nothing", "nowhere:x"])
def test_an_unknown_value_finds_nothing_and_can_be_removed(ask, concept):
    result = ask("", concepts=(concept,))
    assert result.total == 0
    assert [value.selected for found in result.facets for value in found.values
            if value.value.endswith(concept)] == [True]  # fmt: skip


def test_an_unknown_value_is_called_by_what_it_would_be(ask):
    found = ask("", concepts=("territory:nowhere", "year:3000", "themes:nothing")).facets
    lost = {facet.label: one.label for facet in found for one in facet.values if one.selected}
    assert lost == {"Territoire": "nowhere", "Année": "3000", "Descripteur": "nothing"}


def test_types_are_counted_and_filter(ask):
    everything = ask("évaluation")
    assert counts(everything, "type") == {"guide": 3}
    assert facet(everything, "type").values[0].label
    assert ask("évaluation", types=("guide",)).total == 3
    assert ask("évaluation", types=("training",)).total == 0


@pytest.fixture(scope="module")
def houses(engine):
    """Organisations: two records name the first, one record names them all."""
    found = [add(f"Maison {n:03}", name=f"house-{n}", kind="organisation") for n in range(103)]
    actors = [Term("organisation", str(uid), {"fr": str(uid)}) for uid in found]
    add("Tous", name="all", body="Lampadaire.", terms=actors)
    add("Un seul", name="one", body="Lampadaire.", terms=actors[:1])
    index_everything()
    return [str(uid) for uid in found]


def test_of_many_organisations_the_most_frequent_are_shown_and_one_that_is_ticked(houses, ask):
    first, last = houses[0], max(houses[1:])  # the last of those that are as frequent
    found = counts(ask("lampadaire"), "organisation")
    assert len(found) == 100
    assert next(iter(found.items())) == (first, 2)
    assert last not in found
    ticked = ask("lampadaire", concepts=(f"organisation:{last}",))
    assert ticked.total == 1
    shown = counts(ticked, "organisation")
    assert (shown[last], shown[first]) == (1, 2)


def test_five_hundred_values(ask):
    many = tuple(f"themes:x{number}" for number in range(100))
    assert ask("", concepts=many).total == 0


def test_a_value_is_toggled():
    query = SearchQuery(q="CLS", concepts=("themes:a",), page=3)
    assert query.toggled("concept", "themes:b").concepts == ("themes:a", "themes:b")
    assert query.toggled("concept", "themes:a").concepts == ()
    assert query.toggled("concept", "themes:a").page == 1
    assert query.as_address() == "?q=CLS&concept=themes%3Aa&page=3"


def test_years_stand_the_newest_first_whatever_their_numbers():
    counted = {"year:2019": 9, "year:2024": 1, "year:2021": 3}
    named = facets._named(vocabularies.schemes(edited=False)["year"], list(counted), "fr")
    tree = facets._tree(named, counted, ())
    assert [(value.label, value.count) for value in tree] == [("2024", 1), ("2021", 3), ("2019", 9)]
