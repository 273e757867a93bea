"""`q`: the same search as on the page, with the API's filters, pages and totals."""

import random

import pytest
from django.test.utils import override_settings

from cms.catalogue import projection
from search.engines import elasticsearch, elasticsearch_query
from tests import synthetic
from tests.search.conftest import configured, index_everything

# Published under a word that half of them have; the title weighs more than the text.
WORD = "rhododendron"


@pytest.fixture(
    params=["postgresql", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
)
def garden(request, db):
    """Forty records, the even ones about the word, the first of them by their titles."""
    drafts = []
    for number in range(40):
        draft = synthetic.draft(number, size=1_500)
        if number % 2 == 0:
            text = f"{draft.summary} {WORD}"
            draft.summary = text
            draft.text.append(synthetic.TextPart("summary", text))
        if number in (4, 8):
            draft.title = f"{WORD} {draft.title}"
            draft.text.append(synthetic.TextPart("title", draft.title))
        drafts.append(draft)
    rows = [
        projection.row(
            draft,
            kind="guide",
            locale="fr",
            translation_key=synthetic.uuid.uuid5(synthetic.NAMESPACE, str(number)),
        )
        for number, draft in enumerate(drafts)
    ]
    projection.store(rows)
    if request.param == "postgresql":
        with override_settings(ELASTICSEARCH_URL=""):
            index_everything()
            yield rows
        return
    with configured(request.getfixturevalue("elasticsearch_url"), "api"):
        index_everything()
        yield rows


def test_a_search_finds_what_the_page_finds_best_first(partner, garden):
    page = partner.read(f"records?q={WORD}")
    assert (page["total"], len(page["items"]), page["next"]) == (20, 20, None)
    assert {item["uid"] for item in page["items"][:2]} == {str(garden[n].uid) for n in (4, 8)}
    assert partner.read("records?q=xyloglyphe")["items"] == []
    assert partner.read("records?q=%3F%21")["total"] == 0


def test_a_search_is_paged_filtered_and_counted_exactly(partner, garden):
    dice = random.Random(3)
    for _round in range(8):
        limit, theme = dice.randint(1, 9), dice.randrange(4)
        expected = {
            str(row.uid) for row in garden[::2] if f"themes:branche-{theme}" in row.terms_broader
        }
        order = dice.choice(["relevance", "title", "-published_at", "modified_at"])
        query = f"q={WORD}&concept=themes:branche-{theme}&limit={limit}&order={order}"
        pages = list(partner.pages(f"records?{query}"))
        found = [item["uid"] for page in pages for item in page["items"]]
        assert set(found) == expected
        assert len(found) == len(expected)
        assert {page["total"] for page in pages} == {len(expected)}


def test_a_list_goes_beyond_the_window_of_the_engine(partner, garden, monkeypatch):
    for module in (elasticsearch, elasticsearch_query):
        monkeypatch.setattr(module, "WINDOW", 6)
    expected = {str(row.uid) for row in garden[::2]}
    found = [item["uid"] for item in partner.items(f"records?q={WORD}&limit=4")]
    assert set(found[:2]) == {str(garden[n].uid) for n in (4, 8)}
    assert (len(found), set(found)) == (20, expected)
    assert partner.read(f"records?q={WORD}")["total"] == 20
    lines = partner.client.get(f"/notices.csv?q={WORD}").getvalue().decode().splitlines()
    assert {line.partition(";")[0] for line in lines[1:]} == expected


def test_what_is_gone_is_not_found_although_the_index_still_knows_it(partner, garden):
    synthetic.bury(4)
    page = partner.read(f"records?q={WORD}")
    assert page["total"] == 19
    assert str(garden[4].uid) not in {item["uid"] for item in page["items"]}


def test_a_search_goes_on_after_the_last_item_when_results_shift(partner, garden):
    first = partner.read(f"records?q={WORD}&limit=5&fields=title")
    synthetic.bury(int(first["items"][0]["title"].rsplit(" ", 1)[1]))
    rest = partner.items(first["next"])
    found = [item["uid"] for item in first["items"] + rest]
    assert len(found) == len(set(found)) == 20


def test_a_search_sent_back_with_its_etag_is_unchanged(partner, garden):
    etag = partner.get(f"records?q={WORD}")["ETag"]
    assert partner.get(f"records?q={WORD}", if_none_match=etag).status_code == 304
    assert partner.get("records?q=autre", if_none_match=etag).status_code == 200


def test_relevance_goes_with_a_search_only(partner, garden):
    assert partner.problem("records?order=relevance")["parameter"] == "order"
