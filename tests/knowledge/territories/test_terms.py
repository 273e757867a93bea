"""What covers a territory, what lies in it, and territories as terms."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from knowledge.territories.codes import clean_code, validate_postal_code
from knowledge.territories.models import Inclusion, Territory
from knowledge.territories.terms import covering, inside, lines, terms_many
from tests.territory_factories import TerritoryFactory


@pytest.fixture
def brenne(db):
    """A region, its department, a grouping, a commune, and a park made of the commune."""
    region = TerritoryFactory(kind="region", code="24", name="Centre-Val de Loire")
    indre = TerritoryFactory(kind="departement", code="36", name="Indre", inside=[region])
    grouping = TerritoryFactory(
        kind="epci", code="243600319", name="CC Brenne - Val de Creuse", inside=[indre]
    )
    park = TerritoryFactory(name="Parc de la Brenne", other_names=["PNR Brenne"])
    TerritoryFactory(
        kind="commune", code="36018", name="Le Blanc", postal_codes=["36300"],
        inside=[indre, grouping, park],
    )  # fmt: skip
    return {row.slug: row for row in Territory.objects.all()}


def slugs(found):
    return [node.slug for node in found]


def test_what_covers_a_commune_comes_nearest_first_and_the_region_last(brenne):
    pk = brenne["commune-36018"].pk
    assert slugs(covering([pk])[pk]) == [
        "epci-243600319", "libre-parc-de-la-brenne", "departement-36", "region-24",
    ]  # fmt: skip
    assert slugs(lines([pk])[pk])[0] == "commune-36018"


def test_what_lies_in_a_region_is_found_however_deep(brenne):
    pk = brenne["region-24"].pk
    assert slugs(inside([pk])[pk]) == ["departement-36", "epci-243600319", "commune-36018"]
    alone = brenne["commune-36018"].pk
    assert inside([alone]) == {alone: []}
    assert inside([]) == covering([]) == {}
    assert covering([10**9]) == {}


def test_a_commune_of_a_grouping_that_straddles_two_departments_is_in_one_of_them(brenne):
    vienne = TerritoryFactory(kind="departement", code="86", name="Vienne")
    straddling = TerritoryFactory(kind="epci", name="CC", inside=[brenne["departement-36"], vienne])
    commune = TerritoryFactory(
        kind="commune", code="86001", name="Adriers", inside=[vienne, straddling]
    )
    assert slugs(covering([commune.pk])[commune.pk]) == [straddling.slug, "departement-86"]
    assert slugs(covering([straddling.pk])[straddling.pk]) == [
        "departement-36", "departement-86", "region-24",
    ]  # fmt: skip
    below = slugs(inside([brenne["departement-36"].pk])[brenne["departement-36"].pk])
    assert straddling.slug in below
    assert commune.slug not in below


def test_terms_carry_every_name_and_what_covers_them_in_two_queries(brenne):
    wanted = [row.pk for row in brenne.values()]
    for some in (wanted[:1], wanted):
        with CaptureQueriesContext(connection) as queries:
            terms = terms_many(some)
        assert len(queries) == 2
    commune = terms[brenne["commune-36018"].pk]
    assert (commune.scheme, commune.id) == ("territory", "commune-36018")
    assert commune.labels == {"fr": "Le Blanc"}
    assert commune.alternatives == {"fr": ("36018", "36300")}
    assert commune.ancestors[-1] == "region-24"
    park = terms[brenne["libre-parc-de-la-brenne"].pk]
    assert (park.alternatives, park.ancestors) == ({"fr": ("PNR Brenne",)}, ())
    known = lines(wanted)
    with CaptureQueriesContext(connection) as queries:
        assert terms_many(wanted, known) == terms
    assert len(queries) == 1
    assert terms_many([]) == {}


@pytest.mark.django_db
def test_a_circle_written_behind_the_forms_ends():
    one, two = TerritoryFactory(name="Un"), TerritoryFactory(name="Deux")
    Inclusion.objects.create(outer=one, inner=two)
    Inclusion.objects.create(outer=two, inner=one)
    assert slugs(covering([one.pk])[one.pk]) == ["libre-deux"]
    assert slugs(inside([one.pk])[one.pk]) == ["libre-deux"]
    assert terms_many([one.pk])


@pytest.mark.django_db
def test_the_database_refuses_a_territory_in_itself_or_twice_in_another():
    one, two = TerritoryFactory(name="Un"), TerritoryFactory(name="Deux", inside=[])
    Inclusion.objects.create(outer=one, inner=two)
    for outer, inner in [(one, two), (two, two)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Inclusion.objects.create(outer=outer, inner=inner)
            connection.check_constraints()


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("commune", "2a004", "2A004"),
        ("commune", " 36 018 ", "36018"),
        ("departement", "974", "974"),
        ("departement", "2b", "2B"),
        ("region", "01", "01"),
        ("epci", "200 054 781", "200054781"),
        ("qpv", "qn03601m", "QN03601M"),
    ],
)
def test_an_official_code_is_stored_as_it_is_written_officially(kind, typed, code):
    assert clean_code(kind, typed) == code


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("commune", "1001", "01001"),
        ("commune", "1001.0", "01001"),
        ("commune", "1001,0", "01001"),
        ("departement", "1", "01"),
        ("region", "1", "01"),
        ("commune", "36018B", "36018"),
        ("commune", "٣٦٠١٨", "36018"),
        ("commune", "", "2A004"),
        ("departement", "2C", "2A"),
        ("epci", "243600328", "243600328"),
        ("epci", "24360032", "SIREN"),
        ("qpv", "36018", "QN"),
    ],
)
def test_a_wrong_code_is_refused_with_what_to_write(kind, typed, said):
    with pytest.raises(ValidationError) as refused:
        clean_code(kind, typed)
    assert said in refused.value.message


@pytest.mark.parametrize("typed", ["1400", "1400.0", "1400,0"])
def test_a_postal_code_that_lost_its_zero_is_refused_with_its_zero(typed):
    with pytest.raises(ValidationError) as refused:
        validate_postal_code(typed)
    assert "01400" in refused.value.message


def test_a_postal_code_has_five_digits():
    validate_postal_code("01400")
    for typed in ["", "140", "2A000", "014000", "٠١٤٠٠", "01 40"]:
        with pytest.raises(ValidationError):
            validate_postal_code(typed)
