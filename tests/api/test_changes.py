"""The change feed and the vocabularies: what a partner keeps a copy with."""

import pytest

from cms.catalogue import projection
from cms.catalogue.models import Record
from tests import synthetic
from tests.factories import ConceptFactory, ConceptSchemeFactory

pytestmark = pytest.mark.django_db


def test_a_partner_who_follows_holds_what_the_catalogue_holds(partner):
    copy: dict[str, int] = {}
    since = 0
    for turn in range(6):
        synthetic.store(15, first=turn * 15, size=1_500)
        projection.store([synthetic.row(number, edition=turn + 1) for number in range(turn)])
        synthetic.bury(turn * 15 + 3, turn * 15 + 4)
        for page in partner.pages(f"changes?since={since}&limit=4"):
            for change in page["items"]:
                assert change["version"] > since
                since = change["version"]
                if change["change"] == "gone":
                    copy.pop(change["uid"], None)
                else:
                    copy[change["uid"]] = change["version"]
        since = page["until"]
    live = Record.objects.filter(gone_at__isnull=True)
    assert copy == {str(uid): version for uid, version in live.values_list("uid", "version")}


def test_changes_come_in_the_order_of_the_clock_with_their_number(partner):
    synthetic.store(9)
    page = partner.read("changes?limit=4")
    assert page["total"] == 9
    assert [item["version"] for item in page["items"]] == [1, 2, 3, 4]
    assert page["until"] == 4
    assert page["next"] == "http://testserver/api/v1/changes?limit=4&since=4"
    last = partner.read("changes?since=8")
    assert (last["total"], last["until"], last["next"]) == (1, 9, None)
    assert partner.read("changes?since=9") == {"total": 0, "items": [], "next": None, "until": 9}


def test_a_change_says_what_and_where(partner):
    (stored,) = synthetic.store(1)
    (change,) = partner.read("changes")["items"]
    assert change == {
        "uid": str(stored.uid),
        "type": "guide",
        "locale": "fr",
        "version": 1,
        "modified_at": change["modified_at"],
        "change": "updated",
        "reason": None,
        "url": f"http://testserver{stored.url}",
    }
    synthetic.bury(0)
    (gone,) = partner.read("changes?since=1")["items"]
    assert (gone["change"], gone["reason"], gone["url"]) == ("gone", "deleted", None)
    assert gone["version"] == 2


def test_changes_of_one_language_pass_over_the_others(partner):
    synthetic.store(14)
    page = partner.read("changes?locale=en&limit=1")
    assert (page["total"], page["until"]) == (2, 7)
    assert partner.read(page["next"])["until"] == 14


def test_a_reader_from_the_future_is_told_to_begin_again(partner):
    synthetic.store(3)
    assert partner.problem("changes?since=4")["parameter"] == "since"


def test_concepts_carry_their_labels_their_place_and_their_records(partner):
    scheme = ConceptSchemeFactory(slug="themes")
    broad = ConceptFactory(scheme=scheme, slug="branche-1", label="Branche une")
    ConceptFactory(
        scheme=scheme, slug="theme-1", label="Thème un", alternatives=["T1"], hidden=["TU"],
        broader=broad,
    )  # fmt: skip
    made = synthetic.store(40)
    expected = sum("themes:branche-1" in row.terms_broader for row in made)
    first, second = partner.read("concepts")["items"]
    assert first["records"] == expected > second["records"] > 0
    assert second == {
        "scheme": "themes",
        "id": "theme-1",
        "label": "Thème un",
        "labels": {"fr": "Thème un"},
        "alternatives": {"fr": ["T1"]},
        "broader": "branche-1",
        "related": [],
        "scope_note": second["scope_note"],
        "exact_match": [],
        "replaced_by": None,
        "records": second["records"],
    }


def test_concepts_are_paged_and_filtered_by_vocabulary(partner):
    for slug, number in (("themes", 7), ("publics", 4)):
        scheme = ConceptSchemeFactory(slug=slug)
        for place in range(number):
            ConceptFactory(scheme=scheme, slug=f"{slug}-{place}", label=f"{slug} {place}")
    found = partner.items("concepts?limit=3")
    assert [(item["scheme"], item["id"]) for item in found] == sorted(
        (item["scheme"], item["id"]) for item in found
    )
    assert len(found) == partner.read("concepts")["total"] == 11
    assert len(partner.items("concepts?scheme=publics&limit=3")) == 4
    assert partner.read("concepts?scheme=nothing")["total"] == 0


def test_a_label_corrected_changes_the_etag_of_the_concepts(partner):
    concept = ConceptFactory(label="Avant")
    etag = partner.get("concepts")["ETag"]
    assert partner.get("concepts", if_none_match=etag).status_code == 304
    label = concept.labels.get()
    label.label = "Après"
    label.save()
    assert partner.get("concepts", if_none_match=etag).status_code == 200


def test_types_and_status_count_the_records(partner):
    synthetic.store(5)
    synthetic.bury(2)
    guide = next(item for item in partner.read("types")["items"] if item["name"] == "guide")
    assert guide["records"] == 4
    status = partner.read("status")
    assert (status["records"], status["gone"], status["clock"]) == (4, 1, 6)
