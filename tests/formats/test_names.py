"""Persons and bodies are told apart; in doubt, a body."""

import pytest

from cms.formats import names


@pytest.mark.parametrize(
    ("printed", "family", "given"),
    [
        ("Exemple, Camille", "Exemple", "Camille"),
        ("EXEMPLE, Camille", "EXEMPLE", "Camille"),
        ("Camille Exemple", "Exemple", "Camille"),
        ("Anne-Marie d’Exemple", "d’Exemple", "Anne-Marie"),
        ("Jean Le Gall", "Le Gall", "Jean"),
        ("Dominique de la Tour", "de la Tour", "Dominique"),
        ("Élodie Ñandú", "Ñandú", "Élodie"),
        ("C. Exemple", "Exemple", "C."),
    ],
)
def test_a_person_has_a_family_name(printed, family, given):
    found = names.read(printed)
    assert (found.family, found.given) == (family, given)


@pytest.mark.parametrize(
    "printed",
    [
        "France Assos Santé", "Équipe documentaire", "IREPS", "Ireps Occitanie 2", "Haute Autorité",
        "Ministère de la Santé, direction générale", "Association « Vivre »", "Cité Santé",
        "Camille", "Union régionale des acteurs", "", "Exemple,", ",", "A, B, C", "Coderpa 31",
    ],
)  # fmt: skip
def test_a_body_keeps_its_name_whole(printed):
    found = names.read(printed)
    assert not found.is_person
    assert found.inverted == " ".join(printed.split())


def test_what_is_known_as_an_organisation_is_one():
    assert names.read("Camille Exemple", {"Camille Exemple"}).is_person is False
