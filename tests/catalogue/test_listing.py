"""A section's list: filters that add up and restrict each other, counts, letters, pages."""

import datetime as dt

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.sections import section_list
from knowledge.base.models import PageOrganisation, PageTerritory
from tests.factories import ConceptFactory, GuidePageFactory, SectionPageFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _french():
    with translation.override("fr"):
        yield


@pytest.fixture
def shelf():
    """Four guides: two about mental health, three in the Indre, of which one in Le Blanc."""
    section = SectionPageFactory(title="Guides", slug="guides")
    region = TerritoryFactory(kind="region", code="24", name="Centre-Val de Loire")
    indre = TerritoryFactory(kind="departement", code="36", name="Indre", inside=[region])
    le_blanc = TerritoryFactory(kind="commune", code="36018", name="Le Blanc", inside=[indre])
    health = ConceptFactory(label="Santé", slug="sante")
    mental = ConceptFactory(label="Santé mentale", slug="sante-mentale", broader=health)
    made = [
        ("Écouter", [mental], [le_blanc], "2020"),
        ("Animer", [mental], [indre], "2021"),
        ("Évaluer", [health], [indre], "2021-05"),
        ("Bilan", [], [], ""),
    ]
    for title, concepts, places, date in made:
        guide = GuidePageFactory(
            parent=section, title=title, concepts=concepts, edition_date=date,
        )  # fmt: skip
        for place in places:
            PageTerritory.objects.create(page=guide, territory=place, sort_order=0)
    touches.flush()
    return section


def ask(section, query: str = ""):
    return section_list(section, QueryDict(query))


def titles(found) -> list[str]:
    return [record.title for record in found.records]


def values(found, name: str) -> dict[str, int]:
    (one,) = [facet for facet in found.filters if facet.name == name]
    return {value.value: value.count for value in one.values}


def test_a_broader_value_finds_what_is_narrower(shelf):
    assert titles(ask(shelf, "territory=region-24")) == ["Animer", "Écouter", "Évaluer"]
    assert titles(ask(shelf, "territory=commune-36018")) == ["Écouter"]
    assert titles(ask(shelf, "concept=themes:sante")) == ["Animer", "Écouter", "Évaluer"]


def test_values_of_a_filter_add_up_and_filters_restrict_each_other(shelf):
    either = ask(shelf, "year=2020&year=2021")
    assert len(titles(either)) == 3
    both = ask(shelf, "year=2021&concept=themes:sante-mentale")
    assert titles(both) == ["Animer"]


def test_the_counts_of_a_filter_ignore_its_own_choice(shelf):
    found = ask(shelf, "year=2021")
    years = values(found, "year")
    assert (years["2020"], years["2021"]) == (1, 2)
    assert values(found, "themes") == {"themes:sante": 2, "themes:sante-mentale": 1}


def test_each_value_says_its_name_its_depth_and_its_address(shelf):
    found = ask(shelf, "territory=departement-36")
    (places,) = [facet for facet in found.filters if facet.name == "territory"]
    assert [(v.label, v.depth) for v in places.values] == [
        ("Centre-Val de Loire", 0), ("Indre", 1), ("Le Blanc (36)", 2),
    ]  # fmt: skip
    indre = places.values[1]
    assert indre.selected
    assert indre.address == "?"
    assert "territory=commune-36018" in places.values[2].address
    (chip,) = found.chips
    assert (chip.label, chip.address) == ("Indre", "?")


def test_what_cannot_be_read_is_left_out(shelf, client):
    for query in (
        "territory=%00", "concept=a:b:c", "page=x", "page=9999999", "lettre=%C3%A9", "annee=12",
        "year=x'; DROP TABLE", "&".join(f"territory=t{n}" for n in range(500)), "type=nothing",
        "territory=inconnu", "organisation=pas-un-uuid", "a-venir=oui",
    ):  # fmt: skip
        assert client.get(f"{shelf.url}?{query}").status_code == 200, query


def test_organisations_filter_by_their_records(shelf):
    partner = GuidePageFactory(parent=shelf, title="Partenaire")
    for title in ("Animer", "Bilan"):
        page = GuidePageFactory._meta.model.objects.get(title=title)
        PageOrganisation.objects.create(page=page, organisation_id=partner.pk, role="lead")
    touches.flush()
    (facet,) = [one for one in ask(shelf).filters if one.name == "organisation"] or [None]
    assert [(v.label, v.count) for v in facet.values] == [("Partenaire", 2)]


def test_filters_and_records_agree_on_the_page_without_javascript(shelf, client):
    page = client.get(f"{shelf.url}?territory=departement-36&year=2021").content.decode()
    assert "2 ressources sur 4" in page.replace("\xa0", " ")
    assert 'value="departement-36" checked' in " ".join(page.split())
    assert "Animer" in page
    assert "Bilan" not in page


def test_a_list_says_the_next_date_and_the_first_themes(shelf, client):
    record = Record.objects.get(title="Animer")
    now = timezone.now()
    for days, status in ((-9, "confirmed"), (3, "cancelled"), (40, "confirmed"), (70, "confirmed")):
        start = now + dt.timedelta(days=days)
        record.occurrences.create(start=start, end=start + dt.timedelta(hours=2), status=status)
    (found,) = [one for one in ask(shelf).records if one.title == "Animer"]
    assert found.next_date == now + dt.timedelta(days=40)
    assert [one.next_date for one in ask(shelf).records if one.title == "Bilan"] == [None]
    html = client.get(shelf.url).content.decode()
    assert html.count("Prochaine date") == 1
    assert html.count("<li>Santé mentale</li>") == 2


def test_the_number_of_queries_does_not_follow_the_records(shelf, client):
    client.get(shelf.url)
    with CaptureQueriesContext(connection) as few:
        client.get(shelf.url)
    for number in range(40):
        GuidePageFactory(parent=shelf, title=f"Fiche {number}", edition_date=str(1980 + number))
    touches.flush()
    with CaptureQueriesContext(connection) as many:
        client.get(shelf.url)
    assert len(many) == len(few)


def test_pages_keep_the_filters(shelf):
    for number in range(40):
        GuidePageFactory(parent=shelf, title=f"Fiche {number:02d}", edition_date="1999")
    touches.flush()
    second = ask(shelf, "year=1999&page=2")
    assert len(second.records) == 10
    assert second.pages.previous == "?year=1999"
    assert [link.current for link in second.pages.links] == [False, True]


def test_a_year_that_is_none_finds_nothing_and_breaks_nothing(shelf, client):
    for query in ("year=abc", "year=²", "year=99999", "year=-1"):
        assert client.get(f"{shelf.url}?{query}").status_code == 200, query
        assert client.get(f"/carte/?{query}").status_code == 200, query


def test_schemes_that_nobody_keeps_cost_nothing(shelf, client):
    client.get(shelf.url)
    with CaptureQueriesContext(connection) as few:
        client.get(shelf.url)
    many = "&".join(f"concept=inconnu{n}:x" for n in range(50))
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{shelf.url}?{many}")
    assert len(asked) == len(few)


def test_a_value_that_nothing_has_can_be_taken_back(shelf):
    found = ask(shelf, "territory=nulle-part")
    assert found.total == 0
    assert [(chip.label, chip.address) for chip in found.chips] == [("nulle-part", "?")]


def test_a_list_names_what_nothing_is_called_and_what_is_no_filter(shelf, client):
    query = "territory=nulle-part&concept=ailleurs:x&type=rien&year=l%27an+passé"
    found = ask(shelf, query)
    assert found.unknown == ["nulle-part"]
    assert found.choice.ignored == ("ailleurs:x", "l'an passé", "rien")
    html = client.get(f"{shelf.url}?{query}").content.decode()
    assert html.count('class="notice" role="status"') == 4
    for said in ("nulle-part", "ailleurs:x", "rien", "passé"):
        assert said in html


def test_hostile_values_are_named_harmlessly_and_briefly(shelf, client):
    query = "&".join(f"concept=<script>alert({n})</script>{'x' * 500}" for n in range(50))
    html = client.get(f"{shelf.url}?{query}").content.decode()
    assert "<script>alert" not in html
    assert "x" * 100 not in html
    assert html.count('class="notice" role="status"') == 3


def test_what_is_known_is_not_called_unknown(shelf, client):
    found = ask(shelf, "territory=departement-36")
    assert found.unknown == []
    assert found.choice.ignored == ()
