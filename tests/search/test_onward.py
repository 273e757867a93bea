"""Nothing found is a way onward."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import service, sync
from search.onward import COUNTS, onward
from search.query import SearchQuery
from tests.search import corpus


@pytest.fixture
def ways(engine, monkeypatch):
    """What is offered after a search that found nothing, by the engine under test."""
    monkeypatch.setattr(
        service, "_answer", lambda query, meaning, _engine, beside=None: (
            engine.search(query, meaning, beside), engine.name, False
        )
    )  # fmt: skip

    def after(q: str = "", **fields: object):
        query = SearchQuery(q=q, **fields)
        found = service.search(query)
        assert found.total == 0
        return onward(query, found.facets)

    return after


def test_the_search_without_one_of_its_filters_with_what_it_finds(ways):
    found = ways("cartographier", concepts=("publics:jeunes",), types=("guide",))
    (way,) = found.fewer
    assert way.count == 1
    assert "Jeunes" in way.label
    assert way.address == "?q=cartographier&type=guide"
    # Neither filter alone is at fault: both stay out of the list, and nothing is a dead end.
    assert ways("cartographier", concepts=("publics:jeunes", "themes:cls")).fewer == []


def test_values_of_one_filter_go_together(ways):
    found = ways("cartographier", concepts=("publics:jeunes", "publics:aines"))
    (way,) = found.fewer
    assert way.address == "?q=cartographier"


def test_the_search_without_quotation_marks_or_exclusions(ways):
    found = ways('"coopération et territoires"')
    assert [(way.address, way.count > 0) for way in found.shorter] == [
        ("?q=coop%C3%A9ration+et+territoires", True)
    ]
    found = ways("maraîchage -jardins")
    assert [way.address for way in found.shorter] == ["?q=mara%C3%AEchage"]


def test_the_search_without_its_rarest_word(ways):
    found = ways('"contrat local" baccalauréat jeunesse')
    assert any("baccalauréat" not in way.label or way.count for way in found.shorter)
    assert all(way.count for way in found.shorter)


def test_a_spelling_that_the_search_does_not_take_for_granted_is_asked(ways):
    found = ways("partographier")
    assert found.spelling is not None
    assert found.spelling.label == "cartographier"
    assert found.spelling.address == "?q=cartographier"
    assert found.spelling.count == 1
    assert ways("xyzzyxqq").spelling is None


def test_descriptors_that_look_alike_are_offered_where_they_lead_somewhere(ways):
    found = ways("xcontratlocal santee zzzz", types=("guide",), concepts=("publics:rien",))
    assert ("Contrat local de santé", "/recherche/?concept=themes%3Acls") in found.concepts
    assert ways("thérapeutiques qq", concepts=("publics:rien",)).concepts == []


def test_nothing_is_offered_for_what_resembles_nothing(ways):
    found = ways("qqqqqqqq")
    assert (found.spelling, found.fewer, found.shorter, found.concepts) == (None, [], [], [])


def test_searches_are_counted_to_a_bound_and_queries_do_not_grow(ways, monkeypatch):
    asked = []
    real = service.count
    monkeypatch.setattr("search.onward.count", lambda query: asked.append(query) or real(query))
    schemes = tuple(f"scheme{n}:a" for n in range(9))
    ways('"cartographier" rien', concepts=("publics:jeunes", "themes:cls", *schemes))
    assert len(asked) <= COUNTS
    with CaptureQueriesContext(connection) as few:
        ways("cartographier", concepts=("publics:jeunes",))
    for number in range(60):
        corpus.add(f"Cartographier la santé {number}", name=f"carte-{number}")
    sync.follow_postgres()
    with CaptureQueriesContext(connection) as many:
        ways("cartographier", concepts=("publics:jeunes",))
    assert len(few) == len(many)


def test_the_page_offers_them_and_no_more_when_something_fits(engine):
    page = Client().get("/recherche/?q=cartographier&concept=publics:jeunes").content.decode()
    assert 'href="?q=cartographier"' in page
    response = Client().get("/recherche/?q=cartographier")
    assert response.context["onward"] is None
    assert Client().get("/recherche/?page=zero").context["onward"] is None
