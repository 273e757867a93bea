"""The search page, by its address alone."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from cms.core.models import Contact
from search import compounds, remembered, service, sync
from search.engines import postgres
from search.engines.base import EngineError
from tests.factories import SectionPageFactory
from tests.search import corpus
from tests.search.conftest import index_everything


@pytest.fixture(scope="module")
def records(module_db):
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        for number in range(45):
            corpus.add(f"Fiche {number} sur la mobilité", name=f"fiche-{number}")
        index_everything()
        yield


@pytest.fixture
def visitor(records):
    return Client(raise_request_exception=False)


def test_a_search_and_its_title(visitor):
    response = visitor.get("/recherche/?q=mobilité&page=2")
    assert response.status_code == 200
    assert response.context["page_title"].endswith("mobilité, 45 résultats, page 2")
    assert len(response.context["result"].hits) == 20
    pages = response.context["pages"]
    assert (pages.number, pages.count) == (2, 3)
    assert '<ol class="list" start="21">' in response.content.decode()
    assert pages.previous == "?q=mobilit%C3%A9"
    assert pages.next == "?q=mobilit%C3%A9&page=3"
    assert [link.current for link in pages.links] == [False, True, False]


def test_marks_stand_in_the_page_and_scripts_do_not(visitor):
    page = visitor.get("/recherche/?q=balises").content.decode()
    assert "<mark>balises</mark>" in page
    assert "<script>alert" not in page


def test_facets_chips_and_orders_are_addresses(visitor):
    response = visitor.get("/recherche/?q=évaluation&concept=publics:jeunes")
    (chip,) = response.context["chips"]
    assert (chip.label, chip.facet) == ("Jeunes", "Publics")
    assert chip.address == response.context["clear_address"] == "?q=%C3%A9valuation"
    assert [order.current for order in response.context["orders"]] == [True] + [False] * 3
    names = [facet.name for facet in response.context["facets"]]
    assert names == ["type", "publics"]


def test_types_are_links_with_their_counts(visitor):
    corpus.add("Une formation à la mobilité", name="training", kind="training")
    index_everything()
    response = visitor.get("/recherche/?q=mobilité&page=2")
    shown = [(link.label, link.count, link.address, link.current)
             for link in response.context["kinds"]]  # fmt: skip
    assert shown == [
        ("Tous les types", 46, "?q=mobilit%C3%A9", True),
        ("Guides méthodologiques", 45, "?q=mobilit%C3%A9&type=guide", False),
        ("Formations", 1, "?q=mobilit%C3%A9&type=training", False),
    ]
    only = visitor.get("/recherche/?q=mobilité&type=training").context
    assert only["result"].total == 1
    assert [link.count for link in only["kinds"]] == [46, 45, 1]
    assert visitor.get("/recherche/?q=évaluation").context["kinds"] == []


def test_what_is_to_come_is_a_chip(visitor):
    response = visitor.get("/recherche/?q=mobilité&a-venir=1")
    assert [chip.label for chip in response.context["chips"]] == ["À venir ou ouverts"]
    assert response.context["clear_address"] == "?q=mobilit%C3%A9"
    assert response.context["result"].total == 0


def test_an_index_that_does_not_say_its_words_in_time_holds_nothing_up(visitor, monkeypatch):
    monkeypatch.setattr(compounds, "TIMEOUT", 50)
    monkeypatch.setattr(postgres, "FORMS", "SELECT %s, %s, %s, %s, %s, %s FROM pg_sleep(1)")
    assert visitor.get("/recherche/?q=mobilité").context["result"].total == 45


def test_nothing_found_is_a_page(visitor):
    response = visitor.get("/recherche/?q=xyzzyx")
    assert response.status_code == 200
    assert response.context["result"].total == 0
    assert response.context["pages"] is None
    # On a phone the ways onward come at once, not after a screen of filters.
    filtered = visitor.get("/recherche/?q=xyzzyx&type=guide").content.decode()
    assert " open" not in filtered.partition('<details class="facets')[2].partition(">")[0]


def test_a_page_that_does_not_exist_says_so(visitor):
    for asked, first in (("?page=999", "?"), ("?q=mobilité&page=4", "?q=mobilit%C3%A9")):
        response = visitor.get(f"/recherche/{asked}")
        page = response.content.decode()
        assert response.context["no_such_page"]
        assert response.context["first_page"] == first
        assert "Les résultats n’ont pas cette page." in page
        assert f'<a href="{first}">Voir la première page des résultats</a>' in page
        assert "pas encore de ressource" not in page
    assert not visitor.get("/recherche/?q=mobilité&page=3").context["no_such_page"]
    assert not visitor.get("/recherche/?q=xyzzyx&page=3").context["no_such_page"]


def test_a_correction_is_said(visitor):
    page = visitor.get("/recherche/?q=cartografier").content.decode().replace("\u00a0", " ")
    assert "Aucun résultat pour « cartografier » ; cherché plutôt : cartographier." in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "order=x", "type=x", "concept=a:b:c", "locale=xx", "page=99999"]
)
def test_a_parameter_that_cannot_be_read_is_a_page_with_a_sentence(visitor, query):
    response = visitor.get(f"/recherche/?{query}")
    assert response.status_code == 400
    assert response.context["error"] in response.content.decode().replace("\u00a0", " ")


def test_what_was_typed_stays_in_the_box_beside_the_sentence(visitor):
    response = visitor.get("/recherche/", {"q": "la 'mobilité\x00", "rayon": "-1"})
    assert response.status_code == 400
    assert response.context["query"].q == "la 'mobilité"
    assert 'value="la &#x27;mobilité"' in response.content.decode()


def test_among_events_and_trainings_the_page_says_what_stands_first(visitor):
    corpus.add("Une formation à la mobilité", name="training", kind="training")
    corpus.add("Une rencontre sur la mobilité", name="meeting", kind="event")
    index_everything()
    for address, there in (
        ("q=mobilité&type=training&type=event", True), ("q=mobilité&type=event", False),
        ("q=mobilité&type=event&type=guide", False), ("type=event&type=training", False),
        ("q=mobilité&type=training&type=event&order=title", False),
    ):  # fmt: skip
        assert visitor.get(f"/recherche/?{address}").context["coming_first"] == there, address


def test_unknown_parameters_are_ignored(visitor):
    assert visitor.get("/recherche/?q=CLS&utm_source=x&limit=abc").status_code == 200


def test_other_languages_have_their_own_page(visitor):
    response = visitor.get("/en/recherche/?q=evaluation")
    assert response.status_code == 200
    assert response.context["query"].locale == "en"


def test_the_number_of_queries_does_not_grow(visitor):
    address = "/recherche/?q=mobilité&type=guide&page=2"

    def asked() -> list[str]:
        """What a page costs that nobody asked for before, the caches of sites and menus warm."""
        cache.clear()  # they last a minute, of which this may be the end
        visitor.get(address)
        remembered.forget()
        with CaptureQueriesContext(connection) as captured:
            visitor.get(address)
            return [str(query["sql"])[:40] for query in captured.captured_queries]

    few = asked()
    for number in range(400):
        corpus.add(f"Autre fiche {number} de mobilité", name=f"autre-{number}")
    sync.follow_postgres()
    many = asked()
    assert len(many) == len(few) <= 20, [query for query in many if query not in few]
    assert len(few) > 3, "the page was made anew"


def asked(visitor, address) -> list[str]:
    """What a page asks that is not sent again as it was."""
    remembered.forget()
    with CaptureQueriesContext(connection) as found:
        visitor.get(address)
    return [query["sql"] for query in found.captured_queries]


def test_a_query_that_takes_too_long_is_no_fault(visitor, monkeypatch):
    def slow(*args, **kwargs):
        raise EngineError("canceling statement due to statement timeout")

    monkeypatch.setattr(service.PostgresEngine, "search", slow)
    response = visitor.get("/recherche/?q=CLS")
    assert response.status_code == 400
    assert response.context["error"]


def test_results_by_type(visitor):
    corpus.add("Une formation à la mobilité", name="training", kind="training")
    index_everything()
    response = visitor.get("/recherche/?q=mobilité&vue=types")
    shown = [(kind.label, kind.count, len(hits)) for kind, hits in response.context["groups"]]
    assert sorted(shown) == [("Formations", 1, 1), ("Guides méthodologiques", 45, 3)]
    page = response.content.decode()
    assert '<h2 id="type-training">' in page
    assert 'href="?q=mobilit%C3%A9&amp;type=guide"' in page
    assert response.context["pages"] is None
    assert response.context["query"].canonical() == "q=mobilit%C3%A9"
    alone = visitor.get("/recherche/?q=mobilité&vue=types&type=training")
    assert alone.context["result"].total == 1
    one = visitor.get("/recherche/?q=évaluation&vue=types").context
    assert (one["groups"], len(one["result"].hits)) == ([], one["result"].total)


def test_licences_and_languages_are_filters_where_they_differ(visitor):
    names = {facet.name for facet in visitor.get("/recherche/?q=mobilité").context["facets"]}
    assert names.isdisjoint({"licence", "language"})
    corpus.add("Libre mobilité", name="libre", licence="etalab-2.0")
    corpus.add("Mobilité traduite", name="traduite", licence="CC-BY-4.0", pages=["mobilité"])
    index_everything()
    response = visitor.get("/recherche/?q=mobilité&licence=etalab-2.0")
    assert [hit.title for hit in response.context["result"].hits] == ["Libre mobilité"]
    (facet,) = [one for one in response.context["facets"] if one.name == "licence"]
    assert [(value.label, value.count, value.selected) for value in facet.values] == [
        ("Creative Commons BY 4.0", 1, False),
        ("Licence Ouverte 2.0", 1, True),
    ]
    answer = visitor.get("/api/v1/search?q=mobilité&licence=CC-BY-4.0&language=fr").json()
    assert answer["total"] == 1


def test_who_finds_nothing_may_ask_a_person(visitor, records):
    page = SectionPageFactory(title="Nous écrire")
    said = Contact.objects.create()
    assert visitor.get("/recherche/?q=xyzzyx").context["ask"] == ""
    Contact.objects.filter(pk=said.pk).update(email="contact@example.org")
    answer = visitor.get("/recherche/?q=xyzzyx")
    assert answer.context["ask"].startswith("mailto:contact@example.org?subject=")
    assert answer.context["ask"].endswith("xyzzyx")
    assert answer.context["ask"].replace("&", "&amp;") in answer.content.decode()
    Contact.objects.filter(pk=said.pk).update(page=page)
    assert visitor.get("/recherche/?q=xyzzyx").context["ask"] == page.get_url()
    page.unpublish()
    assert visitor.get("/recherche/?q=xyzzyx").context["ask"].startswith("mailto:")
