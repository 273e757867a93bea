"""What a French reader expects of a search, on both engines."""

import unicodedata

import pytest

from tests.search.conftest import titles
from tests.search.corpus import uid_of

EVALUATION = {uid_of(name) for name in ("evaluation", "sans-accent", "evaluer")}


@pytest.mark.parametrize(
    "typed",
    [
        "évaluation", "evaluation", "ÉVALUATION", "évaluer", "evaluer", "évaluations",
        "l'évaluation", "l’évaluation", "L’ÉVALUATION", "d'évaluation",
        unicodedata.normalize("NFD", "évaluation"),
    ],
)  # fmt: skip
def test_one_word_in_all_its_forms(ask, typed):
    assert {hit.uid for hit in ask(typed).hits} == EVALUATION


@pytest.mark.parametrize("typed", ["évaluées", "evaluees", "évalué", "évaluée"])
def test_participles_find_their_verb(ask, typed):
    assert uid_of("evaluation") in {hit.uid for hit in ask(typed).hits}


@pytest.mark.parametrize("typed", ["territoire", "territoires", "Territoires"])
def test_singular_and_plural(ask, typed):
    found = {hit.uid for hit in ask(typed).hits}
    assert {uid_of("territoire"), uid_of("territoires")} <= found


@pytest.mark.parametrize("typed", ["pole", "pôle", "Pôle"])
def test_accents_of_short_words(ask, typed):
    assert [hit.uid for hit in ask(typed).hits] == [uid_of("evaluer")]


@pytest.mark.parametrize("typed", ["oeuvrer", "œuvrer", "Œuvrer"])
def test_ligatures(ask, typed):
    assert [hit.uid for hit in ask(typed).hits] == [uid_of("oeuvrer")]


def test_an_acronym_finds_its_full_name(ask):
    result = ask("CLS")
    assert {hit.uid for hit in result.hits} == {uid_of("cls-dix"), uid_of("signer")}
    assert result.expanded[0].label == "CLS"
    assert result.expanded[0].others == ("Contrat local de santé",)


def test_points_in_an_acronym_change_nothing(ask):
    plain = ask("CLS")
    for typed in ("C.L.S.", "C.L.S", "c.l.s."):
        result = ask(typed)
        assert [hit.uid for hit in result.hits] == [hit.uid for hit in plain.hits], typed
        assert result.expanded[0].others == ("Contrat local de santé",)
    assert uid_of("pointed") in {hit.uid for hit in ask("RMT").hits}
    assert ask("Le r.m.t. en clair").hits[0].uid == uid_of("pointed")


def test_a_full_name_finds_its_acronym(ask):
    found = [hit.uid for hit in ask("contrat local de santé").hits]
    assert uid_of("cls-dix") in found
    assert found.index(uid_of("signer")) < found.index(uid_of("clsm"))
    assert found.index(uid_of("cls-dix")) < found.index(uid_of("clsm"))


@pytest.mark.parametrize("typed", ["CLS", "cls", "le CLS"])
def test_a_longer_label_never_answers_for_a_shorter_one(ask, typed):
    assert uid_of("clsm") not in {hit.uid for hit in ask(typed).hits}


def test_the_longer_label_answers_for_itself(ask):
    for typed in ("CLSM", "clsm", "conseil local de santé mentale"):
        assert ask(typed).hits[0].uid == uid_of("clsm"), typed


def test_acronyms_that_look_like_stop_words(ask):
    assert ask("SES").hits[0].uid == uid_of("ses")
    assert [hit.uid for hit in ask("RU").hits] == [uid_of("ru")]


@pytest.mark.parametrize("typed", ["SES", "ses", "est", "EST", "RU", "le", "de la"])
def test_stop_words_alone_are_an_ordinary_search(ask, typed):
    assert ask(typed).total >= 0


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("maraichaje", "atelier"),
        ("cartografier", "territoire"),
        ("partenariatt", "evaluer"),
        ("coopérration", "territoires"),
    ],
)
def test_a_typo_is_forgiven(ask, typed, name):
    assert uid_of(name) in {hit.uid for hit in ask(typed).hits}


@pytest.mark.parametrize("typed", ["CLE", "CLA", "cle", "carr", "ETQ"])
def test_short_words_and_acronyms_are_not_guessed(ask, typed):
    assert ask(typed).total == 0


def test_quoted_words_stand_side_by_side(ask):
    assert [hit.uid for hit in ask('"action de prévention"').hits] == [uid_of("evaluation")]
    assert ask('"prévention de action"').total == 0
    assert [hit.uid for hit in ask("« pas à pas »").hits] == [uid_of("evaluation")]


def test_a_minus_leaves_out(ask):
    found = {hit.uid for hit in ask("évaluation -partenariat").hits}
    assert found == EVALUATION - {uid_of("evaluer")}
    assert uid_of("evaluer") not in {hit.uid for hit in ask("-partenariat").hits}
    assert uid_of("evaluation") not in {hit.uid for hit in ask('évaluation -"pas à pas"').hits}


def test_two_words_are_both_wanted_where_possible(ask):
    assert [hit.uid for hit in ask("évaluation partenariat").hits] == [uid_of("evaluer")]
    result = ask("partenariat culinaire")
    assert result.relaxed
    assert {hit.uid for hit in result.hits} == {uid_of("evaluer"), uid_of("atelier")}


def test_another_language_is_not_mixed_in(ask):
    assert "Évaluation en anglais" not in titles(ask("évaluation"))


def test_a_correction_of_the_thesaurus_works_at_once(ask):
    from knowledge.thesaurus.models import Concept, ConceptLabel

    assert ask("BRICOLA").total == 0
    concept = Concept.objects.get(slug="cls")
    ConceptLabel.objects.create(concept=concept, kind="alternative", label="BRICOLA")
    assert uid_of("signer") in {hit.uid for hit in ask("BRICOLA").hits}
