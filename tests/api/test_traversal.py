"""`total` is the length of a full traversal, and edits in between disturb nobody."""

import random
from urllib.parse import urlencode

import pytest

from cms.api import listing
from cms.catalogue import projection
from cms.catalogue.models import Record
from tests import synthetic

pytestmark = pytest.mark.django_db

ORDERS = ("modified_at", "-modified_at", "published_at", "-published_at", "title", "-title")


def random_query(dice: random.Random, moments: list[str]) -> list[tuple[str, str]]:
    query = [("limit", str(dice.randint(3, 60)))]
    if dice.random() < 0.5:
        query.append(("locale", dice.choice(["fr", "en"])))
    if dice.random() < 0.3:
        query.append(("type", "guide"))
    for _number in range(dice.randint(0, 3)):
        scheme, name, size = dice.choice(
            [("themes", "theme", 12), ("themes", "branche", 4), ("publics", "public", 5)]
        )
        query.append(("concept", f"{scheme}:{name}-{dice.randrange(size)}"))
    if dice.random() < 0.4:
        query.append(("updated_since", dice.choice(moments)))
    if dice.random() < 0.7:
        query.append(("order", dice.choice(ORDERS)))
    return query


def matches(record: Record, query: list[tuple[str, str]], moments: dict[str, int]) -> bool:
    """The filters in Python, independently of the SQL."""
    asked: dict[str, list[str]] = {}
    for name, value in query:
        asked.setdefault(name, []).append(value)
    by_scheme: dict[str, set[str]] = {}
    for concept in asked.get("concept", []):
        by_scheme.setdefault(concept.split(":")[0], set()).add(concept)
    return (
        record.gone_at is None
        and record.locale in asked.get("locale", [record.locale])
        and all(wanted & set(record.terms_broader) for wanted in by_scheme.values())
        and all(record.version >= moments[since] for since in asked.get("updated_since", []))
    )


@pytest.mark.parametrize(("seed", "few"), [(0, 3), (1, 20), (2, listing.FEW), (3, listing.FEW)])
def test_total_is_what_following_next_finds(partner, monkeypatch, seed, few):
    monkeypatch.setattr(listing, "FEW", few)  # what is many is read in another way
    dice = random.Random(seed)
    for first in range(0, 150, 50):
        synthetic.store(50, first=first, size=1_500)
    synthetic.bury(*dice.sample(range(150), 20))
    records = list(Record.objects.order_by("version"))
    moments: dict[str, int] = {}
    for record in records:
        moments.setdefault(record.modified_at.isoformat(), record.version)
    for _round in range(12):
        query = random_query(dice, list(moments))
        expected = {str(r.uid) for r in records if matches(r, query, moments)}
        pages = list(partner.pages(f"records?{urlencode(query)}"))
        found = [item["uid"] for page in pages for item in page["items"]]
        assert set(found) == expected, query
        assert len(found) == len(expected), query
        assert {page["total"] for page in pages} == {len(expected)}, query


@pytest.mark.parametrize("order", ORDERS)
def test_edits_during_a_traversal_neither_skip_nor_repeat_unchanged_records(partner, order):
    made = synthetic.store(60, size=1_500)
    unchanged = {str(row.uid) for row in made[20:]}
    found: list[str] = []
    for turn, page in enumerate(partner.pages(f"records?order={order}&limit=7")):
        found += [item["uid"] for item in page["items"]]
        if turn < 10:  # someone edits, someone deletes, someone publishes
            projection.store([synthetic.row(turn, edition=1)])
            synthetic.bury(10 + turn)
            synthetic.store(1, first=100 + turn, size=1_500)
        assert turn < 30, "the traversal does not end"
    assert unchanged <= set(found)
    assert len([uid for uid in found if uid in unchanged]) == len(unchanged)


def test_a_cursor_is_good_for_its_own_query_only(partner):
    synthetic.store(9)
    following = partner.read("records?limit=4&locale=fr")["next"]
    assert partner.read(following.replace("limit=4", "limit=2&fields=title"))["items"]
    for other in ("locale=en", "locale=fr&order=title", "locale=fr&type=guide"):
        problem = partner.problem(following.replace("locale=fr", other))
        assert problem["parameter"] == "cursor"
