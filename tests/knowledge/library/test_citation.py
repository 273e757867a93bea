"""References as French libraries write them."""

import pytest

from knowledge.library.citation import Reference, citation, elsewhere


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (
            Reference(
                "Habiter la santé", ["EXEMPLE Camille", "MODÈLE Lou"], edition="2e édition",
                place="Tours", publishers=["Éditions du Gué"], year="2021", extent="182 p.",
                series="Repères", series_number="3", isbn="978-2-9999990-0-8",
            ),
            "EXEMPLE Camille, MODÈLE Lou. Habiter la santé. 2e édition. Tours : Éditions du Gué,"
            " 2021, 182 p. (Repères, n° 3). ISBN 978-2-9999990-0-8.",
        ),
        (
            Reference(
                "Pourquoi marcher ?", ["FICTIF Alix"], host_title="La Revue des rives",
                year="2019", volume="12", issue="3", pages="45-52", issn="0000-0019",
                doi="10.5555/relais.12",
            ),
            "FICTIF Alix. Pourquoi marcher ? La Revue des rives, 2019, vol. 12, n° 3, p. 45-52."
            " ISSN 0000-0019. DOI 10.5555/relais.12.",
        ),
        (
            Reference("Le jeu des brumes", medium="jeu", publishers=["Relais"], year="2020"),
            "Le jeu des brumes [jeu]. Relais, 2020.",
        ),
        (Reference("Sans rien"), "Sans rien."),
        (
            Reference("Titre", ["A", "B", "C", "D"], link="https://example.org/a"),
            "A et al. Titre. Disponible sur : https://example.org/a",
        ),
    ],
)  # fmt: skip
def test_a_reference_leaves_out_what_is_unknown(reference, expected):
    assert citation(reference) == expected


def test_a_page_of_the_site_is_cited_with_its_address():
    assert elsewhere("Un projet", "Relais", "2024", "https://example.org/p/") == (
        "Un projet [en ligne]. Relais, 2024. Disponible sur : https://example.org/p/"
    )
