"""The parts of a score of Elasticsearch, read from its own explanation."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from elasticsearch import ApiError, NotFoundError, TransportError

from cms.catalogue.models import Record

from ..engines.base import EngineError
from ..engines.elasticsearch import alias, client
from ..engines.elasticsearch_query import FIELDS as WEIGHTS
from ..engines.elasticsearch_query import request
from ..interpretation import Interpretation
from ..query import SearchQuery
from .occurrences import units

_FIELD = re.compile(
    r"\b(title_key|title|summary|headings|body|labels|authors|files|joined|all)(?:\.\w+)?\b"
)
_TERMS = re.compile(r"(?<=:)[^\s():^]+")


def points(
    query: SearchQuery, meaning: Interpretation, record: Record, relaxed: bool
) -> Mapping[tuple[str, str], float]:
    """(part, words) -> points. What the engine scores over several parts together is shared out
    over them as the search's words weigh there. Raises EngineError."""
    found: dict[tuple[str, str], float] = {}
    for description, value in leaves(_explanation(query, meaning, record, relaxed)):
        key = (field_of(description), words_of(description))
        found[key] = found.get(key, 0.0) + value
    together = sum(value for (name, _words), value in found.items() if name == "together")
    weights: dict[str, float] = {}
    for unit in units(record, meaning):
        for name, times in unit.places.items():
            if name in WEIGHTS:
                weights[name] = weights.get(name, 0.0) + WEIGHTS[name] * times
    if together and weights:
        found = {key: value for key, value in found.items() if key[0] != "together"}
        said = " ".join(word.text for word in meaning.words if not word.optional)
        for name, weight in weights.items():
            key = (name, said)
            found[key] = found.get(key, 0.0) + together * weight / sum(weights.values())
    return found


def _explanation(
    query: SearchQuery, meaning: Interpretation, record: Record, relaxed: bool
) -> Mapping[str, Any]:
    try:
        answer = client(settings.ELASTICSEARCH_URL).explain(
            index=alias(settings.ELASTICSEARCH_PREFIX, query.locale),
            id=str(record.uid),
            query=request(query, meaning, relaxed=relaxed)["query"],
        )
    except NotFoundError:
        return {}
    except (ApiError, TransportError) as error:
        raise EngineError(str(error)) from error
    return answer.get("explanation") or {}


def leaves(node: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """(description, points) of the queries that gave points: Lucene adds them up, or takes the
    greatest."""
    description, value = node.get("description", ""), node.get("value", 0)
    details = node.get("details") or ()
    if not value:
        return
    if details and (description.startswith("sum of") or "times others of" in description):
        for one in details:
            yield from leaves(one)
    elif details and description.startswith("max of"):
        yield from leaves(max(details, key=lambda one: one["value"]))
    else:
        yield description, float(value)


def field_of(description: str) -> str:
    """The part of a record that a query asks, a key of `occurrences.FIELDS`."""
    found = set(_FIELD.findall(description))
    if "title_key" in found:
        return "pasted"
    if "ConstantScore" in description and "all" in found:
        return "concept"
    if len(found) > 1:
        return "together"
    return next(iter(found), "")


def words_of(description: str) -> str:
    """The words that were found, as the engine writes them."""
    return " ".join(dict.fromkeys(_TERMS.findall(description)))
