"""Around a commune, as visitors and partners see it."""

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from tests.search import corpus
from tests.search.conftest import index_everything


@pytest.fixture(scope="module")
def page(module_db):
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        corpus.lands()
        index_everything()
        yield


@pytest.fixture
def visitor(page):
    return Client(raise_request_exception=False)


def text(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_page_says_what_lies_near_and_what_applies(visitor):
    response = visitor.get("/recherche/?pres-de=36300&rayon=50")
    assert response.context["result"].total == 4
    html = text(response)
    assert "Ce qui s’applique à Le Blanc (36)" in html or "Le Blanc (36)" in html
    near = response.context["near"]
    assert [group.records[0][0].title for group in near.covering] == ["Contrat", "Schéma"]
    assert [chip.label for chip in response.context["chips"]] == ["Le Blanc (36), 50\u00a0km"]
    assert response.context["clear_address"] == "?"
    assert 'href="tel:+33100000000"' in html or 'href="tel:' in html
    assert visitor.get("/recherche/?pres-de=36300&page=2").context["near"].covering is None


def test_what_applies_folds_beside_words_and_stands_open_without(visitor):
    folded = text(visitor.get("/recherche/?q=jardine&pres-de=36300"))
    opened = text(visitor.get("/recherche/?pres-de=36300"))
    assert '<details class="open covering">' in folded
    assert '<details class="open covering" open>' in opened


def test_what_applies_for_some_years_says_which(visitor):
    hits = visitor.get("/recherche/?type=plan").context["result"].hits
    year = timezone.localdate().year
    assert {(hit.title, hit.period) for hit in hits} == {
        ("Contrat", f"2015-{year}"), ("Ancien contrat", f"2015-{year - 1}"), ("Schéma", "2015"),
    }  # fmt: skip
    shown = text(visitor.get("/recherche/?type=plan")).replace("\u2060", "")
    assert f"<li>2015-{year}</li>" in shown


def test_the_place_stays_in_every_address(visitor):
    response = visitor.get("/recherche/?q=jardine&pres-de=le+blanc&rayon=50")
    kept = "pres-de=le+blanc&rayon=50"
    addresses = [link.address for link in response.context["orders"]]
    addresses += response.context["feeds"].values()
    assert all(kept in address for address in addresses)
    ((name, address),) = response.context["near"].others
    assert (name, address) == ("Le Blanc (30)", f"?q=jardine&{kept}&insee=30018")
    assert visitor.get("/recherche/flux.atom?q=jardine&pres-de=36300").status_code == 200
    assert visitor.get("/recherche/flux.atom?pres-de=xyzzyx").status_code == 400


def test_my_department_needs_no_place(visitor):
    response = visitor.get("/recherche/")
    assert [one.value for one in response.context["near"].departments] == ["departement-36"]
    assert '<option value="departement-36">Indre (1)</option>' in text(response)
    assert visitor.get("/recherche/?territory=departement-36").context["result"].total == 1


def test_a_place_that_is_none_is_said_and_left_out(visitor):
    response = visitor.get("/recherche/?q=jardine&pres-de=xyzzyx")
    assert response.status_code == 200
    assert "xyzzyx" in response.context["near"].notice
    assert "ne s’appelle « xyzzyx »" in text(response)
    assert response.context["result"].total == 6
    assert "Nulle-Part" in visitor.get("/recherche/?pres-de=nulle-part").context["near"].notice


@pytest.mark.parametrize("radius", ["-1", "0", "x", "201", "1e3", "٣", "9" * 400, "1.5"])
def test_a_radius_that_is_none_is_refused_with_a_sentence(visitor, radius):
    response = visitor.get("/recherche/", {"pres-de": "36300", "rayon": radius})
    assert response.status_code == 400
    assert "rayon" in response.context["error"] or "radius" in response.context["error"]


def test_partners_ask_the_same(visitor):
    answer = visitor.get("/api/v1/search?near=36300&radius=50").json()
    assert answer["total"] == 4
    assert [hit["distance"] for hit in answer["items"]] == [0, 0, 2, 14]
    assert answer["place"]["insee"] == "36018"
    assert [(one["title"], one["ended"]) for one in answer["place"]["covering"]] == [
        ("Contrat", False), ("Ancien contrat", True), ("Schéma", False),
    ]  # fmt: skip
    assert visitor.get("/api/v1/records?near=36300&radius=50").json()["total"] == 4
    assert visitor.get("/api/v1/records?q=jardine&near=36300&radius=50").json()["total"] == 3
    assert visitor.get("/api/v1/search?q=jardine").json()["place"] is None


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("near=xyzzyx", "near"), ("near=nulle-part", "near"), ("near=", "near"),
     ("radius=10", "radius"), ("near=36300&radius=-1", "radius"),
     ("near=36300&radius=x", "radius")],
)  # fmt: skip
def test_partners_are_told_what_is_wrong(visitor, query, parameter):
    for operation in ("search", "records"):
        response = visitor.get(f"/api/v1/{operation}?{query}")
        assert response.status_code == 400
        assert response.json()["parameter"] == parameter


def test_the_page_says_that_it_took_a_commune_of_a_name_alike(visitor):
    near = visitor.get("/recherche/?pres-de=le+blanx").context["near"]
    assert near.commune == "Le Blanc (36)"
    assert "le blanx" in near.notice
    assert "Le Blanc (36)" in near.notice
    assert visitor.get("/recherche/?pres-de=le+blanc").context["near"].notice == ""
