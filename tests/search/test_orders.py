"""By next date, and only what is to come or open, on both engines."""

import datetime as dt

import pytest
from django.utils import timezone

from cms.catalogue.models import Occurrence, Record
from search.query import OPEN, SearchQuery
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.search.corpus import uid_of

DAY = dt.timedelta(days=1)


def _open(name, *, until, starts=()):
    uid = corpus.add(f"Rendez-vous {name}", name=name, body="Une rencontre.")
    now = timezone.now()
    for start in starts:
        Occurrence.objects.create(
            record_id=uid, start=now + start * DAY, end=now + (start + 0.5) * DAY, status="held"
        )
    Record.objects.filter(pk=uid).update(open_until=now + until * DAY)


@pytest.fixture(scope="module")
def dated(engine):
    _open("soon", until=30.5, starts=(-90, 2, 30))
    _open("later", until=10.5, starts=(10,))
    _open("running", until=0.3, starts=(-0.2,))
    _open("call", until=5)
    _open("past", until=-3, starts=(-3.5,))
    _open("undated", until=1)
    Record.objects.filter(pk=uid_of("undated")).update(open_until=None)
    index_everything()
    return engine


def test_what_comes_next_is_first(dated, ask):
    found = [hit.uid for hit in ask("rencontre", order="next").hits]
    assert found[:4] == [uid_of(name) for name in ("running", "soon", "call", "later")]
    assert set(found[4:]) == {uid_of("past"), uid_of("undated")}


def test_only_what_is_to_come_or_open(dated, ask):
    found = ask("rencontre", open_only=True)
    assert {hit.uid for hit in found.hits} == {
        uid_of(name) for name in ("running", "soon", "call", "later")
    }
    assert found.total == 4
    kind = next(facet for facet in found.facets if facet.name == "type")
    assert [value.count for value in kind.values] == [4]


@pytest.mark.parametrize("ticked", [False, True])
def test_availability_is_a_facet_that_ignores_its_own_choice(dated, ask, ticked):
    found = ask("rencontre", open_only=ticked)
    (value,) = next(facet.values for facet in found.facets if facet.name == OPEN)
    assert (value.value, value.count, value.selected) == ("1", 4, ticked)


def test_nothing_to_come_offers_no_such_facet(dated, ask):
    assert OPEN not in {facet.name for facet in ask("évaluation").facets}


def test_a_result_says_its_next_date(dated, ask):
    dates = {hit.uid: hit.next_date for hit in ask("rencontre").hits}
    assert timezone.now() < dates[uid_of("soon")] < timezone.now() + 3 * DAY
    assert dates[uid_of("past")] is None


def test_the_address_says_so():
    query = SearchQuery(q="x", open_only=True, order="next")
    assert query.as_address() == "?q=x&a-venir=1&order=next"
    assert not query.toggled(OPEN, "1").open_only
