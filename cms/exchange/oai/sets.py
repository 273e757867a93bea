"""Sets: types, descriptors and territories. A record stands in the sets of all that is broader.

`type:guide`, `themes:sante-mentale`, `territory:commune-36018`; the first level alone holds what
has any of them. A descriptor's place in its tree is not part of its set's name: it would change
when the tree does.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection

from cms.core import vocabularies
from cms.core.records import record_types
from cms.core.vocabularies import TERRITORY, Scheme

from .arguments import SET

TYPE = "type"


def schemes() -> dict[str, Scheme]:
    """The vocabularies that make sets, by name. One query."""
    return {
        name: scheme
        for name, scheme in vocabularies.schemes().items()
        if scheme.parameter in ("concept", TERRITORY) and SET.fullmatch(name)
    }


def of_record(kind: str, terms: Iterable[str], known: Mapping[str, Scheme]) -> list[str]:
    """The sets in which a record stands, those of the second level: they tell the first."""
    found = [term for term in terms if term.partition(":")[0] in known and SET.fullmatch(term)]
    return [f"{TYPE}:{kind}", *found]


def condition(spec: str, known: Mapping[str, Scheme]) -> tuple[str, dict[str, Any]] | None:
    """SQL on the record for a set; None for one that cannot be."""
    name, colon, identifier = spec.partition(":")
    if name == TYPE:
        return ("type = %(set)s", {"set": identifier}) if colon else ("TRUE", {})
    if name not in known:
        return None
    if colon:
        return "terms_broader @> ARRAY[%(set)s]", {"set": spec}
    any_of_them = "EXISTS (SELECT FROM unnest(terms_broader) term WHERE term ^@ %(set)s)"
    return any_of_them, {"set": f"{name}:"}


def every(version: Sequence[Any]) -> list[str]:
    """All sets, sorted; `version` changes when the catalogue does. One query when it has, two
    with that of the vocabularies' names."""
    known = sorted(schemes())
    types = [TYPE, *(f"{TYPE}:{name}" for name in record_types())]
    found = [*types, *known, *_terms(tuple(version), tuple(known))]
    return sorted(one for one in found if SET.fullmatch(one))


@lru_cache(maxsize=2)
def _terms(version: tuple[Any, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT term FROM cms_catalogue_record, unnest(terms_broader) term"
            " WHERE split_part(term, ':', 1) = ANY(%s)",
            [list(known)],
        )
        return tuple(term for (term,) in cursor.fetchall())


def labels(specs: Sequence[str], locale: str = "fr") -> dict[str, str]:
    """What some sets are called. Two queries for each vocabulary among them."""
    known = schemes()
    kinds = record_types()
    found: dict[str, str] = {}
    by_scheme: dict[str, list[str]] = {}
    for spec in specs:
        name, colon, identifier = spec.partition(":")
        if name == TYPE:
            found[spec] = str(kinds[identifier].label_plural) if colon else "Types"
        elif not colon:
            found[spec] = str(known[name].label)
        else:
            by_scheme.setdefault(name, []).append(identifier)
    for name, identifiers in by_scheme.items():
        values = vocabularies.values(known[name], identifiers, locale)
        for identifier in identifiers:
            value = values.get(identifier)
            found[f"{name}:{identifier}"] = value.label if value else identifier
    return found
