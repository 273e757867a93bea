"""Places found by what people type."""

import unicodedata

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knowledge.territories.finding import find_place, named, outlines_around
from knowledge.territories.models import Territory
from knowledge.territories.naming import key
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    indre = TerritoryFactory(kind="departement", code="36", name="Indre")
    for code, name, postal, people in [
        ("36018", "Le Blanc", "36300", 6300),
        ("93007", "Le Blanc-Mesnil", "93150", 60000),
        ("41018", "Blancafort", "18410", 1000),
        ("44190", "Saint-Sébastien-sur-Loire", "44230", 28000),
        ("01001", "L'Abergement-Clémenciat", "01400", 860),
        ("2A004", "Ajaccio", "20000", 73000),
    ]:
        TerritoryFactory(
            kind="commune", code=code, name=name, postal_codes=[postal], population=people,
            inside=[indre] if code == "36018" else [],
        )  # fmt: skip
    TerritoryFactory(
        kind="commune", code="75056", name="Paris", population=2_100_000,
        postal_codes=["75001", "75014"],
    )  # fmt: skip
    TerritoryFactory(
        kind="epci", code="243600319", name="CC Brenne - Val de Creuse", other_names=["CDC BVC"]
    )


def test_names_that_differ_by_sign_accent_or_case_are_one():
    written = ["Saint-Sébastien-sur-Loire", "ST SEBASTIEN SUR LOIRE", "saint‐sébastien/sur loire"]
    assert {key(name) for name in written} == {"saint sebastien sur loire"}
    assert key("L’Abergement") == key("l'abergement") == key("L ABERGEMENT")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("le blanc", "Le Blanc"),
        ("LE BLANC", "Le Blanc"),
        ("Blanc", "Le Blanc"),
        ("36300", "Le Blanc"),
        ("36018", "Le Blanc"),
        ("St Sébastien", "Saint-Sébastien-sur-Loire"),
        (unicodedata.normalize("NFD", "sébastien"), "Saint-Sébastien-sur-Loire"),
        ("bvc", "CC Brenne - Val de Creuse"),
        ("val brenne", "CC Brenne - Val de Creuse"),
        ("243600319", "CC Brenne - Val de Creuse"),
        ("2a004", "Ajaccio"),
        ("l’abergement", "L'Abergement-Clémenciat"),
    ],
)
def test_a_territory_is_found_by_any_name_or_code(places, text, first):
    assert named(Territory.objects.all(), text)[0].name == first


def test_the_exact_name_comes_first_then_the_beginning_then_the_most_people(places):
    found = [row.name for row in named(Territory.objects.all(), "blanc")]
    assert found == ["Le Blanc", "Blancafort", "Le Blanc-Mesnil"]
    assert not named(Territory.objects.all(), "blanc 93150 creuse").exists()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Le Blanc", "Le Blanc"),
        ("36300", "Le Blanc"),
        ("36 300", "Le Blanc"),
        ("36018", "Le Blanc"),
        ("Le Blanc (36)", "Le Blanc"),
        ("le blanc 36300", "Le Blanc"),
        ("36300 LE BLANC CEDEX", "Le Blanc"),
        ("36300 Le Blanc Cedex 9", "Le Blanc"),
        ("Le Blanc, Indre", "Le Blanc"),
        ("1400", "L'Abergement-Clémenciat"),
        ("Ajaccio (2A)", "Ajaccio"),
        ("75114", "Paris"),
        ("75014", "Paris"),
        ("Paris 14e", "Paris"),
        ("Ajacio", "Ajaccio"),
    ],
)
def test_a_visitor_names_a_commune_in_any_way(places, text, first):
    found = find_place(text)
    assert found, text
    assert found[0].name == first


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "'",
        "%",
        "_",
        "\x00",
        "\ud800",
        "(",
        "a" * 5000,
        "x " * 3000,
        "00000",
        "🌍",
        "٣٦",
        "١٢٣٤٥",
        "Blancherville-sur-Orge",
    ],
)
def test_a_strange_query_finds_nothing_and_breaks_nothing(places, text):
    assert find_place(text) == []
    assert list(named(Territory.objects.all(), text)[:1]) is not None


def test_a_place_is_found_in_three_queries_at_most(places):
    for text in ("Le Blanc", "Le Blanc, Indre", "nulle part ici"):
        with CaptureQueriesContext(connection) as queries:
            find_place(text)
        assert len(queries) <= 3


def test_the_outlines_around_a_place_are_those_of_the_departments_near():
    square = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 46]]]}
    for code, name, latitude, longitude in (("36", "Indre", 46.8, 1.6), ("13", "B", 43.5, 5.1)):
        TerritoryFactory(
            kind="departement", code=code, name=name, outline=square, latitude=latitude,
            longitude=longitude,
        )  # fmt: skip
    assert outlines_around(46.5, 1.0, 46.7, 1.2) == square["coordinates"]
    assert outlines_around(20, 1, 21, 2) == []
