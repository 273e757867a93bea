"""A training in LHEO's words: what it has and what it lacks of the 26 elements."""

import datetime as dt

import pytest
from wagtail.models import Page

from knowledge.base.models import PageContact
from knowledge.trainings import lheo
from knowledge.trainings.lheo import FIRST_CIRCLE, Provider
from knowledge.trainings.models import TrainingPage, TrainingSession
from tests.training_factories import prose

PROVIDER = Provider(
    "Relais Val-de-Brume",
    siret="12345678200010",
    address="1 rue du Gué, 36300 Le Blanc",
    contact={"phone": "0100000000", "email": ""},
    edit_url="/admin/pages/7/edit/",
)


def complete(**fields) -> TrainingPage:
    """A training in memory that has everything."""
    page = TrainingPage(
        title="Évaluer une action",
        context=prose("<p>Le contexte.</p>"),
        objectives=prose("<p>Poser <b>les</b> questions.</p>"),
        skills=prose("<p>Choisir des indicateurs.</p>"),
        programme=prose("<p>Jour 1.</p>"),
        prerequisites=prose("<p>Aucun.</p>"),
        modality="mixed",
        duration_text="3 jours",
        certification="",
        formacodes="13154, 44591",
        public_codes="82044;82074",
        course="1",
        entry_level="1",
        alternation="Sans objet",
        costs_covered=False,
        activity_number="24360000036",
        registration_address="",
    )
    page.sessions = [
        TrainingSession(start=dt.date(2026, 3, 16), end=dt.date(2026, 3, 18)),
        TrainingSession(start=dt.date(2026, 5, 4), status="cancelled"),
    ]
    page.contacts = [PageContact(actor=Page(title="Noa Spécimen"))]
    for name, value in fields.items():
        setattr(page, name, value)
    return page


def test_the_first_circle_has_twenty_six_elements_each_with_its_field():
    names = [one.name for one in FIRST_CIRCLE]
    assert len(names) == len(set(names)) == 26
    fields = {field.name for field in TrainingPage._meta.get_fields()}
    assert {one.field for one in FIRST_CIRCLE} <= fields


def test_a_complete_training_is_said_in_codes_and_plain_text():
    found = lheo.elements(complete(), PROVIDER)
    assert [name for name, value in found.items() if value is None] == []
    assert found["domaine-formation"] == ["13154", "44591"]
    assert found["code-public-vise"] == ["82044", "82074"]
    assert found["objectif-formation"] == "Poser les questions."
    assert found["contenu-formation"] == "Le contexte. Jour 1."
    assert found["modalites-enseignement"] == "1"
    assert found["certifiante"] == "0"
    assert found["niveau-entree-obligatoire"] == "0"
    assert found["prise-en-charge-frais-possible"] == "0"
    assert found["session"] == [{"debut": "20260316", "fin": "20260318"}]
    assert found["adresse-inscription"] == PROVIDER.address
    assert found["raison-sociale"] == found["nom-organisme"] == PROVIDER.name
    assert found["contact-organisme"] == {"phone": "0100000000"}
    assert lheo.lacking(complete(), PROVIDER) == []


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"formacodes": ""}, {"domaine-formation"}),
        ({"programme": []}, {"contenu-formation"}),
        ({"entry_level": ""}, {"code-niveau-entree", "niveau-entree-obligatoire"}),
        ({"costs_covered": None}, {"prise-en-charge-frais-possible"}),
        ({"contacts": []}, {"contact-formation", "contact-session"}),
        ({"sessions": [TrainingSession(status="postponed")]}, {"session"}),
        ({"activity_number": ""}, {"numero-activite"}),
    ],
)
def test_what_is_missing_is_named(fields, missing):
    found = lheo.lacking(complete(**fields), PROVIDER)
    assert {one.name for one in found} == missing


def test_without_an_organisation_everything_about_it_is_missing():
    found = {one.name for one in lheo.lacking(complete(), Provider())}
    assert found == {
        "adresse-inscription", "SIRET-organisme-formation", "nom-organisme", "raison-sociale",
        "coordonnees-organisme", "contact-organisme",
    }  # fmt: skip


def test_an_empty_training_has_what_can_be_deduced_alone():
    page = TrainingPage(title="Évaluer")
    found = lheo.elements(page, Provider())
    assert {name for name, value in found.items() if value} == {
        "intitule-formation", "certifiante", "modalites-entrees-sorties",
    }  # fmt: skip
