"""The official territories, loaded from what the app carries."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue.models import Touch
from knowledge.territories.codes import clean_code, validate_postal_code
from knowledge.territories.finding import find_place
from knowledge.territories.loading import official
from knowledge.territories.models import Inclusion, Territory
from knowledge.territories.outlines import frame
from knowledge.territories.terms import covering, inside
from tests.territory_factories import TerritoryFactory


@pytest.fixture(scope="module")
def france():
    return official()


def load(*regions):
    options = [f"--region={code}" for code in regions]
    call_command("load_territories", *options, verbosity=0)


def everything():
    return [
        list(Territory.objects.order_by("pk").values()),
        sorted(Inclusion.objects.values_list("pk", "outer", "inner", "partial")),
    ]


@pytest.fixture
def corsica(db):
    load("94")
    return {row.slug: row for row in Territory.objects.all()}


def test_every_official_code_is_whole(france):
    kinds = [row.kind for row in france.values()]
    assert (kinds.count("region"), kinds.count("commune"), kinds.count("epci")) == (18, 34969, 1255)
    for slug, row in france.items():
        assert clean_code(row.kind, row.code) == row.code
        assert row.slug == slug
        for code in row.postal_codes:
            validate_postal_code(code)
        assert (row.latitude is None) == (row.longitude is None)
    assert "75014" in france["commune-75056"].postal_codes
    assert france["departement-975"].outers == set()
    assert france["departement-971"].outers == {"region-01"}
    assert france["commune-97411"].outers >= {"departement-974"}
    assert sum(row.latitude is None for row in france.values() if row.kind == "commune") == 101


def test_a_region_is_loaded_with_all_that_lies_in_it(corsica):
    region = corsica["region-94"]
    below = inside([region.pk])[region.pk]
    kinds = [node.kind for node in below]
    assert (kinds.count("departement"), kinds.count("epci"), kinds.count("commune")) == (2, 19, 360)
    ajaccio = corsica["commune-2a004"]
    assert [node.slug for node in covering([ajaccio.pk])[ajaccio.pk]][1:] == [
        "departement-2a", "region-94",
    ]  # fmt: skip
    assert str(ajaccio) == "Ajaccio (2A)"
    assert region.population == sum(
        corsica[slug].population for slug in ("departement-2a", "departement-2b")
    )
    assert frame([], [region.outline]).holds(region.latitude, region.longitude)
    assert frame([], [region.outline]).path(region.outline).startswith("M")
    assert [place.name for place in find_place("20000")] == ["Ajaccio"]


def test_loaded_again_nothing_is_written_or_touched(corsica):
    before = everything()
    Touch.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        load("94")
    assert everything() == before
    assert not Touch.objects.exists()
    assert len(queries) < 15


def test_what_documentalists_made_stays_and_what_differs_is_mended(corsica):
    ajaccio = corsica["commune-2a004"]
    grouping = ajaccio.wholes.get(outer__kind="epci").outer
    other = Territory.objects.filter(kind="epci").exclude(pk=grouping.pk).first()
    park = TerritoryFactory(name="Parc")
    Inclusion.objects.create(outer=park, inner=ajaccio)
    gone = TerritoryFactory(
        kind="commune", code="2A999", name="Disparue", inside=[corsica["departement-2a"]]
    )
    Inclusion.objects.create(outer=other, inner=ajaccio)
    Territory.objects.filter(pk=ajaccio.pk).update(
        name="Aiacciu", other_names=["La cité impériale"], population=1, latitude=None
    )
    Territory.objects.filter(slug="commune-2b033").update(outline={"type": "Polygon"})
    Touch.objects.all().delete()
    load("94")
    ajaccio.refresh_from_db()
    assert (ajaccio.name, ajaccio.name_key) == ("Ajaccio", "ajaccio")
    assert ajaccio.other_names == ["La cité impériale", "Aiacciu"]
    assert ajaccio.population > 1
    assert ajaccio.latitude is not None
    assert Territory.objects.get(slug="commune-2b033").outline == {"type": "Polygon"}
    outers = set(ajaccio.wholes.values_list("outer__slug", flat=True))
    assert outers == {"libre-parc", "departement-2a", grouping.slug}
    assert not ajaccio.wholes.filter(partial=True).exists()
    assert gone.wholes.count() == 1
    assert Territory.objects.filter(pk=park.pk).exists()


@pytest.mark.django_db
def test_overseas_regions_and_collectivities_are_loaded_alone():
    load("01", "06")
    assert set(Territory.objects.filter(kind="region").values_list("code", flat=True)) == {
        "01", "06",
    }  # fmt: skip
    load("975")
    saint_pierre = Territory.objects.get(slug="commune-97502")
    assert [n.slug for n in covering([saint_pierre.pk])[saint_pierre.pk]] == ["departement-975"]
    assert saint_pierre.latitude is None


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["1", "99", "Corse"])
def test_an_unknown_region_is_named(code):
    with pytest.raises(CommandError, match=code):
        load(code)
    assert not Territory.objects.exists()
