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


@pytest.fixture(scope="module")
def gatherings(engine):
    """Meetings: one that is over and says the word often, two that come, one guide."""
    now = timezone.now()
    for name, title, kind, days in (
        ("over", "Palabre : grande palabre des palabres", "event", -20),
        ("far", "Palabre d’hiver", "event", 60),
        ("near", "Une rencontre", "training", 3),
        ("guide", "Palabre, mode d’emploi", "guide", None),
    ):
        uid = corpus.add(title, name=f"palabre-{name}", kind=kind, body="On y tient palabre.")
        if days is not None:
            start = now + days * DAY
            Occurrence.objects.create(record_id=uid, start=start, end=start + DAY / 4)
            Record.objects.filter(pk=uid).update(open_until=start + DAY / 4)
    index_everything()
    return engine


def _names(result):
    return [hit.url.strip("/").rpartition("palabre-")[2] for hit in result.hits]


def test_among_what_has_dates_what_is_to_come_stands_first(gatherings, ask):
    dated = ("event", "training", "call")
    assert _names(ask("palabre", types=dated)) == ["far", "near", "over"]
    assert _names(ask("palabre", types=("event",))) == ["far", "over"]
    # A pasted title is first all the same, and guides are no appointments.
    assert _names(ask("Palabre : grande palabre des palabres", types=dated))[0] == "over"
    every = _names(ask("palabre", types=(*dated, "guide")))
    assert every.index("over") < every.index("near")
    assert _names(ask("palabre", types=dated, order="next")) == ["near", "far", "over"]
