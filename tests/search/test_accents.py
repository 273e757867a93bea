"""A title is found however it is typed: with its accents, without, in capitals, decomposed."""

import unicodedata

import pytest

from cms.catalogue.models import Record
from search.suggest import suggest
from tests.search import corpus
from tests.search.conftest import index_everything
from tests.search.corpus import uid_of

TITLES = (
    "Évaluée, discutée, publiée : une enquête",
    "Bibliographie commentée sur les résidences à l’hôpital",
    "Santé mentale et précarité",
    "L’économie de la santé à l’épreuve",
    "Où aller quand tout est fermé",
    "Le numéro d’été",
    "Être aidé près de chez soi",
    "Pôle ressources : mode d’emploi détaillé",
    "Les élèves et leurs repères",
    "Déléguée à l’égalité",
    "Prévenir les chutes des aînés",
    "Théâtre à l’école maternelle",
    "Forêt, mer, montagne : s’évader",
    "Une journée au musée",
    "La garçonnière du lycée",
    "Œuvrer à la cohésion",
    "Noël à l’hôpital",
    "Maïs, blé, orge : bien manger",
    "Création partagée",
    "Médiathèque, théâtre, cinéma",
)


def bare(text):
    letters = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


FORMS = {"bare": bare, "upper": str.upper, "NFD": lambda t: unicodedata.normalize("NFD", t)}


@pytest.fixture(scope="module")
def titled(engine):
    for number, title in enumerate(TITLES):
        corpus.add(title, name=f"accent-{number}")
    index_everything()


@pytest.mark.parametrize("form", FORMS)
def test_twenty_titles_find_the_same_records_in_another_form(titled, ask, form):
    for number, title in enumerate(TITLES):
        as_written = [hit.uid for hit in ask(title, page_size=100).hits]
        found = [hit.uid for hit in ask(FORMS[form](title), page_size=100).hits]
        assert found[0] == as_written[0] == uid_of(f"accent-{number}"), title
        assert set(found) == set(as_written), title


@pytest.mark.parametrize("form", FORMS)
def test_and_are_suggested_and_sorted_alike(titled, form):
    for number, title in enumerate(TITLES):
        typed = FORMS[form](title)
        assert suggest(typed, "fr") == suggest(title, "fr"), title
        assert suggest(typed[: len(typed) // 2], "fr")[0].items, title
        other = corpus.add(typed, name=f"other-{number}")
        keys = Record.objects.filter(uid__in=(other, uid_of(f"accent-{number}")))
        assert len(set(keys.values_list("title_key", flat=True))) == 1, title
