"""Names as they are printed, told apart: a person has a family name, a body has not.

Records keep authors as the page prints them. What is written “Nom, Prénom” is a person, surely;
“Prénom Nom” is taken for one where nothing speaks for a body. A body taken for a person would be
cited under its last word, a person taken for a body under the first name: in doubt, a body.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from cms.catalogue.rendering import title_key

# A word of a person's name: one capital, then small letters; Jean-Marc, O’Brien, Le, de.
_WORD = re.compile(r"(?:[^\W\d_a-zß-ÿ][^\W\d_]*[’'-])*[^\W\d_][^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ]\.")
_PARTICLES = frozenset({"de", "du", "des", "d’", "d'", "van", "von", "di", "da", "el", "al", "le",
                        "la", "ben", "dos"})  # fmt: skip
# Words that name bodies, without accents.
_BODIES = frozenset(
    re.findall(
        r"\w+",
        """
    academie agence anonyme assemblee association assos ateliers bureau caisse centre cellule
    chambre chu cite collectif college comite commission commune communaute conseil
    cooperation coordination croix delegation departement direction ecole editions education
    equipe espace etablissement etat europe familles federation fondation france
    francais francaise groupe groupement habitants haut haute hopital inspection instance
    institut institution interet international jeunes laboratoire ligue maison mairie
    ministere mission mouvement municipalite mutualite nationale national observatoire office
    ordre organisation organisme paris patients planning plateforme pole prevention prefecture
    promotion publique public recherche rectorat redaction region regional regionale republique
    ressources reseau rouge sante secretariat securite service services social sociale societe
    solidarite solidarites syndicat territoires union universite usagers ville
        """,
    )
)


@dataclass(frozen=True, slots=True)
class Name:
    """`family` and `given` are "" for a body; `printed` is what the page says."""

    printed: str
    family: str = ""
    given: str = ""

    @property
    def is_person(self) -> bool:
        return bool(self.family)

    @property
    def inverted(self) -> str:
        """“Nom, Prénom”; a body as it is."""
        return ", ".join(filter(None, [self.family, self.given])) or self.printed


def read(printed: str, bodies: Container[str] = ()) -> Name:
    """A name as it is printed. `bodies`: names that are known to be those of organisations."""
    text = " ".join(printed.split())
    if text in bodies or any(title_key(word) in _BODIES for word in re.split(r"[\s,’'-]+", text)):
        return Name(text)
    family, comma, given = (part.strip() for part in text.partition(","))
    if comma:
        return Name(text, family, given) if family and given and "," not in given else Name(text)
    words = text.split(" ")
    if not 2 <= len(words) <= 5 or not all(_is_name(word) for word in words):
        return Name(text)
    # The family name is the last word, with the particles before it.
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold() in _PARTICLES:
        first -= 1
    return Name(text, " ".join(words[first:]), " ".join(words[:first]))


def _is_name(word: str) -> bool:
    if word in _PARTICLES:
        return True
    word = re.sub(r"^d[’']", "", word)
    return word[:1].isupper() and _WORD.fullmatch(word) is not None
