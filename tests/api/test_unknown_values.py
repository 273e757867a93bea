"""A filter by what nothing is called is refused by name: an empty list would say something else."""

import pytest

from cms.catalogue import touches
from knowledge.thesaurus.merging import merge
from tests.factories import ConceptFactory, GuidePageFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def records():
    theme = ConceptFactory(label="Mobilité", slug="mobilite")
    GuidePageFactory(title="Bus santé", concepts=[theme])
    ConceptFactory(label="Logement", slug="logement")
    TerritoryFactory(kind="departement", code="36", name="Indre")
    touches.flush()


NOBODY = "16ad16da-fb9a-481d-8cb3-b0d6543eae97"
LISTS = ("records?", "records?q=sant%C3%A9&", "search?")
UNKNOWN = [
    ("concept", "themes:nothing", "themes:nothing"),
    ("concept", "nothing", "nothing"),
    ("concept", "nowhere:mobilite", "nowhere:mobilite"),
    ("territory", "departement-99", "departement-99"),
    ("organisation", NOBODY, None),
    ("organisation", "no-uuid", "no-uuid"),
    ("year", "hier", "hier"),
    ("facet", "project_status:lost", "project_status:lost"),
]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(("name", "value", "said"), UNKNOWN)
def test_an_unknown_value_is_refused_by_name(partner, records, address, name, value, said):
    for more in ("", "&concept=themes:mobilite"):  # with a value that finds something, too
        problem = partner.problem(f"{address}{name}={value}{more}")
        assert (problem["status"], problem["parameter"]) == (400, name)
        assert (said or value) in problem["detail"]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "known",
    ["concept=themes:logement", "territory=departement-36", "year=1998", "concept=logement"],
)
def test_what_is_known_and_has_nothing_is_an_empty_list(partner, records, address, known):
    assert partner.read(f"{address}{known}")["total"] == 0


def test_a_descriptor_that_was_merged_is_known_by_its_old_name(partner, records):
    old = ConceptFactory(label="Déplacements", slug="deplacements")
    new = ConceptFactory(label="Transports", slug="transports")
    merge(old, new)
    touches.flush()
    assert partner.read("records?concept=themes:deplacements")["total"] == 0


def test_a_filter_that_finds_something_asks_nothing_more(
    partner, records, django_assert_max_num_queries
):
    partner.read("records?concept=themes:mobilite")
    with django_assert_max_num_queries(2):
        partner.read("records?concept=themes:mobilite&limit=3")
