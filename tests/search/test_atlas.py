"""The map: the same things drawn and listed, what covers a commune, what lies near it."""

import re

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from cms.catalogue.models import Place, Record
from knowledge.territories.models import Territory
from tests.factories import ConceptFactory, GuidePageFactory
from tests.plan_factories import PlanPageFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[0.8, 46.3], [2.2, 46.3], [2.2, 47.3], [0.8, 47.3], [0.8, 46.3]]],
}


def put(page, *points: tuple[float, float, str]) -> Record:
    """A guide says no point of its own: the catalogue is told here what other types describe."""
    record = Record.objects.get(page_id=page.pk)
    Place.objects.bulk_create(
        Place(record=record, latitude=lat, longitude=lon, label=label) for lat, lon, label in points
    )
    return record


@pytest.fixture
def land():
    region = TerritoryFactory(kind="region", code="24", name="Centre-Val de Loire")
    indre = TerritoryFactory(
        kind="departement", code="36", name="Indre", inside=[region], outline=SQUARE,
        latitude=46.8, longitude=1.6,
    )  # fmt: skip
    TerritoryFactory(
        kind="commune", code="36018", name="Le Blanc", postal_codes=["36300"], inside=[indre],
        latitude=46.633, longitude=1.062, population=6500,
    )  # fmt: skip
    theme = ConceptFactory(label="Alimentation", slug="alimentation")
    near = GuidePageFactory(title="Jardin partagé", concepts=[theme])
    far = GuidePageFactory(title="Atelier cuisine", concepts=[theme])
    two = GuidePageFactory(title="Bus santé")
    GuidePageFactory(title="Sans lieu")
    touches.flush()
    put(near, (46.65, 1.07, "Le Blanc"))
    put(far, (46.81, 1.69, "Châteauroux"))
    put(two, (46.634, 1.063, "Le Blanc"), (46.9, 1.9, "Issoudun"))


def page(client, query: str = "") -> str:
    response = client.get(f"/carte/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_commune_of_a_name_alike_is_said(client, land):
    assert "Aucune commune ne s’appelle « le blanx »" in page(client, "?lieu=le+blanx")
    assert "Aucune commune" not in page(client, "?lieu=le+blanc")


def test_the_map_and_the_list_show_the_same_things(land, client):
    html = page(client)
    listed = set(re.findall(r'<li id="(lieu-[0-9a-f]+)"', html))
    drawn = {a for found in re.findall(r'data-entries="([^"]+)"', html) for a in found.split()}
    assert listed == drawn
    assert len(listed) == 3
    assert "Sans lieu" not in html
    assert html.count('class="department"') == 1


def test_a_filter_narrows_both(land, client):
    html = page(client, "?concept=themes:alimentation")
    assert "Bus santé" not in html
    assert "Jardin partagé" in html
    assert len(re.findall(r"data-entries=", html)) == 2


@pytest.mark.parametrize("asked", ["le blanc", "36300", "36018", "LE BLANC (36)", "6300"])
def test_a_commune_is_found_by_name_postal_or_insee_code(land, client, asked):
    response = client.get("/carte/", {"lieu": asked, "rayon": "10"})
    if asked == "6300":  # 06300 is Nice: not in this land
        assert response.context["commune"] is None
        return
    assert str(response.context["commune"]) == "Le Blanc (36)"
    titles = [entry.record.title for entry in response.context["entries"]]
    assert titles == ["Bus santé", "Jardin partagé"]
    assert response.context["entries"][0].distance == 0
    # Its stop in Issoudun, 70 km away, is not said to be here.
    assert [place.label for place in response.context["entries"][0].places] == ["Le Blanc"]


def test_the_nearest_come_first_and_the_radius_bounds(land, client):
    wide = client.get("/carte/?lieu=36300&rayon=100").context["entries"]
    assert [entry.record.title for entry in wide] == [
        "Bus santé", "Jardin partagé", "Atelier cuisine",
    ]  # fmt: skip
    assert wide[-1].distance == pytest.approx(51, abs=3)


@pytest.mark.parametrize(
    "query",
    ["?rayon=-1", "?rayon=x&lieu=%00", "?lieu=" + "a" * 5000, "?page=10000", "?lieu=%27%22%3C",
     "?lieu=é̀&insee=zzz", "?territory=nowhere", "?lieu=0"],
)  # fmt: skip
def test_whatever_is_asked_is_a_page(land, client, query):
    page(client, query)


def test_more_records_cost_no_more_queries(land, client):
    client.get("/carte/")
    with CaptureQueriesContext(connection) as few:
        client.get("/carte/")
    for number in range(12):
        guide = GuidePageFactory(title=f"Fiche {number}")
        touches.flush()
        put(guide, (46.5 + number / 50, 1.2, "Ici"))
    with CaptureQueriesContext(connection) as many:
        client.get("/carte/")
    assert len(many) == len(few)


def test_no_third_party_is_asked_unless_a_centre_says_so(land, client):
    assert "<image" not in page(client)
    with override_settings(MAP_TILES="https://tiles.example.org/{z}/{x}/{y}.png"):
        assert 'href="https://tiles.example.org/' in page(client)


ISLAND = {
    "type": "Polygon",
    "coordinates": [[[55.2, -21.4], [55.9, -21.4], [55.9, -20.8], [55.2, -20.8], [55.2, -21.4]]],
}


def drawn(html: str) -> list[set[str]]:
    """The entries that each of the maps shows, the large one first."""
    return [
        {a for found in re.findall(r'data-entries="([^"]+)"', svg) for a in found.split()}
        for svg in re.findall(r"<svg viewBox.*?</svg>", html, re.DOTALL)
        if "data-entries" in svg
    ]


def test_what_lies_overseas_is_drawn_beside_the_metropole_under_its_name(land, client):
    TerritoryFactory(
        kind="departement", code="974", name="La Réunion", outline=ISLAND, latitude=-21.1,
        longitude=55.5,
    )  # fmt: skip
    island = GuidePageFactory(title="Case à lire")
    lagoon = GuidePageFactory(title="Santé du lagon")
    touches.flush()
    put(island, (-21.0, 55.3, "Le Port"))
    put(lagoon, (-22.27, 166.45, "Nouméa"), (46.7, 1.5, "Châteauroux"))
    html = page(client)
    listed = set(re.findall(r'<li id="(lieu-[0-9a-f]+)"', html))
    large, *small = drawn(html)
    assert listed == large.union(*small)
    assert len(large) == 4
    assert [len(one) for one in small] == [1, 1]
    assert "La Réunion" in html
    assert "Nouméa" in html
    assert html.count('class="department"') == 2


def test_an_overseas_department_without_an_outline_of_ours_gives_its_name(land, client):
    for code, name, latitude, longitude in (
        ("971", "Guadeloupe", 16.2, -61.4), ("972", "Martinique", 14.65, -61.0),
    ):  # fmt: skip
        TerritoryFactory(
            kind="departement", code=code, name=name, latitude=latitude, longitude=longitude
        )
    here = GuidePageFactory(title="Carbet santé")
    touches.flush()
    put(here, (14.6, -61.07, "Fort-de-France"), (16.24, -61.53, "Pointe-à-Pitre"))
    assert [one.name for one in client.get("/carte/").context["insets"]] == [
        "Guadeloupe", "Martinique",
    ]  # fmt: skip


def test_a_map_of_one_island_is_framed_by_it(land, client):
    TerritoryFactory(
        kind="departement", code="974", name="La Réunion", outline=ISLAND, latitude=-21.1,
        longitude=55.5,
    )  # fmt: skip
    theme = ConceptFactory(label="Lecture", slug="lecture")
    island = GuidePageFactory(title="Case à lire", concepts=[theme])
    touches.flush()
    put(island, (-21.0, 55.3, "Le Port"))
    response = client.get("/carte/?concept=themes:lecture")
    assert response.context["insets"] == []
    assert response.context["drawing"].name == ""
    assert [name for name, *_rest in response.context["drawing"].outlines] == ["La Réunion"]


def test_communes_are_suggested_for_the_place(land, client):
    html = client.get("/carte/").content.decode()
    assert 'data-suggest="/carte/communes/"' in html
    answer = client.get("/carte/communes/?q=le+bl").json()
    items = answer["groups"][0]["items"]
    assert items[0]["label"].startswith("Le Blanc")
    assert client.get(items[0]["url"]).status_code == 200
    for nothing in ("", "q=", "q=l", "q=%00%00", "q=zzzzqqqq", "q=" + "x" * 5000):
        assert client.get(f"/carte/communes/?{nothing}").json() == {"groups": []}


def test_a_contract_that_is_over_is_said_to_be_below_the_one_in_force(land, client):
    indre = Territory.objects.get(name="Indre")
    PlanPageFactory(title="Premier contrat", start="2015", end="2018", territories=[indre])
    PlanPageFactory(title="Second contrat", start="2021", end="2999-12", territories=[indre])
    touches.flush()
    (group,) = client.get("/carte/?lieu=36018").context["covering"]
    assert [record.title for record, _contacts in group.records] == ["Second contrat"]
    assert [record.title for record in group.ended] == ["Premier contrat"]
    answer = client.get("/api/v1/search?near=36018").json()
    found = [(one["title"], one["ended"]) for one in answer["place"]["covering"]]
    assert found == [("Second contrat", False), ("Premier contrat", True)]


def test_a_long_list_of_the_map_is_folded_after_twenty(land, client, monkeypatch):
    from search import atlas

    assert '<details class="open">' not in client.get("/carte/").content.decode()
    monkeypatch.setattr(atlas, "SHOWN", 1)
    html = client.get("/carte/").content.decode()
    shown, folded = html.split('<details class="open">')
    assert len(re.findall(r'<li id="lieu-', shown)) == 1
    assert len(re.findall(r'<li id="lieu-', folded)) == 2
