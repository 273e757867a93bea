"""The search that every exit calls: the engine, then the catalogue."""

import logging
import time
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from knowledge.thesaurus.labels import Expansions, State, expansions, state

from . import compounds
from .breaker import Breaker
from .corrected import corrected
from .engines.base import WINDOW, Asked, Engine, EngineError
from .engines.elasticsearch import ElasticsearchEngine
from .engines.postgres import PostgresEngine
from .facets import current, facets, with_schemes
from .hits import hits
from .interpretation import Interpretation, Vocabulary, interpret
from .nearby import located
from .query import InvalidQuery, SearchQuery
from .result import Expanded, RawResult, SearchResult

log = logging.getLogger(__name__)

breaker = Breaker()

WHOLE = 10**7  # results: more than a catalogue holds


def search(
    query: SearchQuery,
    *,
    engine: Engine | None = None,
    whole: bool = False,
    beside: SearchQuery | None = None,
) -> SearchResult:
    """Answer a search: by Elasticsearch where it is configured and well, else by PostgreSQL.

    `engine`: ask this one and no other; `whole`: each hit with its record's JSON; `beside`: the
    same search in another language, of which only the number of results is wanted, of the words
    as they are typed. Raises InvalidQuery for a query that PostgreSQL cannot answer in time, or
    for a place that is none.
    """
    started = time.perf_counter()
    now = state()
    query = located(current(with_schemes(query), now))
    words = vocabulary(query.locale, now)
    meaning = compounds.read(interpret(query.q, query.locale, words), words)
    other = _typed(beside, now) if beside else None
    found, name, degraded = _answer(query, meaning, engine, other)
    shown = hits(found.hits, meaning, query.near, whole=whole)
    return SearchResult(
        total=found.total,
        hits=shown,
        facets=facets(query, found.counts, now, found.total),
        engine=name,
        degraded=degraded,
        relaxed=found.relaxed,
        expanded=_expanded(meaning, words),
        corrected=corrected(found, shown),
        beside=found.beside,
        took_ms=round((time.perf_counter() - started) * 1000),
    )


def _expanded(meaning: Interpretation, words: Vocabulary) -> list[Expanded]:
    """What the page says of labels; misspellings are searched for and not shown."""
    shown = [
        (span.label, tuple(other for other in span.others if other not in words.hidden))
        for span in meaning.named
    ]
    return [Expanded(label, others) for label, others in dict.fromkeys(shown) if others]


def ranking(query: SearchQuery, most: int = WINDOW) -> list[UUID]:
    """Everything that a search finds, in its order, the first `most` (WHOLE for all of it; beyond
    WINDOW an engine may give up the order): for exits that filter and page by themselves. Raises
    InvalidQuery like `search`."""
    query = replace(located(with_schemes(query)), page=1, page_size=most, bare=True)
    words = vocabulary(query.locale, state())
    meaning = compounds.read(interpret(query.q, query.locale, words), words)
    found, _name, _degraded = _answer(query, meaning, None)
    return [hit.uid for hit in found.hits]


def count(query: SearchQuery) -> int:
    """How many results a search has, and no more of it. Raises InvalidQuery like `search`."""
    # In an order that needs no scores.
    query = replace(located(with_schemes(query)), page=1, page_size=1, bare=True, order="newest")
    words = vocabulary(query.locale, state())
    meaning = compounds.read(interpret(query.q, query.locale, words), words)
    found, _name, _degraded = _answer(query, meaning, None)
    return found.total


def _typed(query: SearchQuery, now: State) -> Asked:
    """A search of which the words count as they were typed, and only the number of results."""
    query = replace(located(current(with_schemes(query), now)), page=1, page_size=1, bare=True)
    meaning = interpret(query.q, query.locale, vocabulary(query.locale, now))
    return replace(query, order="newest"), meaning  # in an order that needs no scores


def _answer(
    query: SearchQuery,
    meaning: Interpretation,
    engine: Engine | None,
    beside: Asked | None = None,
) -> tuple[RawResult, str, bool]:
    if meaning.empty:  # punctuation only
        return RawResult(0, [], {}), engine.name if engine else "postgresql", False
    if engine is not None:
        return engine.search(query, meaning, beside), engine.name, False
    if settings.ELASTICSEARCH_URL:
        first = ElasticsearchEngine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX)
        found = _guarded(first, query, meaning, beside)
        if found is not None:
            return found, first.name, False
    try:
        return (
            PostgresEngine().search(query, meaning, beside),
            PostgresEngine.name,
            bool(settings.ELASTICSEARCH_URL),
        )
    except EngineError as error:
        log.warning("PostgreSQL did not answer a search in time: %s", error)
        raise InvalidQuery("q", _("This search takes too long. Try with fewer words.")) from error


def _guarded(
    engine: Engine, query: SearchQuery, meaning: Interpretation, beside: Asked | None
) -> RawResult | None:
    """The engine's answer; None when it is not asked or does not answer."""
    if not breaker.allows():
        return None
    try:
        found = engine.search(query, meaning, beside)
    except EngineError as error:
        breaker.failed()
        log.warning("Elasticsearch does not answer, PostgreSQL does: %s", error)
        return None
    except BaseException:
        breaker.failed()
        raise
    breaker.succeeded()
    return found


# Made anew when the thesaurus gives another mapping: it keeps one for each state of its labels.
_vocabularies: dict[str, tuple[Expansions, Vocabulary]] = {}


def vocabulary(locale: str, now: State) -> Vocabulary:
    current = expansions(locale, now)
    known = _vocabularies.get(locale)
    if known is None or known[0] is not current:
        known = (current, Vocabulary(current, locale))
        _vocabularies[locale] = known
    return known[1]
