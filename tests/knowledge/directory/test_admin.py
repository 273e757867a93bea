"""Organisations and people as a documentalist makes them, through the real admin."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import override

from cms.catalogue import listing, touches
from cms.catalogue.models import Record
from cms.core import vocabularies
from knowledge.directory.models import OrganisationPage, PersonPage
from knowledge.directory.siret import clean_siret
from tests import admin
from tests.directory_factories import OrganisationPageFactory, PersonPageFactory
from tests.factories import ConceptFactory, SectionPageFactory, UserFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db

ORGANISATION, PERSON = "organisationpage", "personpage"
SIRET = "91234567500017"


@pytest.fixture
def editor(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def shelf():
    return SectionPageFactory(title="Annuaire", slug="annuaire")


def adding(kind: str, shelf) -> str:
    return reverse("wagtailadmin_pages:add", args=["knowledge_directory", kind, shelf.pk])


def rows(name: str, *entries: dict) -> dict:
    data = {f"{name}-TOTAL_FORMS": len(entries), f"{name}-INITIAL_FORMS": 0}
    for n, entry in enumerate(entries):
        data |= {f"{name}-{n}-{key}": value for key, value in entry.items()}
        data |= {f"{name}-{n}-ORDER": n + 1, f"{name}-{n}-DELETE": "", f"{name}-{n}-id": ""}
    return data


def consent(**values: str) -> dict:
    data = dict(values)
    for name in values:
        data |= {
            f"{name}_consent": "on",
            f"{name}_consent_date": "2025-03-01",
            f"{name}_consent_source": "Accord écrit",
        }
    return data


def fill(client, where: str, **data):
    """Change some fields of a new form and post it; the slug is what the page would write."""
    posted = admin.untouched(client, where)
    if "title" in data:
        data.setdefault("slug", slugify(data["title"]))
    for name, value in data.items():
        posted[name] = value
    return client.post(where, posted)


def errors_of(response) -> str:
    form = response.context["form"]
    inner = {name: f.errors for name, f in form.formsets.items()}
    return f"{form.errors} {inner}"


def whole_organisation(**more) -> dict:
    commune = TerritoryFactory(kind="commune", name="Le Blanc", latitude=46.6, longitude=1.1)
    parent = OrganisationPageFactory(title="Union nationale")
    return {
        "title": "Réseau Culture Santé", "summary": "Un réseau.", "acronym": "RCS",
        "organisation_kind": "network", "former_names": "Pôle\n\n Pôle  culture ",
        "parent_organisation": parent.pk, "siret": "912 345 675 00017", "place_name": "La Maison",
        "address": "1 rue du Modèle", "commune": commune.pk, "latitude": "46.5",
        "longitude": "1.2",
        **consent(phone="01.00.00.00.01", email="rcs@example.org",
                  website="https://rcs.example.org"),
        **rows("missions", {"title": "Informer", "text": "Les équipes."}, {"title": "Aider"}),
        **rows("members", {"actor": parent.pk, "function": "Membre"}, {"name": "Autre union"}),
        **more,
    }  # fmt: skip


def whole_person(**more) -> dict:
    employer = OrganisationPageFactory(title="Réseau")
    place = TerritoryFactory(kind="commune", name="Le Blanc")
    theme = ConceptFactory(label="Santé mentale")
    return {
        "first_name": "Camille", "last_name": "Exemple", "function": "Coordinatrice",
        "organisation": employer.pk, "summary": "Elle coordonne.",
        **consent(email="camille@example.org", landline="01 00 00 00 02"),
        "mobile": "06 39 98 00 01",
        **rows("referent_for", {"theme": theme.pk, "territory": place.pk}, {"theme": theme.pk}),
        **rows("mandates",
               {"body": employer.pk, "role": "Titulaire", "start": "2022", "end": "03/2024"},
               {"name": "Conseil", "start": "2018"}),
        **more,
    }  # fmt: skip


@pytest.mark.parametrize("kind", [ORGANISATION, PERSON])
def test_a_form_is_opened_and_saved_nearly_empty_as_a_draft(editor, shelf, kind):
    names = {"title": "Sans rien"} if kind == ORGANISATION else {"last_name": "Rien"}
    assert editor.get(adding(kind, shelf)).status_code == 200
    response = fill(editor, adding(kind, shelf), **names)
    assert response.status_code == 302, errors_of(response)
    model = OrganisationPage if kind == ORGANISATION else PersonPage
    page = model.objects.get()
    assert not page.live
    assert page.slug in ("sans-rien", "rien")


def test_an_organisation_is_saved_whole_previewed_and_published(editor, shelf):
    data = whole_organisation()
    response = fill(editor, adding(ORGANISATION, shelf), **data, **{"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    page = OrganisationPage.objects.get(slug="reseau-culture-sante")
    assert (page.siret, page.phone, page.live) == (SIRET, "0100000001", True)
    assert page.former_name_list() == ["Pôle", "Pôle culture"]
    assert [row.title for row in page.missions.all()] == ["Informer", "Aider"]
    assert len(page.members.all()) == 2
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    posted = admin.form(editor, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    posted["missions-0-title"] = "Informer autrement"
    assert editor.post(address, posted).json()["is_valid"]
    assert "Informer autrement" in editor.get(address, {"mode": ""}).content.decode()
    admin.edit(editor, page, summary="Autre.")
    assert OrganisationPage.objects.get(pk=page.pk).missions.count() == 2


def test_a_person_is_saved_whole_previewed_and_published(editor, shelf):
    response = fill(editor, adding(PERSON, shelf), **whole_person(), **{"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    page = PersonPage.objects.get()
    assert (page.title, page.slug, page.live) == ("Camille Exemple", "camille-exemple", True)
    assert (page.landline, page.mobile) == ("0100000002", "0639980001")
    assert [(row.start, row.end) for row in page.mandates.all()] == [
        ("2022", "2024-03"), ("2018", ""),
    ]  # fmt: skip
    assert Record.objects.get(page_id=page.pk).title_key == "exemple, camille"
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    posted = admin.form(editor, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    posted["last_name"] = "Modèle"
    assert editor.post(address, posted).json()["is_valid"]
    shown = editor.get(address, {"mode": ""}).content.decode()
    assert "Camille Modèle" in shown
    assert "39 98" not in shown.replace("\u00a0", " ")


def test_homonyms_have_addresses_of_their_own(editor, shelf):
    for _time in range(2):
        response = fill(editor, adding(PERSON, shelf), first_name="Lou", last_name="Modèle")
        assert response.status_code == 302, errors_of(response)
    assert {page.slug for page in PersonPage.objects.all()} == {"lou-modele", "lou-modele-2"}


@pytest.mark.parametrize("siret", ["912345675", f"{SIRET[:-1]}8", SIRET[:-1], f"{SIRET[:-1]}A"])
def test_a_wrong_siret_is_refused_at_the_field(editor, shelf, siret):
    response = fill(editor, adding(ORGANISATION, shelf), title="Structure", siret=siret)
    assert response.context["form"].errors["siret"]
    assert not OrganisationPage.objects.exists()


def test_a_siret_is_checked_in_words():
    assert clean_siret(" 912 345 675\u00a000017 ") == SIRET
    assert clean_siret("９1234567500017") == SIRET
    assert clean_siret("") == ""
    with override("en"):
        for text, said in {
            "912 345 675": "SIREN", f"{SIRET[:-1]}8": "control digit", SIRET[:-1]: "14 digits",
            f"{SIRET[:-1]}A": "digits only",
        }.items():  # fmt: skip
            with pytest.raises(ValidationError, match=said):
                clean_siret(text)


def test_an_organisation_cannot_be_part_of_itself_however_far(editor):
    top = OrganisationPageFactory(title="Haut")
    middle = OrganisationPageFactory(title="Milieu", parent_organisation=top)
    low = OrganisationPageFactory(title="Bas", parent_organisation=middle)
    for parent in (top, middle, low):
        response = fill(
            editor, reverse("wagtailadmin_pages:edit", args=[top.pk]), parent_organisation=parent.pk
        )
        assert "parent_organisation" in response.context["form"].errors
    top.refresh_from_db()
    assert top.parent_organisation_id is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "12 34"), ("phone", "abc"), ("email", "personne"), ("website", "javascript:x"),
     ("latitude", "91"), ("latitude", "46")],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(editor, shelf, field, value):
    response = fill(editor, adding(ORGANISATION, shelf), title="Structure", **{field: value})
    wrong = "longitude" if (field, value) == ("latitude", "46") else field
    if (field, value) == ("phone", "12 34"):  # a short number, such as 3114
        assert response.status_code == 302
        return
    assert wrong in response.context["form"].errors


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [("mandates", {"name": "Conseil", "start": "2024", "end": "2023"}, "end"),
     ("mandates", {"name": "Conseil", "start": "2024-05", "end": "2024-03"}, "end"),
     ("mandates", {"name": "Conseil", "start": "31/02/2024"}, "start"),
     ("mandates", {"role": "Titulaire"}, "body"),
     ("referent_for", {"theme": "", "territory": ""}, "theme")],
)  # fmt: skip
def test_a_wrong_row_is_refused_at_its_field(editor, shelf, name, row, field):
    response = fill(editor, adding(PERSON, shelf), last_name="Exemple", **rows(name, row))
    assert field in response.context["form"].formsets[name].errors[0]


def test_a_mandate_may_end_in_the_year_or_month_in_which_it_began(editor, shelf):
    response = fill(
        editor, adding(PERSON, shelf), last_name="Exemple",
        **rows("mandates", {"name": "A", "start": "03/2024", "end": "2024"},
               {"name": "B", "start": "2024", "end": "01/2024"}),
    )  # fmt: skip
    assert response.status_code == 302, errors_of(response)


@pytest.mark.parametrize("words", ["RCS", "Pôle culture", SIRET, "reseau"])
def test_the_admin_search_finds_an_organisation_by_every_name(editor, words):
    OrganisationPageFactory(
        title="Réseau Santé", acronym="RCS", former_names="Pôle culture", siret=SIRET
    )
    response = editor.get(reverse("wagtailadmin_pages:search"), {"q": words})
    assert "Réseau Santé" in response.content.decode()


@pytest.mark.parametrize("name", ["directory_organisations", "directory_people"])
def test_the_lists_show_what_is_looked_for_in_as_many_queries_for_five_as_for_one(editor, name):
    commune = TerritoryFactory(kind="commune", name="Le Blanc")

    def make(number: int) -> None:
        for _n in range(number):
            body = OrganisationPageFactory(acronym="RCS", commune=commune)
            PersonPageFactory(function="Coordinatrice", organisation=body)

    address = reverse(f"{name}:index")
    make(1)
    editor.get(address)
    counted = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            said = editor.get(address, {"q": ""}).content.decode()
        # wagtail-localize asks for each row whether it can be translated.
        foreign = ("wagtail_localize", 'FROM "wagtailcore_locale"')
        said_in = [q["sql"] for q in queries.captured_queries]
        counted.append(len([sql for sql in said_in if not any(f in sql for f in foreign)]))
        make(4)
    assert counted[0] == counted[1]
    assert "Le Blanc" in said or "Coordinatrice" in said


def test_the_directory_is_read_from_a_to_z_without_minding_accents():
    for title in ("Écoute", "Entraide", "Zénith", "3 Rives", "École"):
        OrganisationPageFactory(title=title)
    PersonPageFactory(first_name="Zoé", last_name="Âme")
    touches.flush()
    scope, schemes = listing.Scope("fr"), vocabularies.schemes()
    choice = listing.Choice(letter="e")
    letters = {one.letter: one for one in listing.alphabet(scope, choice, schemes)}
    assert (letters["e"].count, letters["a"].count, letters["3"].count) == (3, 1, 1)
    assert letters["b"].count == 0
    assert letters["e"].current
    found = listing.records(scope, choice, order="title", start=0, size=10)
    assert [one.title for one in found] == ["École", "Écoute", "Entraide"]
    request = RequestFactory().get("/annuaire/")
    nav = render_to_string(
        "components/letters.html", {"letters": letters.values(), "letter": "e", "all": "?"}, request
    )
    assert nav.count("aria-current") == 1
    assert 'href="?lettre=a"' in nav
    assert 'href="?lettre=b"' not in nav
    cards = render_to_string("components/directory_list.html", {"records": found}, request)
    assert cards.count("<li>") == cards.count("<a ") == 3
