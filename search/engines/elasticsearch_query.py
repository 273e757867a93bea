"""A search as Elasticsearch's request: pure functions.

Which records match is decided by words (each meaningful word, or a label that it belongs to);
how well they match adds up several views of the same texts. Users' text goes through match and
term queries only, never through a query language.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from cms.core.vocabularies import ORGANISATION

from ..interpretation import Interpretation
from ..query import BY_TYPE, GROUP_SIZE, OPEN, Near, SearchQuery
from ..result import MARK_END, MARK_START, MAX_SHOWN
from ..semantic import Vector, rescore
from .base import COMING_BONUS, EXTRACT, WINDOW
from .elasticsearch_words import matching, phrase_in, second_step, swapped_forms
from .spelling import allowed_edits, near

TIMEOUT = "800ms"  # in the engine, before the client gives up
MAX_VALUES = 2_000  # of all facets together but one
MAX_TYPES = 100


def request(
    query: SearchQuery,
    meaning: Interpretation,
    *,
    relaxed: bool = False,
    vector: Vector | None = None,
) -> dict[str, Any]:
    """The body of one request: hits with highlights, the total, and every facet's counts.
    `vector`: order the best anew by what the search means."""
    ranked = query.sorted_by(meaning.asks) == "relevance"
    in_steps = ranked and not query.grouped  # the engine groups nothing that has two steps
    search = Search().query(_asked(query, meaning, relaxed, first=in_steps))
    if not query.bare:
        search = _faceted(search, query)
    elif filters := _filters(query):
        search = search.post_filter(Q("bool", filter=filters))
    if in_steps:  # no further order: the engine takes none with it
        second = second_step(meaning, *_coming_first(query, meaning))
        steps = [second, *([rescore(vector)] if vector else [])]
        search = search.extra(rescore=steps)
    else:
        search = _ordered(search, query, meaning)
    start = query.offset
    # A list that is asked for whole begins with the window, and `remaining` goes on.
    size = query.page_size if start + query.page_size <= WINDOW else 0 if start else WINDOW
    search = search[start : start + size] if size else search[0:0]
    if meaning.asks and size:
        if not query.bare:
            search = _highlighted(search, meaning)
        if not relaxed:
            search = _spelled(search, meaning)
    search = search.source(False).extra(track_total_hits=True, timeout=TIMEOUT, version=False)
    body = search.to_dict()
    return _grouped(body) if query.grouped and size else body


def remaining(
    query: SearchQuery, meaning: Interpretation, *, relaxed: bool, after: Sequence[Any]
) -> dict[str, Any]:
    """The body of a request for WINDOW results whatever their rank, the newest changes first;
    `after`: the last one's place in that order."""
    every = [_asked(query, meaning, relaxed), *_filters(query)]
    search = Search().query(Q("bool", filter=every)).sort("-version").source(False)[:WINDOW]
    search = search.extra(track_total_hits=False, timeout=TIMEOUT)
    return {**search.to_dict(), **({"search_after": list(after)} if after else {})}


def scoring(query: SearchQuery, meaning: Interpretation, *, relaxed: bool) -> dict[str, Any]:
    """The whole score as one query, for its explanation."""
    return _asked(query, meaning, relaxed).to_dict()


def _asked(
    query: SearchQuery, meaning: Interpretation, relaxed: bool, *, first: bool = False
) -> Query:
    asked = matching(meaning, relaxed, first=first)
    around = [Q("geo_distance", **_circle(query.near))] if query.near else []
    coming = _coming_first(query, meaning)
    return Q("bool", must=[asked], filter=around, should=coming) if around or coming else asked


def _coming_first(query: SearchQuery, meaning: Interpretation) -> list[Query]:
    """What is to come before what is past, where that is asked for."""
    first = query.coming_first(meaning.asks)
    return [Q("constant_score", filter=_open(), boost=COMING_BONUS)] if first else []


def _grouped(body: dict[str, Any]) -> dict[str, Any]:
    """The request for the first few of each type, the type with the best one first."""
    parts = {name: part for name, part in body.items() if name in ("sort", "highlight")}
    best = {**parts, "name": BY_TYPE, "size": GROUP_SIZE, "_source": False}
    rest = {name: part for name, part in body.items() if name != "highlight"}
    groups = {"field": "type", "inner_hits": best}
    return {**rest, "from": 0, "size": MAX_TYPES, "collapse": groups}


def _circle(near: Near) -> dict[str, Any]:
    return {"distance": f"{near.radius}km", "points": _point(near)}


def _point(near: Near) -> dict[str, float | None]:
    return {"lat": near.latitude, "lon": near.longitude}


def _filters(query: SearchQuery, *, without: str = "") -> list[Query]:
    """The ticked facets, those of one facet left out."""
    found = []
    if query.types and without != "type":
        found.append(Q("terms", type=list(query.types)))
    for scheme, concepts in query.concepts_by_scheme().items():
        if scheme != without:
            found.append(Q("terms", concepts=list(concepts)))
    if query.open_only and without != OPEN:
        found.append(_open())
    return found


def _open() -> Query:
    return Q("range", open_until={"gte": timezone.now().isoformat()})


def _faceted(search: Search, query: SearchQuery) -> Search:
    """Counts respect the query and every other facet, not the facet's own selection. Facets
    without a selection share one aggregation."""

    every = _filters(query)
    for name, field, most in (
        ("concept", "descriptors", MAX_VALUES),
        (ORGANISATION, "organisations", MAX_SHOWN),
    ):
        search.aggs.bucket(name, "filter", Q("bool", filter=every)).bucket(
            "values", "terms", field=field, size=most
        )
    search.aggs.bucket("type", "filter", Q("bool", filter=_filters(query, without="type"))).bucket(
        "values", "terms", field="type", size=MAX_TYPES
    )
    search.aggs.bucket(OPEN, "filter", Q("bool", filter=[*_filters(query, without=OPEN), _open()]))
    for scheme in query.concepts_by_scheme():
        search.aggs.bucket(
            f"concept:{scheme}", "filter", Q("bool", filter=_filters(query, without=scheme))
        ).bucket(
            "values",
            "terms",
            field="concepts",
            size=MAX_VALUES,
            include=f"{re.escape(scheme)}:.*",
        )
    return search.post_filter(Q("bool", filter=every)) if every else search


def _ordered(search: Search, query: SearchQuery, meaning: Interpretation) -> Search:
    newest: dict[str, Any] = {"published_at": {"order": "desc", "missing": "_last"}}
    order = query.sorted_by(meaning.asks)
    if order == "title":
        return search.sort("title_sort", "version")
    if order == "next":
        return search.sort(_coming(timezone.now()), newest, "version")
    if order == "nearest" and query.near:
        nearest: dict[str, Any] = {"_geo_distance": {"points": _point(query.near), "order": "asc"}}
        return search.sort(nearest, newest, "version")
    if order == "newest":
        return search.sort(newest, "version")
    return search.sort("_score", newest, "version")


def _coming(now: dt.datetime) -> dict[str, Any]:
    """By the next date, also one that has begun; what has none to come stands after the rest."""
    later = {"range": {"dates.end": {"gte": now.isoformat()}}}
    return {
        "dates.start": {
            "order": "asc",
            "mode": "min",
            "missing": "_last",
            "nested": {"path": "dates", "filter": later},
        }
    }


def _highlighted(search: Search, meaning: Interpretation) -> Search:
    """What was found, marked in the title, and in the best extract of each text."""
    text = " ".join(word.text for word in meaning.words if not word.acronym)
    capitals = " ".join(word.text for word in meaning.words if word.acronym)
    wanted: dict[str, Any] = {}
    for name in ("title", "summary", "body", "files"):
        choices = [Q("match", **{name: text})] if text else []
        if not any(not word.optional for word in meaning.words):
            choices.append(Q("match", **{f"{name}.exact": text}))
        if capitals:
            choices.append(Q("match", **{f"{name}.caps": capitals}))
        choices += [
            phrase_in(f"{name}.exact", phrase, meaning.locale) for phrase in meaning.phrases
        ]
        for span in meaning.named:
            choices += [
                Q("match", **{f"{name}.caps": phrase.text})
                if phrase.acronym
                else phrase_in(f"{name}.exact", phrase, meaning.locale)
                for phrase in span.phrases
            ]
        choices += [Q("match", **{name: form}) for form in swapped_forms(meaning)]
        for stems in meaning.corrections.values():
            choices += [Q("term", **{name: stem}) for stem in stems]
        wanted[name] = {
            "highlight_query": Q("bool", should=choices).to_dict(),
            "matched_fields": [f"{name}.exact", f"{name}.caps"],
            "number_of_fragments": 0 if name == "title" else 1,
            "fragment_size": EXTRACT,
        }
    search = search.highlight_options(
        pre_tags=[MARK_START], post_tags=[MARK_END], order="score", boundary_scanner="sentence"
    )
    for name, options in wanted.items():
        search = search.highlight(name, **options)
    return search


def _spelled(search: Search, meaning: Interpretation) -> Search:
    """Ask at the same time how the words that no record has are spelled."""
    for place, word in enumerate(meaning.spelled):
        edits = allowed_edits(word.text)
        if not edits:
            continue
        search = search.suggest(
            str(place),
            word.text,
            term={
                "field": "all",
                "suggest_mode": "missing",
                "max_edits": edits,
                "prefix_length": 1,
                "min_word_length": 4,
                "size": 3,
                "sort": "score",
            },
        )
    return search


def corrections(meaning: Interpretation, suggest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The engine's suggestions: a word that no record has -> stems that records have."""
    found = {}
    for name, entries in suggest.items():
        options = [
            option["text"]
            for entry in entries
            for option in entry["options"]
            if near(entry["text"], option["text"])
        ]
        if options:
            found[meaning.spelled[int(name)].text] = tuple(options)
    return found
