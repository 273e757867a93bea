"""What a partner reads of one record and of lists."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from cms.api.schemas import FULL_FIELDS, RECORD_FIELDS
from cms.api.state import State, Totals
from cms.catalogue import projection
from cms.catalogue.models import Record
from tests import synthetic

pytestmark = pytest.mark.django_db


def test_a_record_is_what_the_catalogue_stores_with_absolute_addresses(partner):
    (stored,) = synthetic.store(1)
    found = partner.read(f"records/{stored.uid}")
    assert found["uid"] == str(stored.uid)
    assert found["title"] == stored.title
    assert found["url"] == f"http://testserver{stored.url}"
    assert found["downloads"][0]["url"].startswith("http://testserver/documents/")
    assert 'href="http://testserver/guides/' in found["body"][0]["value"]
    assert found["version"] == Record.objects.get().version


def test_the_documented_members_are_those_stored(partner):
    (stored,) = synthetic.store(1)
    assert tuple(partner.read(f"records/{stored.uid}")) == FULL_FIELDS


def test_a_subset_of_fields_holds_uid_and_what_was_asked_for(partner):
    (stored,) = synthetic.store(1)
    whole = partner.read(f"records/{stored.uid}")
    part = partner.read(f"records/{stored.uid}?fields=url,title,downloads,image,version")
    assert list(part) == ["version", "uid", "title", "url", "image", "downloads"]
    assert part == {name: whole[name] for name in part}
    (item,) = partner.read("records?fields=body,concepts")["items"]
    assert item == {name: whole[name] for name in ("uid", "concepts", "body")}


def test_texts_full_of_quotes_and_marks_survive_a_subset(partner):
    draft = synthetic.draft(1)
    draft.title = 'Un "titre" \\u0001 \\ avec </script> \x01 et é'
    row = projection.row(draft, kind="guide", locale="fr", translation_key=synthetic.NAMESPACE)
    projection.store([row])
    expected = draft.title.replace("\x01", "")
    assert partner.read(f"records/{row.uid}")["title"] == expected
    assert partner.read(f"records/{row.uid}?fields=title")["title"] == expected


def test_a_record_that_never_was_is_not_found(partner):
    problem = partner.problem("records/00000000-0000-4000-8000-000000000000")
    assert problem["status"] == 404
    assert problem["parameter"] == "uid"


def test_a_record_that_is_gone_says_since_when_and_why(partner):
    (stored,) = synthetic.store(1)
    etag = partner.get(f"records/{stored.uid}")["ETag"]
    synthetic.bury(0)
    problem = partner.problem(f"records/{stored.uid}", if_none_match=etag)
    tombstone = Record.objects.get()
    assert problem["status"] == 410
    assert problem["reason"] == "deleted"
    assert problem["gone_at"] == tombstone.gone_at.isoformat()
    assert partner.read("records") == {"total": 0, "items": [], "next": None}
    synthetic.store(1)
    assert partner.get(f"records/{stored.uid}").status_code == 200


def test_a_list_holds_whole_records_newest_change_first(partner):
    synthetic.store(45)
    page = partner.read("records")
    assert (page["total"], len(page["items"])) == (45, 20)
    versions = [item["version"] for item in page["items"]]
    assert versions == sorted(versions, reverse=True)
    assert tuple(page["items"][0]) == RECORD_FIELDS


def test_next_is_an_absolute_address_that_keeps_the_query_and_stands_in_a_link(partner):
    synthetic.store(8)
    response = partner.get("records?locale=fr&limit=5&fields=title&concept=")
    assert response.status_code == 400
    response = partner.get("records?locale=fr&limit=5&fields=title")
    following = json.loads(response.content)["next"]
    assert following.startswith("http://testserver/api/v1/records?locale=fr&limit=5&fields=title&")
    assert response["Link"] == f'<{following}>; rel="next"'
    last = partner.get(following)
    assert json.loads(last.content)["next"] is None
    assert "Link" not in last


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("modified_at", lambda item: item["version"]),
        ("published_at", lambda item: (item["published_at"], item["uid"])),
        ("title", lambda item: (item["title_key"], item["uid"])),
    ],
)
def test_orders_run_both_ways(partner, order, key):
    synthetic.store(30)
    keys = dict(Record.objects.values_list("uid", "title_key"))
    upwards = partner.items(f"records?order={order}&limit=7")
    for item in upwards:
        item["title_key"] = keys[synthetic.uuid.UUID(item["uid"])]
    assert len(upwards) == 30
    assert upwards == sorted(upwards, key=key)
    downwards = partner.items(f"records?order=-{order}&limit=7")
    assert [item["uid"] for item in downwards] == [item["uid"] for item in reversed(upwards)]


def test_records_without_a_date_of_publication_are_listed_too(partner):
    made = list(synthetic.rows(6))
    for row in made[:4]:
        row.published_at = None
    projection.store(made)
    for order in ("published_at", "-published_at"):
        found = partner.items(f"records?order={order}&limit=2")
        assert len({item["uid"] for item in found}) == 6


def test_a_broader_concept_finds_what_is_narrower(partner):
    made = synthetic.store(60)
    expected = {str(row.uid) for row in made if "themes:branche-1" in row.terms_broader}
    assert expected
    assert {item["uid"] for item in partner.items("records?concept=themes:branche-1")} == expected


def test_concepts_add_up_within_a_vocabulary_and_restrict_across(partner):
    made = synthetic.store(80)
    address = "records?concept=themes:theme-1&concept=themes:theme-2&concept=publics:public-3"
    expected = {
        str(row.uid)
        for row in made
        if {"themes:theme-1", "themes:theme-2"} & set(row.terms) and "publics:public-3" in row.terms
    }
    assert expected
    assert {item["uid"] for item in partner.items(address)} == expected


def test_a_concept_without_its_vocabulary_stands_for_it_in_any(partner):
    made = synthetic.store(40)
    expected = {str(row.uid) for row in made if "publics:public-3" in row.terms}
    assert expected
    assert {item["uid"] for item in partner.items("records?concept=public-3")} == expected


def test_changed_since_a_moment_or_a_day(partner):
    synthetic.store(5)
    moment = Record.objects.get(version=5).modified_at
    projection.store([synthetic.row(0, edition=1)])
    changed = Record.objects.order_by("version").last().modified_at
    stamp = changed.isoformat()
    assert partner.read(f"records?updated_since={stamp.replace('+', '%2B')}")["total"] == 1
    assert partner.read(f"records?updated_since={stamp}")["total"] == 1  # "+" is a space
    assert partner.read(f"records?updated_since={moment:%Y-%m-%d}")["total"] == 5
    assert partner.read("records?updated_since=2150-01-01")["total"] == 0


def test_a_language(partner):
    synthetic.store(14)
    assert partner.read("records?locale=en")["total"] == 2
    assert {item["locale"] for item in partner.items("records?locale=fr")} == {"fr"}


def test_a_total_is_not_taken_from_another_history_of_the_catalogue():
    totals, now = Totals(), timezone.now()
    assert totals.get(State(2, now), "all", lambda: 2) == 2
    assert totals.get(State(2, now), "all", lambda: 7) == 2
    assert totals.get(State(2, now - dt.timedelta(days=1)), "all", lambda: 0) == 0
