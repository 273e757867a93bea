"""The territories as a documentalist works with them."""

import json
import unicodedata

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledge.demo import accounts
from knowledge.territories.models import Inclusion, Territory
from knowledge.territories.replacing import uses
from tests.admin import form as form_at
from tests.example_plugin.models import RecipeOrigin, RecipePage
from tests.factories import HomePageFactory, SectionPageFactory, UserFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def indre():
    return TerritoryFactory(kind="departement", code="36", name="Indre")


@pytest.fixture
def le_blanc(indre):
    return TerritoryFactory(
        kind="commune", code="36018", name="Le Blanc", postal_codes=["36300"], population=6300,
        inside=[indre],
    )  # fmt: skip


def new(admin, *, parts=(), wholes=(), **fields):
    """Post the form of a new territory; parts and wholes are territories."""
    data = {
        "name": "", "kind": "free", "code": "", "other_names": "", "postal_codes": "",
        "population": "", "latitude": "", "longitude": "",
    }  # fmt: skip
    for relation, field, rows in (("parts", "inner", parts), ("wholes", "outer", wholes)):
        data |= {f"{relation}-TOTAL_FORMS": len(rows), f"{relation}-INITIAL_FORMS": 0,
                 f"{relation}-MIN_NUM_FORMS": 0, f"{relation}-MAX_NUM_FORMS": 1000}  # fmt: skip
        data |= {f"{relation}-{n}-{field}": row.pk for n, row in enumerate(rows)}
    return admin.post(reverse("territories:add"), data | fields)


def edit(admin, territory, **changes):
    address = reverse("territories:edit", args=[territory.pk])
    data = form_at(admin, address, "w-editor-form")
    for name, value in changes.items():
        data[name.replace("__", "-")] = str(value)
    return admin.post(address, data)


def row_errors(response, relation):
    return [row.errors for row in response.context["form"].formsets[relation].forms]


def test_a_park_is_made_of_communes_and_lies_in_its_department(admin, le_blanc, indre):
    response = new(
        admin, name="Parc de la Brenne", other_names="PNR, PNRB", parts=[le_blanc], wholes=[indre]
    )
    assert response.status_code == 302, response.context["form"].errors
    park = Territory.objects.get(slug="libre-parc-de-la-brenne")
    assert park.other_names == ["PNR", "PNRB"]
    assert [row.inner for row in park.parts.all()] == [le_blanc]
    assert [row.outer for row in park.wholes.all()] == [indre]
    again = new(admin, name="Parc de la Brenne")
    assert again.status_code == 302
    assert Territory.objects.filter(slug="libre-parc-de-la-brenne-2").exists()


def test_a_district_of_two_communes_lies_in_each_with_a_part(admin, le_blanc, indre):
    other = TerritoryFactory(kind="commune", code="36044", name="Châteauroux")
    response = new(admin, name="Saint-Jean", kind="qpv", code="qn03601m", wholes=[le_blanc, other])
    assert response.status_code == 302, response.context["form"].errors
    district = Territory.objects.get(slug="qpv-qn03601m")
    assert district.code == "QN03601M"
    assert all(row.partial for row in district.wholes.all())


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"kind": "commune", "code": "1001"}, "code", "01001"),
        ({"kind": "commune", "code": "36018"}, "code", ""),
        ({"kind": "free", "code": "36018"}, "code", ""),
        ({"kind": "epci", "code": "243600328"}, "code", "SIREN"),
        ({"postal_codes": "1400"}, "postal_codes", "01400"),
        ({"postal_codes": "36300, abcde"}, "postal_codes", "abcde"),
        ({"latitude": "46.6"}, "longitude", ""),
        ({"latitude": "95", "longitude": "1"}, "latitude", ""),
        ({"latitude": "nan", "longitude": "1"}, "latitude", ""),
        ({"name": "’"}, "name", ""),
        ({"kind": "planet"}, "kind", ""),
        ({"population": "-1"}, "population", ""),
    ],
)
def test_a_mistake_is_said_at_its_field(admin, le_blanc, fields, field, said):
    response = new(admin, **{"name": "Ailleurs", **fields})
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert said in " ".join(errors[field])
    assert Territory.objects.count() == 2


def test_a_territory_never_lies_in_itself_through_others(admin, le_blanc, indre):
    response = new(admin, name="Pays", parts=[indre], wholes=[le_blanc])
    assert response.status_code == 200
    assert "outer" in row_errors(response, "wholes")[0]
    assert "inner" in row_errors(response, "parts")[0]
    response = new(admin, name="Pays", parts=[le_blanc, le_blanc])
    assert "inner" in row_errors(response, "parts")[1]
    outer = TerritoryFactory(name="Grand")
    inner = TerritoryFactory(name="Petit", inside=[outer])
    response = edit(admin, inner, parts__TOTAL_FORMS=1, parts__0__inner=outer.pk)
    assert response.status_code == 200
    assert "inner" in row_errors(response, "parts")[0]
    response = edit(admin, outer, wholes__TOTAL_FORMS=1, wholes__0__outer=outer.pk)
    assert "outer" in row_errors(response, "wholes")[0]


def test_what_lay_in_a_territory_may_come_to_cover_it_in_one_form(admin):
    outer = TerritoryFactory(name="Grand")
    inner = TerritoryFactory(name="Petit", inside=[outer])
    response = edit(
        admin, outer, parts__0__DELETE="on", wholes__TOTAL_FORMS=1, wholes__0__outer=inner.pk
    )
    assert response.status_code == 302, response.context["form"].errors
    assert list(Inclusion.objects.values_list("outer", "inner")) == [(inner.pk, outer.pk)]


def test_an_official_territory_keeps_its_code_and_what_lies_in_it(admin, le_blanc, indre):
    address = reverse("territories:edit", args=[indre.pk])
    assert "Le Blanc (36)" in admin.get(address).content.decode()
    response = edit(admin, indre, code="37", kind="region", other_names="Bas-Berry")
    assert response.status_code == 302, response.context["form"].errors
    indre.refresh_from_db()
    assert (indre.code, indre.kind, indre.other_names) == ("36", "departement", ["Bas-Berry"])
    assert indre.parts.count() == 1


def test_the_list_is_searched_by_any_name_or_code(admin, le_blanc, django_assert_max_num_queries):
    for number in range(30):
        TerritoryFactory(kind="commune", code=f"37{number:03d}", name=f"Bourg {number}")
    address = reverse("territories:index")
    with django_assert_max_num_queries(20):
        page = admin.get(address)
    assert len(page.context["object_list"]) == 32
    for query in ["36300", "36018", "BLANC", "le-blanc"]:
        found = admin.get(address, {"q": query})
        assert [row.name for row in found.context["object_list"]] == ["Le Blanc"], query
        assert "Indre" in found.content.decode()
    assert len(admin.get(address, {"kind": "departement"}).context["object_list"]) == 1
    for odd in [{"kind": "x", "q": "a"}, {"q": "\x00%'"}, {"ordering": "-population"}]:
        assert admin.get(address, odd).status_code == 200


def shown_by(response) -> str:
    text = response.content.decode()
    return json.loads(text)["html"] if text.startswith("{") else text


@pytest.mark.parametrize("name", ["choose", "choose_results"])
def test_the_chooser_finds_by_any_name_or_code(admin, name, le_blanc):
    TerritoryFactory(kind="commune", code="44190", name="Saint-Sébastien-sur-Loire")
    TerritoryFactory(kind="epci", code="243600319", name="CC Brenne", other_names=["CDCBVC"])
    address = reverse(f"territory_chooser:{name}")
    for query, found in [
        ("saint sebastien", "Saint-Sébastien"), ("SÉBASTIEN", "Saint-Sébastien"),
        (unicodedata.normalize("NFD", "sébastien"), "Saint-Sébastien"),
        ("44190", "Saint-Sébastien"), ("36300", "Le Blanc (36)"),
        ("cdcbvc", "CC Brenne"), ("243600319", "CC Brenne"),
    ]:  # fmt: skip
        shown = shown_by(admin.get(address, {"q": query}))
        names = ["Saint-Sébastien", "Le Blanc (36)", "CC Brenne"]
        assert [other for other in names if other in shown] == [found], query
    shown = shown_by(admin.get(address, {"kind": "commune", "q": "36"}))
    assert "Indre" in shown
    assert "CC Brenne" not in shown_by(admin.get(address, {"kind": "commune"}))
    for odd in [
        {"kind": "x"},
        {"multiple": "1"},
        {"p": "1"},
        {"q": "\x00"},
        {"locale": "fr", "q": "sain"},
    ]:
        assert admin.get(address, odd).status_code == 200


def recipe(*territories):
    page = RecipePage(title="Pâté de Pâques")
    SectionPageFactory().add_child(instance=page)
    for place, row in enumerate(territories):
        page.origins.add(RecipeOrigin(territory=row, sort_order=place))
    page.save_revision().publish()
    return RecipePage.objects.get(pk=page.pk)


def origins(page):
    return list(RecipeOrigin.objects.filter(page=page).values_list("territory__name", flat=True))


def delete(admin, territory, replacement=None):
    data = {"replacement": replacement.pk if replacement else ""}
    return admin.post(reverse("territories:delete", args=[territory.pk]), data)


def test_a_territory_in_use_goes_only_when_another_takes_its_place(admin, le_blanc, indre):
    page = recipe(le_blanc)
    park = TerritoryFactory(name="Parc")
    Inclusion.objects.create(outer=park, inner=le_blanc)
    district = TerritoryFactory(kind="qpv", name="Quartier", inside=[le_blanc])
    asked = admin.get(reverse("territories:delete", args=[le_blanc.pk])).content.decode()
    for used_by in ("Pâté de Pâques", "Parc", "Quartier"):
        assert used_by in asked
    for wrong in (None, le_blanc):
        refused = delete(admin, le_blanc, wrong)
        assert refused.status_code == 200
        assert "replacement" in refused.context["form"].errors
    merged = TerritoryFactory(kind="commune", code="36900", name="Brenne", inside=[indre])
    assert delete(admin, le_blanc, merged).status_code == 302
    assert not Territory.objects.filter(pk=le_blanc.pk).exists()
    assert origins(page) == ["Brenne"]
    pairs = set(Inclusion.objects.values_list("outer__name", "inner__name"))
    assert pairs == {("Parc", "Brenne"), ("Brenne", "Quartier"), ("Indre", "Brenne")}
    assert district.wholes.count() == 1


def test_the_question_asks_the_database_as_much_for_ten_uses_as_for_two(admin, le_blanc):
    counts = []
    for pages in (2, 8):
        for _number in range(pages):
            recipe(le_blanc)
        with CaptureQueriesContext(connection) as queries:
            found = uses(le_blanc)
        counts.append(len(queries))
        assert all(isinstance(page, RecipePage) for page in found)
    assert len(found) == 10
    assert counts[0] == counts[1]


def test_a_page_that_had_both_has_the_other_once_and_drafts_follow(admin, le_blanc):
    merged = TerritoryFactory(kind="commune", code="36900", name="Brenne")
    both, draft = recipe(le_blanc, merged), recipe(merged)
    draft.origins.set([RecipeOrigin(territory=le_blanc)])
    draft.save_revision()
    assert delete(admin, le_blanc, merged).status_code == 302
    assert origins(both) == ["Brenne"]
    for page in (both, draft):
        latest = RecipePage.objects.get(pk=page.pk).get_latest_revision_as_object()
        assert [row.territory.name for row in latest.origins.all()] == ["Brenne"]


def test_a_territory_that_only_a_draft_uses_is_replaced_there(admin, le_blanc):
    merged = TerritoryFactory(kind="commune", code="36900", name="Brenne")
    page = recipe()
    page.origins.set([RecipeOrigin(territory=le_blanc)])
    page.save_revision()
    assert delete(admin, le_blanc, None).status_code == 200
    assert delete(admin, le_blanc, merged).status_code == 302
    latest = RecipePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [row.territory for row in latest.origins.all()] == [merged]


def test_an_unused_territory_goes_without_a_question(admin, le_blanc):
    park = TerritoryFactory(name="Parc")
    Inclusion.objects.create(outer=park, inner=le_blanc)
    assert delete(admin, park).status_code == 302
    assert not Territory.objects.filter(name="Parc").exists()
    assert Territory.objects.filter(pk=le_blanc.pk).exists()


def test_a_replacement_never_makes_a_circle(admin, le_blanc, indre):
    park = TerritoryFactory(name="Parc")
    Inclusion.objects.create(outer=park, inner=indre)
    other = TerritoryFactory(kind="commune", code="36002", name="Aigurande", inside=[park])
    assert delete(admin, park, le_blanc).status_code == 302
    pairs = set(Inclusion.objects.values_list("outer__name", "inner__name"))
    assert pairs == {("Indre", "Le Blanc")}
    assert not other.wholes.exists()


def test_documentalists_keep_the_territories_and_editors_do_not(client, le_blanc):
    accounts.create(HomePageFactory())
    for name, allowed in (("documentaliste", True), ("editeur", False)):
        client.force_login(get_user_model().objects.get(username=name))
        for view, args in (("index", []), ("add", []), ("edit", [le_blanc.pk])):
            response = client.get(reverse(f"territories:{view}", args=args))
            assert (response.status_code == 200) is allowed
        assert client.get(reverse("territory_chooser:choose")).status_code == 200
