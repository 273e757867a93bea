"""Compounds, numbers, quotes and swapped letters, on both engines."""

import time
import unicodedata

import pytest

from search.analysis import codes, compounds, language
from search.interpretation import interpret
from tests.factories import ConceptFactory
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.search.corpus import uid_of


@pytest.fixture(scope="module")
def described(engine):
    """Records whose words are tied, apart and in one."""
    corpus.add("Un accueil", name="tied", body="Dans le secteur médico-social, tout change.")
    corpus.add("Une place", name="apart", body="Elle vient du monde médico social local.")
    corpus.add("Le départ", name="one", body="Un établissement médicosocial a ouvert.")
    corpus.add("Un porte-voix", name="voix", body="Le porte voix de chacun.")
    corpus.add("Le sommaire", name="part", body="Voir la partie 2.2.4 du guide.")
    corpus.add("Un autre sommaire", name="other-part", body="Voir la partie 2.4 ou la 4.2.2.")
    corpus.add("Un livre", name="isbn", body="ISBN 978-2-07-036822-8, chez un libraire.")
    corpus.add("Une revue", name="isbn-bare", body="ISBN 9782070360024, épuisée.")
    corpus.add("La loi", name="law", body="Selon l’article L. 1411-1 du code.")
    corpus.add(
        "Une autre loi", name="other-law", body="Selon l’article L. 1411-2 du code, alinéa 1."
    )
    corpus.add(
        "Épuisement : repérer, écouter",
        name="course",
        kind="training",
        data={"modality": ["remote"]},
    )
    corpus.add("Épuisement : un récit", name="story")
    corpus.add(
        "Épuisement : des cartes",
        name="game",
        kind="publication",
        data={"publication_kind": "video"},
    )
    corpus.add("Le diagnostic d’un port", name="diagnosis")
    moorings = ConceptFactory(label="Maison de la mer", alternatives=["MDLM"])
    corpus.add("Les amarres", name="moorings", concepts=[moorings], body="La mer, sa maison.")
    corpus.add("Une maison sans mer", name="houses", body="La maison est loin de la mer.")
    corpus.add("Qui parle", name="elided", body="Voici l’éveil d’une commune.")
    index_everything()
    return engine


@pytest.fixture
def found(described, ask):
    return lambda text: {hit.uid for hit in ask(text).hits}


COMPOUND = {uid_of("tied"), uid_of("apart"), uid_of("one"), uid_of("mots")}


@pytest.mark.parametrize(
    "typed",
    ["médico-social", "médico social", "medicosocial", "médicosocial", "MÉDICO-SOCIAL",
     unicodedata.normalize("NFD", "médico-social")],
)  # fmt: skip
def test_a_compound_in_every_way_of_writing_it(found, typed):
    assert found(typed) >= COMPOUND - {uid_of("apart")}
    if typed not in ("medicosocial", "médicosocial"):
        assert found(typed) == COMPOUND


def test_a_short_part_that_a_hyphen_ties_is_part_of_the_word(found):
    corpus.add("Covoiturer vers le soin", name="shared-car")
    index_everything()
    for typed in ("co-voiturer", "co‑voiturer", "covoiturer"):
        assert found(typed) == {uid_of("shared-car")}


def test_a_word_that_no_record_has_is_read_as_two_that_stand_side_by_side(found):
    assert found("portevoix") == {uid_of("voix")}
    assert found("mondemedico") == {uid_of("apart")}
    assert not found("voixmonde")


def test_a_number_of_several_parts_is_one_thing(found):
    assert found("2.2.4") == {uid_of("part"), uid_of("ponctuation")}
    assert found("4.2.2") == {uid_of("other-part")}
    assert found("1.2") == set()


@pytest.mark.parametrize("typed", ["9782070368228", "978-2-07-036822-8", "ISBN 978-2-07-036822-8"])
def test_a_number_with_and_without_hyphens(found, typed):
    assert found(typed) == {uid_of("isbn")}


@pytest.mark.parametrize("typed", ["9782070360024", "978-2-07-036002-4"])
def test_a_number_that_has_none_is_found_with_hyphens(found, typed):
    assert found(typed) == {uid_of("isbn-bare")}


@pytest.mark.parametrize("typed", ["L. 1411-1", "L.1411-1", "L1411-1", "L. 1411‑1"])
def test_an_article_of_law(found, typed):
    assert found(typed) == {uid_of("law")}


@pytest.mark.parametrize("typed", ['"l’éveil d’une"', "\"l'éveil d'une\"", "« l’éveil »", '"éveil"',
                                   unicodedata.normalize("NFD", '"l’éveil"')])  # fmt: skip
def test_quoted_words_with_either_apostrophe(found, typed):
    assert found(typed) == {uid_of("elided")}


@pytest.mark.parametrize("typed", ["commune -éveil", "commune -l’éveil", "commune -l'éveil",
                                   unicodedata.normalize("NFD", "commune -éveil")])  # fmt: skip
def test_left_out_with_either_apostrophe(found, typed):
    assert uid_of("signer") in found(typed)
    assert uid_of("elided") not in found(typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("évalaution", "evaluation"), ("partenaraits", "evaluer"), ("terrtioire", "territoires"),
     ("atleier", "atelier")],
)  # fmt: skip
def test_swapped_letters_are_put_right(found, typed, name):
    assert uid_of(name) in found(typed)


def test_a_search_sent_before_its_last_letters_finds_what_it_was_to_be(described, ask):
    assert ask("un autre somma").hits[0].uid == uid_of("other-part")
    assert [(one.typed, one.used) for one in ask("autre somma").corrected] == [
        ("somma", "sommaire")
    ]
    assert not ask("somma autre").corrected  # in the middle of a search it is a word like another


@pytest.mark.parametrize(
    "typed", ["commune AND accord", "accord (commune)", "accord: commune~2", "accord* +commune"]
)
def test_unknown_operators_are_text(found, typed):
    assert uid_of("signer") in found(typed)


@pytest.mark.parametrize(
    "typed",
    ["qui fait quoi le point sur l'aller-vers and or not 2.2.4 l'essentiel",
     "QUI FAIT QUOI ? (LE POINT SUR «L’ALLER-VERS»: AND, OR, NOT) — 2.2.4 / L’ESSENTIEL"],
)  # fmt: skip
def test_a_pasted_title_is_first_whatever_its_punctuation(described, ask, typed):
    assert ask(typed).hits[0].uid == uid_of("ponctuation")


@pytest.mark.parametrize("typed", ["formation épuisement", "formations sur l’épuisement"])
def test_the_word_for_a_kind_of_thing_finds_those(described, ask, typed):
    result = ask(typed)
    assert [hit.uid for hit in result.hits] == [uid_of("course")]
    assert not result.relaxed


def test_the_word_for_a_value_of_a_types_own_facet_finds_those(found):
    assert found("épuisement à distance") == {uid_of("course")}
    assert found("épuisement vidéo") == {uid_of("game")}


def test_a_publication_is_not_public(ask, described):
    assert ask("épuisement publique").relaxed


@pytest.mark.parametrize(
    "typed",
    ["978 2 07 036002 4", "ISBN 978 2 07 036002 4", "isbn : 9782070360024", "doi 9782070360024"],
)  # fmt: skip
def test_an_isbn_may_have_spaces_and_its_name_before_it(described, ask, typed):
    result = ask(typed)
    assert [hit.uid for hit in result.hits] == [uid_of("isbn-bare")]
    assert not result.relaxed


def test_a_number_that_is_no_isbn_keeps_its_spaces():
    assert interpret("978 12 34", "fr").text == "978 12 34"


@pytest.mark.parametrize("typed", ["diagnostique port", "diagnostiques port"])
def test_an_ending_that_sounds_the_same_is_understood(described, ask, typed):
    result = ask(typed)
    assert result.hits[0].uid == uid_of("diagnosis")
    assert not result.relaxed


@pytest.mark.parametrize("typed", ["maison mer", "maison de mer", "maisons mer"])
def test_a_label_without_its_small_words_is_the_label(described, ask, typed):
    result = ask(typed)
    assert result.hits[0].uid == uid_of("moorings")
    assert [found.others[0] for found in result.expanded] == ["Maison de la mer"]


def test_what_was_searched_for_besides_is_said_once(described, ask):
    assert len(ask("MDLM MDLM ou MDLM").expanded) == 1


def test_compounds_of_a_text():
    french = language("fr")
    assert list(compounds("Le médico‑social est-il à mi-chemin ?", french)) == [
        "médicosocial", "michemin",
    ]  # fmt: skip
    assert next(compounds("socio-médico-social", french)) == "sociomédicosocial"
    assert list(compounds("978-2-07-036822-8, 2021-2026", french)) == [
        "9782070368228", "20212026",
    ]  # fmt: skip


def test_long_texts_without_spaces_are_read_in_time():
    started = time.perf_counter()
    for text in ("a" * 1_000_000, "a-" * 500_000, "é" * 500_000 + "-", "1-" * 500_000):
        assert list(compounds(text, language("fr"))) == []
    assert time.perf_counter() - started < 10


def test_codes_of_a_text():
    assert list(codes("Voir 2.2.4 et L. 1411-1")) == [
        (1, (("2", "2", "4"),)),
        (5, (("L", "1411", "1"), ("L1411", "1"))),
    ]
    assert list(codes("le 3,5 covid-19 a-1 x.y 2.")) == []
