"""Frames for other sites: they alone may be framed, and a line to paste is offered."""

import re
from html import unescape

import pytest

from cms.catalogue import touches
from cms.core.records import Point
from search import sync
from tests.agenda_factories import EventPageFactory, date, to_come
from tests.exchange.test_lists import store
from tests.factories import ConceptFactory, GuidePageFactory

pytestmark = pytest.mark.django_db

FRAMES = ("/integrer/liste/", "/integrer/agenda/", "/integrer/carte/")


@pytest.fixture
def site(db):
    GuidePageFactory(title="Un guide", concepts=[ConceptFactory(slug="sante", label="Santé")])
    EventPageFactory(title="Une journée", dates=[date(to_come("01-12"))])
    touches.flush()
    store(1, title="Un projet", points=[Point(46.8, 1.7, "Ici")])


@pytest.mark.parametrize("address", [*FRAMES, "/en/integrer/liste/"])
def test_anybody_may_frame_them(client, site, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "frame-ancestors *;" in response["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in response
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("address", ["/integrer/", "/recherche/", "/panier/", "/carte/"])
def test_nobody_may_frame_the_others(client, site, address):
    response = client.get(address)
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_they_show_what_the_lists_show_and_lead_out_of_the_frame(client, site):
    for address, title in zip(FRAMES, ("Un guide", "Une journée", "Un projet"), strict=True):
        page = client.get(address).content.decode()
        assert title in page
        links = re.findall(r"<a [^>]*>", page)
        own = [one for one in links if 'href="#' not in one]
        assert own
        assert all('target="_top"' in one for one in own), own
        assert "https://" not in re.sub(r"xmlns\S+", "", page)


def test_filters_are_those_of_the_lists(client, site):
    assert "Un guide" in client.get("/integrer/liste/?concept=themes:sante").content.decode()
    assert "Un guide" not in client.get("/integrer/liste/?type=event").content.decode()
    assert client.get("/integrer/liste/?nombre=1").content.decode().count("<h2>") == 1
    assert "Une journée" not in client.get("/integrer/agenda/?type=guide").content.decode()
    assert "Un projet" not in client.get("/integrer/carte/?type=guide").content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [("type=rien", 400), ("nombre=0", 400), ("nombre=x", 400), ("sujet=1", 400), ("q=%00", 400),
     ("nombre=2000", 200), ("utm_source=lettre", 200)],
)  # fmt: skip
def test_a_list_that_cannot_be_read_says_so_in_its_frame(client, site, query, status):
    response = client.get(f"/integrer/liste/?{query}")
    assert response.status_code == status
    assert ('role="alert"' in response.content.decode()) == (status == 400)


@pytest.mark.parametrize(
    "query",
    ["type=%00", "concept=" + "x" * 3_000, "%FF=%FE", "annee=99999", "sujet=1", "type=rien",
     "lettre=a&lettre=b"],
)  # fmt: skip
def test_no_frame_shows_everything_for_a_misspelt_filter(client, site, query):
    assert client.get(f"/integrer/?{query}").status_code == 200  # a page for people
    for address in FRAMES:
        response = client.get(f"{address}?{query}")
        assert response.status_code == 400, address
        assert 'role="alert"' in response.content.decode()
        assert "frame-ancestors *;" in response["Content-Security-Policy"] + ";"


def test_every_frame_takes_the_choice_that_its_line_holds(client, site):
    sync.follow_postgres()
    titles = {"agenda": "Une journée", "carte": "Un projet"}
    for query, shown in (("q=journ%C3%A9e", "agenda"), ("carte=1", "carte"),
                         ("lettre=u", "agenda carte"), ("annee=2019", "")):  # fmt: skip
        for name, title in titles.items():
            page = client.get(f"/integrer/{name}/?{query}").content.decode()
            assert (title in page) == (name in shown), (name, query)


def test_the_line_to_paste_holds_the_choice_and_nothing_more(client, site):
    page = client.get('/integrer/?type=guide&q="><script>x').content.decode()
    assert "<script>x" not in page
    lines = [unescape(one) for one in re.findall(r"<textarea[^>]*>([^<]*)<", page)]
    assert len(lines) == 3
    found = re.fullmatch(r'<iframe src="([^"]+)" title="[^"<>]+"[^<>]*></iframe>', lines[0])
    assert found
    assert unescape(found[1]).startswith("http://testserver/integrer/liste/?type=guide&q=%22%3E")
    address = unescape(found[1]).removeprefix("http://testserver")
    assert client.get(address).status_code == 200
