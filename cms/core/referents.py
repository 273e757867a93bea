"""Whom to ask about a theme in a territory: the directory, a floor above, registers who knows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Referent:
    """A person of the directory: the key of the page, the name, the e-mail ("" for none) for the
    centre's own use, which is not to be shown to visitors, and the language of the page."""

    page_id: int
    name: str
    email: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """Something about which somebody can be asked."""

    concept_id: int
    label: str


class Referents:
    """Nobody is known until a room registers its own."""

    themes: Callable[[str], Sequence[Theme]] = staticmethod(lambda language: ())
    find: Callable[[int | None, int | None], Referent | None] = staticmethod(
        lambda concept_id, territory_id: None
    )


def register(
    themes: Callable[[str], Sequence[Theme]],
    find: Callable[[int | None, int | None], Referent | None],
) -> None:
    """`themes(language)`: those that have somebody to ask; `find(concept_id, territory_id)`: the
    nearest person for a theme in a territory, None for nobody."""
    Referents.themes, Referents.find = staticmethod(themes), staticmethod(find)
