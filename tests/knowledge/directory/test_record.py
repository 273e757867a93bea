"""Organisations and people: their records and their pages say the same."""

import json
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.base.models import PageTerritory
from knowledge.directory.models import OrganisationPage, PersonPage
from search import sync
from search.query import SearchQuery
from search.service import search
from tests.directory_factories import (
    OrganisationPageFactory,
    PersonPageFactory,
    agreement,
    name_contact,
    name_organisation,
)
from tests.factories import ConceptFactory, GuidePageFactory, ImageFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def answer(page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk).json.replace(BASE, ""))


def html(client, page) -> str:
    touches.flush()
    response = client.get(Record.objects.get(page_id=page.pk).url)
    assert response.status_code == 200
    return unescape(response.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def commune():
    return TerritoryFactory(kind="commune", name="Le Blanc", latitude=46.63, longitude=1.1)


@pytest.fixture
def network(commune):
    chair = PersonPageFactory(first_name="Alix", last_name="Fictif")
    parent = OrganisationPageFactory(title="Union nationale")
    page = OrganisationPageFactory(
        title="Réseau Culture Santé", acronym="RCS", former_names="Pôle culture\nCulture & soins",
        organisation_kind="network", parent_organisation=parent, siret="91234567500017",
        commune=commune, address="1 rue du Modèle", hero_image=ImageFactory(alt_text="Un logo"),
        missions=[("L’ingénierie", "Informer les équipes."), ("La valorisation", "")],
        members=[(chair, "Présidente"), ("Union régionale", "Membre fondateur")],
        **agreement(phone="0100000001", email="rcs@example.org"),
        website="https://secret.example.org",
    )  # fmt: skip
    PageTerritory.objects.create(page_id=page.pk, territory=commune)
    return page


@pytest.fixture
def person(network, commune):
    theme = ConceptFactory(label="Santé mentale", slug="sante-mentale")
    return PersonPageFactory(
        first_name="Camille", last_name="Éxemple", organisation=network, function="Coordinatrice",
        referents=[(theme, commune)],
        mandates=[
            {"body": network, "role": "Titulaire", "start": "2022", "end": "2024-03"},
            {"name": "Conseil de surveillance", "start": "2018"},
        ],
        **agreement(email="camille@example.org", landline="0100000002"),
        mobile="0639980001",
    )  # fmt: skip


def test_an_organisation_says_the_same_in_its_record_and_on_its_page(network, client):
    found = answer(network)
    data = found["data"]
    assert (data["acronym"], data["siret"]) == ("RCS", "91234567500017")
    assert data["organisation_kind"] == "network"
    assert data["former_names"] == ["Pôle culture", "Culture & soins"]
    assert data["contact"] == {"phone": "0100000001", "email": "rcs@example.org"}
    assert [one["title"] for one in data["missions"]] == ["L’ingénierie", "La valorisation"]
    assert [(one["name"], one["function"]) for one in data["members"]] == [
        ("Alix Fictif", "Présidente"), ("Union régionale", "Membre fondateur"),
    ]  # fmt: skip
    assert found["points"] == [{"latitude": 46.63, "longitude": 1.1, "label": "Le Blanc"}]
    assert {one["relation"] for one in found["links"]} == {"part_of_organisation", "has_member"}
    page = html(client, network)
    for text in (
        "RCS", "912 345 675 00017", "Pôle culture", "Culture & soins", "L’ingénierie",
        "Informer les équipes.", "Alix Fictif", "Présidente", "Union régionale", "Le Blanc",
        "1 rue du Modèle", "tel:+33100000001", "mailto:rcs@example.org", "Union nationale",
    ):  # fmt: skip
        assert text in page, text
    assert page.count("Union régionale") == 1
    assert 'alt=""' in page
    assert "secret.example.org" not in page + json.dumps(found)


def test_a_person_says_the_same_in_the_record_and_on_the_page(person, network, client):
    found = answer(person)
    assert found["title"] == "Camille Éxemple"
    assert Record.objects.get(page_id=person.pk).title_key == "exemple, camille"
    assert found["data"]["contact"] == {"email": "camille@example.org", "phone": "0100000002"}
    assert found["data"]["function"] == "Coordinatrice"
    assert found["data"]["referent"] == [
        {"theme": "themes:sante-mentale", "territory": found["territories"][0]["id"]}
    ]
    assert [one["body"] for one in found["data"]["mandates"]] == [
        "Réseau Culture Santé", "Conseil de surveillance",
    ]  # fmt: skip
    assert found["organisations"][0]["name"] == "Réseau Culture Santé"
    page = html(client, person)
    for text in (
        "Coordinatrice", "Réseau Culture Santé", "Santé mentale", "Le Blanc", "Titulaire",
        "2022", "mars 2024", "Conseil de surveillance", "2018", "mailto:camille@example.org",
        "tel:+33100000002",
    ):  # fmt: skip
        assert text in page, text
    record = Record.objects.get(page_id=person.pk)
    everything = page + record.json + json.dumps(record.document)
    assert "639980001" not in everything.replace(" ", "")


def test_the_organisation_shows_its_team_and_who_sits_in_it(person, network, client):
    page = html(client, network)
    assert page.count("Camille Éxemple") == 2  # once at work, once with a mandate


def test_nobody_is_named_twice_for_working_there_and_being_a_member(client):
    boss = PersonPageFactory(first_name="Noa", last_name="Spécimen")
    house = OrganisationPageFactory(title="La maison", members=[(boss, "Présidente")])
    PersonPage.objects.filter(pk=boss.pk).update(organisation=house)
    assert html(client, house).count("Noa Spécimen") == 1
    text = html(client, boss)
    assert text[text.index("<main") :].count("La maison") == 1


def test_who_is_asked_about_a_theme_is_found_by_it(person):
    touches.flush()
    assert "themes:sante-mentale" in Record.objects.get(page_id=person.pk).terms


def test_an_organisation_that_is_not_public_is_not_named_by_its_people(person, network, client):
    network.unpublish()
    found = answer(person)
    assert "Réseau" not in json.dumps(found, ensure_ascii=False)
    assert "Réseau" not in html(client, person)


def test_a_new_name_of_an_organisation_is_on_the_pages_that_name_it(network, client):
    guide = GuidePageFactory()
    name_organisation(guide, network)
    assert answer(guide)["organisations"][0]["name"] == "Réseau Culture Santé"
    network.title = "Réseau Culture et Santé"
    network.save()
    assert answer(guide)["organisations"][0]["name"] == "Réseau Culture et Santé"
    assert "Réseau Culture et Santé" in html(client, guide)


def test_points_appear_on_the_page_that_names_a_contact(person, client):
    guide = GuidePageFactory()
    name_contact(guide, person, "Coordination")
    page = html(client, guide)
    assert "mailto:camille@example.org" in page
    assert "tel:+33100000002" in page
    assert "39980001" not in page.replace(" ", "")


@pytest.mark.parametrize("words", ["RCS", "rcs", "pole culture", "91234567500017", "Reseau sante"])
def test_the_public_search_finds_it_by_every_name(network, words):
    touches.flush()
    sync.follow_postgres()
    found = search(SearchQuery(q=words))
    assert network.title in [hit.title for hit in found.hits]


@pytest.mark.parametrize("model", [OrganisationPage, PersonPage])
def test_describing_five_takes_no_more_queries_than_one(model, commune):
    theme = ConceptFactory(label="Santé mentale")
    bodies = [OrganisationPageFactory(title=f"Instance {n}") for n in range(5)]
    for body in bodies:
        if model is PersonPage:
            PersonPageFactory(
                organisation=body, referents=[(theme, commune)],
                mandates=[{"body": body, "role": "Titulaire"}],
            )  # fmt: skip
        else:
            OrganisationPageFactory(
                commune=commune, parent_organisation=body, missions=[("Aider", "")],
                members=[(body, "Membre"), ("Autre", "")],
            )  # fmt: skip
    pages = list(model.objects.order_by("-pk").select_related("locale")[:5])
    model.describe_many(pages)  # what is kept by the process is asked for once
    counted = []
    for batch in (pages[:1], pages):
        with CaptureQueriesContext(connection) as queries:
            drafts = model.describe_many(batch)
        counted.append(len(queries))
        assert all(draft.data["contact"] or model is OrganisationPage for draft in drafts)
    assert counted[0] == counted[1]
