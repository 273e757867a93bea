"""Citations and anchors."""

import pytest

from knowledge.guides.chapters import anchors
from knowledge.guides.citation import citation


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((["A. Un", "B. Deux"], "Titre", "2e édition", "2019"),
         "A. Un, B. Deux. Titre. 2e édition, 2019."),
        (([], "Pourquoi ?", "", "2020"), "Pourquoi ? 2020."),
        ((["Relais."], "Titre", "", ""), "Relais. Titre."),
    ],
)  # fmt: skip
def test_a_citation_leaves_out_what_is_unknown(parts, expected):
    assert citation(*parts) == expected


def test_anchors_follow_titles_and_never_repeat():
    assert anchors(["Préparer", "Conduire", "Préparer", "…"]) == [
        "chapitre-preparer", "chapitre-conduire", "chapitre-preparer-2", "chapitre-sans-titre",
    ]  # fmt: skip


def test_numbered_titles_do_not_collide_with_numbered_repeats():
    found = anchors(["Étape", "Étape", "Étape 2"])
    assert len(set(found)) == 3
