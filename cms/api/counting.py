"""`facets=`: how many records of a list have each value of a facet, by the rule of the search: the
counts of a facet ignore its own choice and respect all others."""

from collections.abc import Hashable, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from cms.core import vocabularies
from cms.core.postgresql.reading import all_rows
from cms.core.records import own_facets, record_types
from cms.core.vocabularies import Scheme

from .filters import RecordFilters, refused
from .listing import COUNTED, Condition, where_counted
from .state import Known

SHOWN = 200  # values of one facet, those of most records; and those asked for
TYPE = "type"
_counted: Known[list[dict[str, Any]]] = Known()


def facets(
    query: RecordFilters,
    names: Sequence[str],
    now: Hashable | None,
    more: Sequence[Condition] = (),
    name: str = "",
) -> list[dict[str, Any]]:
    """In the order asked for. Raises a Problem for a name that is none. Kept for as long as `now`
    is the same; it is None for a search, which depends on its index. `more` narrows further, under
    that `name`."""
    locale = query.locale or settings.LANGUAGE_CODE.split("-")[0]
    with translation.override(locale):
        schemes = vocabularies.schemes()
        if any(name != TYPE and name not in schemes for name in names):
            raise refused(query, "facets")

        def count() -> list[dict[str, Any]]:
            return [_facet(query, name, schemes.get(name), locale, more) for name in names]

        if now is None:
            return count()
        return _counted.get(now, f"{name}|{query.narrowed}|{names}", count)


def _facet(
    query: RecordFilters, name: str, scheme: Scheme | None, locale: str, more: Sequence[Condition]
) -> dict[str, Any]:
    """Two queries at most: numbers, and names."""
    clause, params = where_counted([*query.conditions(without=name), *more])
    if scheme is None:
        numbers = dict(
            all_rows(
                f"SELECT type, count(*) FROM {COUNTED} WHERE {clause} GROUP BY type",
                params,
            )
        )
        labels = {one: str(kind.label_plural) for one, kind in record_types().items()}
        return _said(TYPE, "", TYPE, numbers, labels, set(query.type))
    numbers = {
        term.partition(":")[2]: number
        for term, number in all_rows(
            f"SELECT term, count(*) FROM {COUNTED}, unnest(terms_broader) term"
            f" WHERE {clause} AND term ^@ %s GROUP BY term",
            [*params, f"{name}:"],
        )
    }
    chosen = {term.partition(":")[2] for term in query.filters() if term.startswith(f"{name}:")}
    shown = _largest(numbers, chosen)
    values = vocabularies.values(scheme, shown, locale)
    labels = {one: value.label for one, value in values.items()}
    own = name in own_facets()
    parameter = "facet" if own else scheme.parameter
    prefix = f"{name}:" if parameter in ("facet", "concept") else ""
    return _said(name, prefix, parameter, shown, labels, chosen, str(scheme.label))


def _largest(numbers: dict[str, int], chosen: set[str]) -> dict[str, int]:
    first = sorted(numbers, key=lambda one: (-numbers[one], one))[:SHOWN]
    return {one: numbers.get(one, 0) for one in dict.fromkeys([*first, *sorted(chosen)])}


def _said(
    name: str,
    prefix: str,
    parameter: str,
    numbers: dict[str, int],
    labels: dict[str, str],
    chosen: set[str],
    label: str = "",
) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "parameter": parameter,
        "values": [
            {
                "value": prefix + one,
                "label": labels.get(one, one),
                "count": number,
                "selected": one in chosen,
            }
            for one, number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
    }
