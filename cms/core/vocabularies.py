"""By what readers filter: the floor above registers vocabularies, the exits ask them for names.

Whatever a record can be filtered by stands in it as "scheme:id": a descriptor
("themes:sante-mentale"), a territory ("territory:commune-36018"), an organisation, a year, a
value of a type's own facet ("modality:remote"). A vocabulary knows what those are called.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from .documents import languages
from .licences import Licence
from .records import own_facets

TERRITORY, ORGANISATION, YEAR = "territory", "organisation", "year"
LICENCE, LANGUAGE = "licence", "language"
_YEAR_NUMBER = re.compile(r"[0-9]{4}")

# What a thesaurus may not call a vocabulary: parameters of lists, search and API.
RESERVED = frozenset(
    {TERRITORY, ORGANISATION, YEAR, LICENCE, LANGUAGE, "type", "concept", "facet", "q", "order",
     "page", "locale"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to filter. `parameter` is the name in addresses: values of a thesaurus stand under
    "concept" as "scheme:id", others under the scheme's own name as "id"; `order` places it among
    the others; `is_facet` tells whether readers are offered it."""

    name: str
    label: Any
    parameter: str
    order: int = 0
    is_facet: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """What an identifier of a scheme is called, and what it stands under in its tree; `language`
    is that of the label where it is not the one that was asked for."""

    label: str
    broader: str | None = None
    language: str = ""


class Vocabulary(Protocol):
    """Some schemes and the names of what is in them."""

    # Whether its schemes are edited by documentalists, and so asked of the database.
    edited: bool

    def schemes(self) -> Sequence[Scheme]:
        """The schemes, in the active language. One query at most, none unless `edited`."""

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        """The identifiers of a scheme that it knows; {} for a scheme of another vocabulary,
        without asking the database. One query at most."""


class OwnFacets:
    """What types say of themselves, years, licences, and languages of pages and files."""

    edited = False

    def schemes(self) -> Sequence[Scheme]:
        own = [Scheme(one.name, one.label, one.name, 300) for one in own_facets().values()]
        return [
            *own,
            Scheme(YEAR, _("Year"), YEAR, 400),
            Scheme(LICENCE, _("Licence"), LICENCE, 500),
            Scheme(LANGUAGE, _("Language"), LANGUAGE, 600),
        ]

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        if scheme.name == YEAR:
            return {one: Value(one) for one in ids if _YEAR_NUMBER.fullmatch(one)}
        if scheme.name in (LICENCE, LANGUAGE):
            names = dict(Licence.choices if scheme.name == LICENCE else languages())
            return {one: Value(str(names[one])) for one in ids if one and one in names}
        facet = own_facets().get(scheme.name)
        return {one: Value(str(facet.values.get(one, one))) for one in ids} if facet else {}


_vocabularies: list[Vocabulary] = [OwnFacets()]


def register(vocabulary: Vocabulary) -> None:
    """Called once by each room that names things, when it is ready."""
    _vocabularies.append(vocabulary)


def schemes(*, edited: bool = True) -> dict[str, Scheme]:
    """Every scheme by name, in the order in which readers see them; without those that
    documentalists edit where they are known already."""
    asked = [one for one in _vocabularies if edited or not one.edited]
    found = [one for vocabulary in asked for one in vocabulary.schemes()]
    return {one.name: one for one in sorted(found, key=lambda one: one.order)}


def values(scheme: Scheme, ids: Iterable[str], locale: str) -> dict[str, Value]:
    """The names of identifiers of a scheme, whoever keeps it."""
    wanted = list(ids)
    found: dict[str, Value] = {}
    for vocabulary in _vocabularies:
        found.update(vocabulary.values(scheme, wanted, locale))
    return found
