"""Whatever is typed or pasted into an address is an ordinary page or a 4xx with a sentence, on both
engines."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search.engines.elasticsearch_query import request
from search.engines.spelling import allowed_edits
from search.interpretation import MAX_WORDS, NOTHING, interpret
from search.query import SearchQuery, clean_text


@pytest.fixture
def visitor(engine):
    return Client(raise_request_exception=False)


TEXTS = {
    "ten thousand characters": "évaluation " * 910,
    "one word of ten thousand": "é" * 10_000,
    "stop words": "le la les de du des et ou à en",
    "punctuation": "?!…;:,.()[]{}<>«»\"'’/\\|*&%$#@~^`+=-_",
    "control characters": "CLS\x00\x01\x1b[31m\x7f\r\n\tsanté",
    "emoji": "😀👨‍👩‍👧 🇫🇷 santé",
    "right to left": "\u202eétnas שלום سلام\u202c",
    "lone surrogates and private use": "\ue000sant\ue001é\ufffe",
    "combining marks": "e" + "\u0301" * 2_000,
    "operators": 'title:x AND (NOT "a OR b~2^9 /.*/ {a TO b}',
    "quotes": '"' * 500,
    "minus": " ".join(f"-mot{number}" for number in range(400)),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_a_page_a_feed_and_an_answer(visitor, text):
    page = visitor.get("/recherche/", {"q": text})
    assert page.status_code == 200
    assert not set("\u202a\u202e\u2066\u200f") & set(page.content.decode())
    assert visitor.get("/recherche/flux.atom", {"q": text}).status_code in (200, 414)
    assert visitor.get("/api/v1/search", {"q": text}).status_code in (200, 400, 414)
    assert visitor.get("/carte/", {"lieu": text}).status_code == 200
    assert visitor.get("/recherche/", {"q": "CLS", "pres-de": text}).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("concept=themes:nothing", 200),
        ("concept=nowhere:x", 200),
        ("concept=nothing", 200),
        ("territory=nowhere", 200),
        ("organisation=nobody&year=12345&licence=none&language=xx", 200),
        ("nothing=1&q=CLS", 200),
        ("page=10000", 200),
        ("page=10001", 400),
        ("rayon=-1", 400),
        ("rayon=-1&pres-de=36300", 400),
        ("type=nothing", 400),
        ("concept=%00", 400),
        ("territory=%3Cscript%3E", 400),
        ("order=best", 400),
        ("vue=nothing", 200),
        ("&".join(f"concept=themes:x{number}" for number in range(100)), 200),
        ("&".join(f"concept=themes:x{number}" for number in range(500)), 400),
        ("&".join(f"territory=commune-{number}" for number in range(500)), 400),
        ("%FF%FE=%FF&q=%FF%C3%28", 200),
    ],
)
def test_any_parameter_is_a_page_or_a_sentence(visitor, address, status):
    response = visitor.get(f"/recherche/?{address}")
    assert response.status_code == status
    if status == 400:
        assert response.context["error"].endswith(".")
        assert response.context["error"] in response.content.decode().replace("\u00a0", " ")


def test_a_cursor_of_another_search_is_refused(visitor):
    first = visitor.get("/api/v1/records?q=santé&limit=1").json()
    cursor = first["next"].partition("cursor=")[2].partition("&")[0]
    assert visitor.get(f"/api/v1/records?q=santé&limit=1&cursor={cursor}").status_code == 200
    for other in ("q=évaluation", "q=santé&type=guide", "q=santé&licence=etalab-2.0", ""):
        response = visitor.get(f"/api/v1/records?{other}&limit=1&cursor={cursor}")
        assert response.status_code == 400
        assert response.json()["parameter"] == "cursor"


def test_what_is_no_word_for_its_length_is_not_spelled(visitor):
    assert allowed_edits("anticonstitutionnellement") == 2
    assert not allowed_edits("anticonstitutionnellement" * 2)
    address = "/recherche/?q=" + "abcdefghij" * 45
    visitor.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get(address).status_code == 200
    assert max(len(query["sql"]) for query in queries) < 20_000
    assert sum(float(query["time"]) for query in queries) < 2


def test_the_clauses_and_the_time_of_an_engine_are_bounded():
    text = clean_text(" ".join(f"m{number}" for number in range(5_000)))
    meaning = interpret(text, "fr", NOTHING)
    assert len(meaning.words) <= MAX_WORDS
    body = request(SearchQuery(q=text), meaning)
    assert body["timeout"] == "800ms"
    assert repr(body["query"]).count("match") < 200
