"""Lists of results as feeds: what is new, for whoever follows it."""

import datetime as dt
import json
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from search import sync
from search.models import UNCONFIRMED, SavedSearch
from search.query import SearchQuery
from search.tasks import forget
from tests.search import corpus
from tests.search.conftest import index_everything

ATOM = "{http://www.w3.org/2005/Atom}"
SEARCHES = ("/recherche/flux.atom", "/recherche/flux.rss")
TYPES = ("/flux/guide.atom", "/flux/guide.rss")


@pytest.fixture(scope="module")
def records(module_db):
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        corpus.add(
            "Balises & <b>gras</b>\x08", name="hostile", published="2025-09-01",
            summary="Un <script>alert(1)</script> & co.",
        )  # fmt: skip
        for number in range(60):
            corpus.add(f"Fiche mobilité {number}", name=f"fiche-{number}", published="2023-01-01")
        index_everything()
        yield


@pytest.fixture
def reader(records):
    return Client(raise_request_exception=False)


def read(reader, address):
    response = reader.get(address)
    assert response.status_code == 200, response.content
    return response, ET.fromstring(response.content)


def entries(root):
    return root.findall(f"{ATOM}entry") or root.findall("channel/item")


def test_the_newest_come_first_with_absolute_addresses_and_lasting_identifiers(reader):
    response, root = read(reader, "/recherche/flux.atom?q=territoire")
    assert response["Content-Type"].startswith("application/atom+xml")
    first = entries(root)[0]
    assert first.findtext(f"{ATOM}title") == "Cartographier un territoire"
    uid = corpus.uid_of("territoire")
    assert first.findtext(f"{ATOM}id") == f"urn:uuid:{uid}"
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{settings.BASE_URL}/guides/territoire/"
    assert first.findtext(f"{ATOM}updated", "") > first.findtext(f"{ATOM}published", "")
    found = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
    assert found == {
        "self": f"{settings.BASE_URL}/recherche/flux.atom?q=territoire",
        "alternate": f"{settings.BASE_URL}/recherche/?q=territoire",
    }
    assert root.findtext(f"{ATOM}author/{ATOM}name")


@pytest.mark.parametrize("address", [*SEARCHES, *TYPES])
def test_a_feed_has_fifty_entries_and_no_text_breaks_it(reader, address):
    _response, root = read(reader, address)
    found = entries(root)
    assert len(found) == 50
    texts = ["".join(one.itertext()) for one in found]
    (hostile,) = [text for text in texts if "Balises" in text]
    assert "Balises & <b>gras</b>" in hostile
    assert "Un &lt;script&gt;alert(1)&lt;/script&gt; &amp; co." in hostile


def test_the_parameters_are_those_of_the_page(reader):
    _response, root = read(reader, "/recherche/flux.rss?concept=publics:aines&order=title&page=3")
    titles = [one.findtext("title") for one in entries(root)]
    assert sorted(titles) == ["Evaluation sans accent", "Évaluer un partenariat"]
    guids = [one.find("guid") for one in entries(root)]
    assert all(guid is not None and guid.get("isPermaLink") == "false" for guid in guids)


def test_a_search_that_finds_nothing_is_an_empty_feed(reader):
    for address in SEARCHES:
        assert entries(read(reader, f"{address}?q=xyzzyx")[1]) == []


@pytest.mark.parametrize("query", ["type=x", "concept=a:b:c", "locale=xx", "page=zero", "order=x"])
def test_what_cannot_be_read_is_refused_with_a_sentence(reader, query):
    for address in SEARCHES:
        response = reader.get(f"{address}?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        document = json.loads(response.content)
        assert document["parameter"] == query.partition("=")[0]
        assert document["detail"].endswith(".")


@pytest.mark.parametrize(
    "text", ["%00%0B%1F", "%EF%BF%BE", "%ED%A0%80", "]]>", "%26lt;", "🦉", "a" * 9000]
)
def test_odd_texts_make_valid_feeds(reader, text):
    for address in SEARCHES:
        read(reader, f"{address}?q={text}")


def test_unknown_types_and_formats_are_not_there(reader):
    for address in ("/flux/rien.atom", "/flux/guide.json", "/recherche/flux.xml", "/flux/%00.rss"):
        assert reader.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/recherche/flux.atom?q=mobilité", "/flux/guide.rss"])
def test_a_reader_who_has_it_is_told_so_until_something_changes(reader, address):
    first = reader.get(address)
    assert "Last-Modified" not in first  # a withdrawn entry would make it older
    asked = {"headers": {"if-none-match": first["ETag"]}}
    same = reader.get(address, **asked)
    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == first["ETag"]
    later = {"headers": {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}}
    assert reader.get(address, **later).status_code == 200
    corpus.add("Une nouvelle mobilité", name="nouvelle", published="2026-01-01")
    sync.follow_postgres()
    changed = reader.get(address, **asked)
    assert changed.status_code == 200
    assert "Une nouvelle mobilité" in changed.content.decode()


def test_what_is_withdrawn_leaves_the_feed_at_once(reader):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cms_catalogue_record SET gone_at = now() WHERE title LIKE 'Balises%%'"
        )
    for address in (*SEARCHES, *TYPES):
        assert "gras" not in reader.get(address).content.decode()


def test_another_language_has_its_own_feed(reader):
    _response, root = read(reader, "/en/flux/guide.atom")
    assert [one.findtext(f"{ATOM}title") for one in entries(root)] == ["Évaluation en anglais"]
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_the_page_of_results_names_its_feeds(reader):
    page = reader.get("/recherche/?q=mobilité&page=2&order=title").content.decode()
    for extension, media in (("atom", "atom+xml"), ("rss", "rss+xml")):
        address = f"/recherche/flux.{extension}?q=mobilit%C3%A9"
        assert page.count(f'href="{address}"') == 2
        assert f'type="application/{media}"' in page
    assert "flux.atom" not in reader.get("/recherche/?page=zero").content.decode()


def test_a_feed_takes_as_many_queries_for_fifty_as_for_one(reader):
    reader.get("/recherche/flux.atom?q=cartographier")
    with CaptureQueriesContext(connection) as few:
        reader.get("/recherche/flux.atom?q=cartographier")
    with CaptureQueriesContext(connection) as many:
        reader.get("/recherche/flux.atom?q=mobilité")
    assert len(few) == len(many)


def test_the_same_search_is_saved_as_the_same_text(db):
    one = SearchQuery(q="CLS", types=("guide",), concepts=("publics:b", "publics:a"), page=3)
    other = SearchQuery(
        q="CLS", types=("guide",), concepts=("publics:a", "publics:b"), order="title"
    )
    assert one.canonical() == other.canonical()
    saved = SavedSearch.objects.create(
        parameters=one.canonical(), locale="fr", email="camille@example.org"
    )
    assert saved.query.canonical() == saved.parameters
    assert len(saved.token) == 43


def test_an_address_that_nobody_confirmed_is_forgotten_after_a_week(db):
    now = timezone.now()
    for number, (days, confirmed) in enumerate(
        [(UNCONFIRMED + 1, None), (UNCONFIRMED + 1, now), (UNCONFIRMED - 1, None)]
    ):
        SavedSearch.objects.create(
            parameters=f"q={number}", locale="fr", email="camille@example.org",
            created_at=now - dt.timedelta(days=days), confirmed_at=confirmed,
        )  # fmt: skip
    forget()
    assert sorted(SavedSearch.objects.values_list("parameters", flat=True)) == ["q=1", "q=2"]
