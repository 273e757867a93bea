"""A search is read once, refuses what it cannot read, and writes itself back."""

import pytest
from django.http import QueryDict
from django.utils import translation

from search.query import InvalidQuery, SearchQuery, clean_text


def parse(text):
    return SearchQuery.parse(QueryDict(text), locale="fr")


def test_nothing_asked():
    assert parse("") == SearchQuery()
    assert parse("utm_source=letter&q=") == SearchQuery()


def test_everything_asked():
    query = parse("q=CLS&type=guide&concept=themes:a&concept=b&order=newest&page=2&locale=en")
    assert query == SearchQuery(
        q="CLS", types=("guide",), concepts=("themes:a", "b"), order="newest", page=2, locale="en"
    )
    with translation.override("fr"):
        assert "locale=en" in query.as_address()
        assert parse(query.as_address()[1:]) == query
    with translation.override("en"):
        assert "locale" not in query.as_address()


def test_repeated_values_count_once():
    assert parse("concept=a&concept=a").concepts == ("a",)


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("page=0", "page"), ("page=-1", "page"), ("page=x", "page"), ("page=10001", "page"),
        ("page=" + "9" * 50, "page"), ("page=%D9%A3", "page"), ("page=1.5", "page"),
        ("order=best", "order"), ("locale=xx", "locale"), ("type=nothing", "type"),
        ("type=%00", "type"), ("concept=a:b:c", "concept"), ("concept=%00", "concept"),
        ("concept=" + "x" * 200, "concept"), ("concept=Thèmes:a", "concept"),
        ("&".join(f"concept=x{n}" for n in range(500)), "concept"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(text, parameter):
    with pytest.raises(InvalidQuery) as refused:
        parse(text)
    assert refused.value.parameter == parameter
    assert refused.value.message


def test_texts_are_cleaned():
    assert clean_text("  a\x00b\n\tc\x07 ") == "a b c"
    assert clean_text("e\u0301") == "é"
    assert len(clean_text("mot " * 5_000)) <= 500
    assert clean_text("\ue000x\ue001") == "x"
    assert clean_text("2023-\u20602026, sou\u00adtien\u200b") == "2023-2026, soutien"


def test_a_form_keeps_what_it_does_not_show():
    query = SearchQuery(q="CLS", types=("guide",), order="title", page=3)
    assert query.with_().parameters(without="q") == [("type", "guide"), ("order", "title")]
