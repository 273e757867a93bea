"""What is suggested while somebody types: whole titles first, however they are typed."""

import unicodedata
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from cms.core.records import RecordType, record_types
from search import sync
from search.suggest import MOST, suggest
from tests import synthetic
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.territory_factories import TerritoryFactory


@pytest.fixture(scope="module")
def records(module_db):
    """The corpus, two organisations, four places."""
    known = record_types()
    before = known.get("organisation")
    known["organisation"] = RecordType(
        "organisation", "Organisation", "Organisations", actor="organisation"
    )
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        indre = TerritoryFactory(kind="departement", code="36", name="Indre")
        TerritoryFactory(kind="commune", code="36018", name="Le Blanc", inside=[indre])
        TerritoryFactory(kind="commune", code="36232", name="Valençay", inside=[indre])
        TerritoryFactory(kind="departement", code="23", name="Creuse")
        corpus.add(
            "Agence régionale de santé", name="ars", kind="organisation", other_names=["ARS"]
        )
        corpus.add("Agir pour la santé des agences", name="agir")
        corpus.add("Atelier", name="atelier-court")
        corpus.add(
            "Plan de l’Indre",
            name="indre",
            terms=[corpus.term("territory", "departement-36", "Indre")],
        )
        index_everything()
        yield
    if before is None:
        del known["organisation"]
    else:
        known["organisation"] = before


def suggested(text: str, locale: str = "fr") -> dict[str, list[str]]:
    return {group.name: [one.label for one in group.items] for group in suggest(text, locale)}


def addresses(text: str) -> dict[str, str]:
    return {one.label: one.url for group in suggest(text, "fr") for one in group.items}


def test_an_exact_title_comes_first_then_those_that_begin_so_then_those_with_such_words(records):
    corpus.add("Mon atelier", name="mon-atelier")
    sync.follow_postgres()
    assert suggested("atelier")["titles"] == [
        "Atelier", "Mon atelier", "Animer un atelier culinaire"
    ]  # fmt: skip
    assert suggested("ate")["titles"][0] == "Atelier"


@pytest.mark.parametrize(
    "text",
    ["évaluation d’une", "evaluation d'une", "EVALUATION D’UNE", "évaluation  d une",
     unicodedata.normalize("NFD", "évaluation d’une")],
)  # fmt: skip
def test_accents_case_apostrophes_and_decomposed_letters_make_no_difference(records, text):
    assert suggested(text)["titles"] == ["Évaluation d’une action de prévention"]


def test_each_word_may_begin_any_word_of_the_title_in_any_order(records):
    assert suggested("coop terr")["titles"] == ["Territoires et coopération"]
    assert suggested("prévention de l’éval")["titles"] == ["Évaluation d’une action de prévention"]
    assert "titles" not in suggested("opération")


def test_ligatures_and_two_letter_acronyms_are_found(records):
    assert suggested("oeuvr")["titles"] == ["Œuvrer pour la santé à l’école"]
    assert "Former les RU en établissement" in suggested("RU")["titles"]


def test_an_alternative_label_says_what_it_stands_for_and_leads_to_its_records(records):
    (group,) = [one for one in suggest("CLS", "fr") if one.name == "concepts"]
    first, second = group.items
    assert (first.label, first.detail) == ("CLS", "Contrat local de santé")
    assert first.url == "/recherche/?concept=themes%3Acls"
    assert second.label == "CLSM"
    assert suggested("l'action terr")["concepts"] == ["Action territoriale"]


def test_a_concept_that_no_record_has_is_not_suggested(records):
    assert "concepts" not in suggested("éducation thérapeutique")


def test_an_organisation_stands_apart_unless_it_is_named_exactly(records):
    found = suggested("agen")
    assert found["organisations"] == ["Agence régionale de santé"]
    assert found["titles"] == ["Agir pour la santé des agences"]
    assert suggested("agence regionale de sante")["titles"] == ["Agence régionale de santé"]


@pytest.mark.parametrize("text", ["ARS", "ars", "A.R.S."])
def test_an_organisation_is_suggested_by_its_acronym(records, text):
    corpus.add("Arsenal de santé", name="arsenal", kind="organisation")
    sync.follow_postgres()
    assert suggested(text)["organisations"] == ["Agence régionale de santé", "Arsenal de santé"]


def test_a_commune_leads_to_the_map_and_a_department_to_what_is_about_it(records):
    url = urlsplit(addresses("blanc")["Le Blanc (36)"])
    assert url.path == "/carte/"
    assert parse_qs(url.query) == {"lieu": ["Le Blanc"], "insee": ["36018"]}
    assert "Valençay (36)" in addresses("valencay")
    (place,) = [label for label in addresses("indre") if label.startswith("Indre")]
    assert addresses("indre")[place] == "/recherche/?territory=departement-36"
    assert not [label for label in addresses("creuse") if label.startswith("Creuse")]


def test_nothing_is_suggested_for_less_than_two_letters_or_for_none(records):
    for text in ("", "a", "é", "?", "…!?", "-", "’ ’", " a "):
        assert suggest(text, "fr") == []


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "%_%", "\\%", "' OR 1=1 --", "((", "mot " * 900, "𝕏𝕐", "مرحبا", "\u202eab"],
)
def test_odd_texts_are_answered(records, text):
    assert isinstance(suggest(text, "fr"), list)


def test_what_is_gone_is_not_suggested_although_the_index_still_knows_it(records):
    assert suggested("signer")["titles"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cms_catalogue_record SET gone_at = now() WHERE title LIKE 'Signer%%'"
        )
    assert "titles" not in suggested("signer")
    assert "CLS" not in suggested("CLS").get("concepts", ())


def test_each_language_suggests_its_own(records):
    assert suggested("eval", "en")["titles"] == ["Évaluation en anglais"]
    assert addresses("atelier").keys().isdisjoint({"Évaluation en anglais"})


def test_there_are_ten_at_most_and_every_group_keeps_its_place(records):
    for number in range(30):
        corpus.add(f"Clsecourt {number}", name=f"court-{number}")
        corpus.add(f"Clseance {number}", name=f"seance-{number}", kind="organisation")
    sync.follow_postgres()
    found = suggested("cls")
    assert sum(map(len, found.values())) == MOST
    assert len(found["concepts"]) >= 2
    assert len(found["organisations"]) >= 2
    assert list(found) == ["titles", "concepts", "organisations"]


def test_the_queries_are_as_many_for_much_as_for_little(records):
    suggest("santé", "fr")  # the thesaurus is in the process now
    with CaptureQueriesContext(connection) as few:
        suggest("santé", "fr")
    synthetic.store(300, size=1_500)
    sync.follow_postgres()
    with CaptureQueriesContext(connection) as many:
        suggest("santé", "fr")
    with CaptureQueriesContext(connection) as none:
        suggest("xyzzyx", "fr")
    assert len(few) == len(many) == len(none) == 4
