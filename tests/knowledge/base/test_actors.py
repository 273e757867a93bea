"""Organisations and people are found by any of their names, however they are typed."""

import unicodedata

import pytest
from django.urls import reverse

from tests.directory_factories import OrganisationPageFactory, PersonPageFactory
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NAMES = [
    "Réseau Culture Santé", "Fédération hospitalière de France", "Maison de santé des Trois-Gués",
    "Théâtre des Brumes", "Établissement public de l’Œuvre", "Cœur de Brenne",
    "Médiathèque de Lorvain", "Société d’éducation thérapeutique", "Hôpital Saint-Éloi",
    "Agence régionale de santé Île-de-France", "Collège des généralistes", "Préfecture de l’Indre",
    "Union régionale interfédérale", "Comité d’éthique", "École d’infirmières",
    "Collectivité européenne d’Alsace", "Centre Françoise-Dolto", "Bûcherons d’Aÿ",
    "Îlot des Tilleuls", "Garçons et filles du Noël",
]  # fmt: skip


@pytest.fixture
def editor(client):
    client.force_login(UserFactory())
    return client


def shown(client, words, chooser="organisation_chooser", **more) -> list[str]:
    address = reverse(f"{chooser}:choose_results")
    response = client.get(address, {"q": words, "locale": "fr", **more})
    assert response.status_code == 200, words
    return [page.title for page in response.context["results"]]


def bare(name: str) -> str:
    parts = unicodedata.normalize("NFD", name.replace("Œ", "OE").replace("œ", "oe"))
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("’", "'")


def test_accents_capitals_and_forms_of_unicode_make_no_difference(editor):
    for name in NAMES:
        OrganisationPageFactory(title=name)
    for name in NAMES:
        for typed in (name, bare(name), name.upper(), unicodedata.normalize("NFD", name)):
            assert shown(editor, typed)[:1] == [name], typed


@pytest.fixture
def network():
    return OrganisationPageFactory(
        title="Réseau Culture Santé Centre-Val de Loire", acronym="RCS", siret="91234567500017",
        former_names="Pôle d’appui\nC.C.S.", live=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    ["RCS", "rcs", "r.c.s.", "reseau culture", "sante reseau", "cult san", "pole", "l'appui",
     "CCS", "c.c.s.", "912 345 675 00017", "91234567500017", "912345675", "val-de-loire"],
)  # fmt: skip
def test_a_draft_is_found_by_any_name_and_number(editor, network, words):
    assert shown(editor, words) == [network.title]


def test_the_one_called_exactly_so_comes_first(editor, network):
    OrganisationPageFactory(title="Amis du RCS")
    OrganisationPageFactory(title="A RCS associés")
    assert shown(editor, "rcs")[0] == network.title


@pytest.mark.parametrize("words", ["its", "'", "l'", "%", "_", "a::b", "\x00", "|", "(", '"', "*"])
def test_nothing_that_is_typed_is_an_error(editor, network, words):
    shown(editor, words)
    shown(editor, words, "actor_chooser")


def test_people_are_found_in_any_order_and_only_where_asked_for(editor):
    person = PersonPageFactory(first_name="Noa", last_name="Spécimen")
    OrganisationPageFactory(title="Spécimens réunis")
    for words in ("specimen noa", "NOA SPE", "noa"):
        assert shown(editor, words, "actor_chooser") == [person.title]
    assert person.title not in shown(editor, "specimen", actor="organisation")
    assert set(shown(editor, "spec", "actor_chooser")) == {person.title, "Spécimens réunis"}


def test_without_words_everybody_is_shown(editor, network):
    assert shown(editor, "") == [network.title]
