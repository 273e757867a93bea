"""Whose title says it comes before whose descriptor says it; capitals and typos change nothing."""

import pytest

from knowledge.thesaurus.models import Concept, ConceptScheme
from search.interpretation import Vocabulary, interpret
from search.result import Corrected
from search.service import state, vocabulary
from tests.factories import ConceptFactory
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.search.corpus import uid_of


@pytest.fixture(scope="module", autouse=True)
def described(engine):
    """Records that say a concept's word in another form, and records that carry the concept."""
    themes = ConceptScheme.objects.get(slug="themes")
    measuring = ConceptFactory(
        scheme=themes, slug="evaluation", label="Évaluation", alternatives=["Bilan d’action"]
    )
    carers = ConceptFactory(scheme=themes, slug="aidants", label="Proches aidants")
    ConceptFactory(scheme=themes, slug="addictions", label="Addictions")
    corpus.add(
        "Grandir avec ses émotions",
        name="emotions",
        concepts=[measuring, carers],
        body="On n’évalue pas les enfants.",
    )
    corpus.add("Soutenir les proches aidants près de chez eux", name="aidants")
    corpus.add("Un autre guide", name="autre", concepts=[carers], body="Un proche, une aidante.")
    corpus.add("Mesurer un quai", name="quai", body="Le quinquet et le quinoxe d’une action.")
    index_everything()


def found(result):
    return [hit.uid for hit in result.hits]


@pytest.mark.parametrize("typed", ["evaluation", "évaluation", "l’évaluation", "ÉVALUATION"])
def test_a_title_in_another_form_outweighs_a_descriptor(ask, typed):
    order = found(ask(typed))
    assert uid_of("emotions") in order
    assert order.index(uid_of("emotions")) > max(
        order.index(uid_of(name)) for name in ("evaluer", "evaluation", "sans-accent")
    )


def test_an_acronym_still_finds_its_concept_first(ask):
    for typed in ("CLS", "cls", "contrat local de santé"):
        assert set(found(ask(typed))[:2]) == {uid_of("signer"), uid_of("cls-dix")}, typed


@pytest.mark.parametrize(
    "typed",
    [
        "Soutenir les proches aidants près de chez eux", "Proches aidants", "Jeunes", "Évaluation",
        "Évaluer un partenariat", "Le CLS en dix questions", "Santé mentale : le CLSM",
        "Signer un CLS avec la commune", "l’évaluation", "une action", "action 2024", "territoires",
        "Enseigner les sciences économiques et sociales", "leurs enfants et ses amis",
    ],
)  # fmt: skip
def test_capitals_change_nothing(ask, typed):
    as_typed = found(ask(typed))
    assert found(ask(typed.upper())) == as_typed
    assert set(found(ask(typed.lower()))) == set(as_typed)


def test_acronyms_of_the_thesaurus_are_kept_in_a_shouted_query(ask):
    words = vocabulary("fr", state())
    read = {word.text: word.acronym for word in interpret("SIGNER UN CLS", "fr", words).words}
    assert read == {"signer": False, "un": False, "CLS": True}
    for listed in ("CLS CLSM", "SES", "EHPA", "CLS"):
        assert all(word.acronym for word in interpret(listed, "fr", words).words), listed


def test_a_number_alone_is_not_shouted():
    nothing = Vocabulary({})
    assert interpret("CLS 2024", "fr", nothing).words[0].acronym
    assert not interpret("PLAN RÉGIONAL 2024", "fr", nothing).words[0].acronym


@pytest.mark.parametrize("typed", ["quixotique", "quixotiques", "zanimation"])
def test_nonsense_is_not_corrected_into_something_else(ask, typed):
    result = ask(typed)
    assert (result.total, list(result.corrected)) == (0, [])


def test_a_correction_is_said_with_a_word_of_the_results(ask):
    for typed, used in (("maraichaje", "maraîchage"), ("cartografier", "cartographier")):
        assert ask(typed).corrected == [Corrected(typed, used)]
    assert list(ask("cartographier").corrected) == []


def test_a_word_of_the_thesaurus_is_not_corrected(ask):
    assert Concept.objects.filter(slug="addictions").exists()
    assert ask("addictions").total == 0


def test_descriptors_keep_their_apostrophes(ask):
    scheme = ConceptScheme.objects.get(slug="themes")
    access = ConceptFactory(scheme=scheme, slug="acces", label="Accès aux droits d’auteur")
    corpus.add("Protéger un texte", name="droits", concepts=[access])
    index_everything()
    hit = next(hit for hit in ask("auteur").hits if hit.uid == uid_of("droits"))
    assert hit.labels == ["Accès aux droits d’<mark>auteur</mark>"]


def test_words_in_quotes_rank_as_words_do(ask):
    corpus.add(
        "Une lettre d’information", name="lettre", published="2026-01-01",
        body="Entre autres sujets, les proches aidants.",
    )  # fmt: skip
    index_everything()
    order = found(ask("« proches aidants »"))
    assert set(order) >= {uid_of("aidants"), uid_of("lettre")}
    assert order[0] == uid_of("aidants")
    assert found(ask('"proches aidants"')) == order
