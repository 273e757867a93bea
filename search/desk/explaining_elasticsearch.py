"""The parts of a score of Elasticsearch, read from its own explanation."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from elasticsearch import ApiError, NotFoundError, TransportError

from cms.catalogue.models import Record

from ..analysis import folded
from ..engines.base import EngineError
from ..engines.elasticsearch import alias, client
from ..engines.elasticsearch_query import scoring
from ..engines.elasticsearch_words import FIELDS as WEIGHTS
from ..interpretation import Interpretation
from ..query import SearchQuery
from .occurrences import units

_FIELD = re.compile(
    r"\b(title_key|title|summary|headings|body|labels|authors|files|joined|all)(?:\.\w+)?\b"
)
# The words of "title.pairs:contrat local in 3" and of "CombinedFieldQuery((…)(contrat)) in 3".
_TERMS = re.compile(r"(?::|\)\()([^():]*?)\)* in \d+\)")


def points(
    query: SearchQuery, meaning: Interpretation, record: Record, relaxed: bool
) -> Mapping[tuple[str, str], float]:
    """(part, words) -> points. What the engine scores over several parts together is shared out
    over them as the search's words weigh there. Raises EngineError."""
    places = _places(record, meaning)
    named = ", ".join(span.label for span in meaning.named)
    found: dict[tuple[str, str], float] = {}
    for description, value in leaves(_explanation(query, meaning, record, relaxed)):
        name = field_of(description)
        said = named if name in ("concept", "titled") else typed(words_of(description), meaning)
        weights = {name: 1.0}
        if name == "together":
            weights = _weights(places.get(said, places[""])) or weights
        for part, weight in weights.items():
            key = (part, said)
            found[key] = found.get(key, 0.0) + value * weight / sum(weights.values())
    return found


def _places(record: Record, meaning: Interpretation) -> dict[str, dict[str, int]]:
    """Where the record has each word of the search; those of a label are where the label is; ""
    stands for all of them."""
    found: dict[str, dict[str, int]] = {"": {}}
    known = units(record, meaning)
    for span, unit in zip(meaning.named, known, strict=False):  # labels come first
        for word in meaning.words[span.start : span.end]:
            found[word.text] = dict(unit.places)
    for unit in known:
        found.setdefault(unit.text, dict(unit.places))
        for name, times in unit.places.items():
            found[""][name] = found[""].get(name, 0) + times
    return found


def _weights(places: Mapping[str, int]) -> dict[str, float]:
    return {name: WEIGHTS[name] * times for name, times in places.items() if name in WEIGHTS}


def _explanation(
    query: SearchQuery, meaning: Interpretation, record: Record, relaxed: bool
) -> Mapping[str, Any]:
    try:
        answer = client(settings.ELASTICSEARCH_URL).explain(
            index=alias(settings.ELASTICSEARCH_PREFIX, query.locale),
            id=str(record.uid),
            query=scoring(query, meaning, relaxed=relaxed),
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
    if "open_until" in description:
        return "coming"
    if "title_key" in found:
        return "pasted"
    # Labels as phrases, and the bonus for them, are no words of one field.
    if description.startswith("Saturation") or ("ConstantScore" in description and "all" in found):
        return "concept"
    if "ConstantScore" in description and found == {"title"}:
        return "titled"
    if len(found) > 1:
        return "together"
    return next(iter(found), "")


def words_of(description: str) -> str:
    """The words that were found, as the engine writes them: stems."""
    return " ".join(word.strip() for word in _TERMS.findall(description))


def typed(stems: str, meaning: Interpretation) -> str:
    """The words of the search that have these stems, as typed."""
    known = {folded(word.text): word.text for word in meaning.words}
    found = []
    for stem in stems.split():
        start = stem.lower()[: max(3, len(stem) - 2)]
        found.append(next((word for bare, word in known.items() if bare.startswith(start)), stem))
    return " ".join(found)
