"""A search as Elasticsearch's request: pure functions.

Which records match is decided by words (each meaningful word, or a label that it belongs to);
how well they match adds up several views of the same texts. Users' text goes through match and
term queries only, never through a query language.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from ..analysis import folded, language
from ..interpretation import Interpretation, Phrase
from ..query import BY_TYPE, GROUP_SIZE, OPEN, Near, SearchQuery
from ..result import MARK_END, MARK_START
from ..semantic import Vector, rescore
from .base import (
    EXTRACT,
    MAX_WHOLE,
    NAMED_TITLE,
    SUBJECT_BONUS,
    TITLE_BONUS,
    WHOLE_TITLE,
    WINDOW,
    label_bonus,
    label_weight,
    references,
    required,
)
from .spelling import allowed_edits, near

# How much each field weighs; the weights of combined_fields are 1 or more.
FIELDS = {"title": 2.5, "summary": 1.5, "labels": 1.5, "headings": 1.0, "body": 1.0}
FILES = 0.4
EXACT = 0.2
MOST = 0.6
PAIRS = 0.2
# What titles weigh besides: a title says in a few words what a whole text is about.
TITLE = {"title.exact": 0.5, "title.pairs": 0.3}
NAMED = 6.0
PASTED_TITLE = 1000.0
TIMEOUT = "800ms"  # in the engine, before the client gives up
MAX_VALUES = 2_000  # of all facets together
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
    asked = _query(meaning, relaxed)
    if query.near:
        asked = Q("bool", must=[asked], filter=[Q("geo_distance", **_circle(query.near))])
    search = Search().query(asked)
    if not query.bare:
        search = _faceted(search, query)
    elif filters := _filters(query):
        search = search.post_filter(Q("bool", filter=filters))
    if vector:  # no further order: the engine takes none with it
        search = search.extra(rescore=rescore(vector))
    else:
        search = _ordered(search, query, meaning)
    start = query.offset
    size = query.page_size if start + query.page_size <= WINDOW else 0
    search = search[start : start + size] if size else search[0:0]
    if meaning.asks and size:
        if not query.bare:
            search = _highlighted(search, meaning)
        if not relaxed:
            search = _spelled(search, meaning)
    search = search.source(False).extra(track_total_hits=True, timeout=TIMEOUT, version=False)
    body = search.to_dict()
    return _grouped(body) if query.grouped and size else body


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


def _query(meaning: Interpretation, relaxed: bool) -> Query:
    excluded = [_phrase("all.exact", phrase, meaning.locale) for phrase in meaning.excluded]
    if not meaning.asks:
        return Q("bool", filter=[Q("match_all")], must_not=excluded)
    pasted = Q("constant_score", filter=Q("term", title_key=meaning.title), boost=PASTED_TITLE)
    found = Q(
        "bool",
        filter=[
            *(_phrase("all.exact", phrase, meaning.locale) for phrase in meaning.phrases),
            *_enough(meaning, relaxed),
        ],
        should=list(_scores(meaning)),
        must_not=excluded,
    )
    return Q("bool", should=[pasted, found], minimum_should_match=1)


def _enough(meaning: Interpretation, relaxed: bool) -> list[Query]:
    """How many of its units a record must have."""
    units = _units(meaning, "all")
    if not units:
        return []
    least = 1 if relaxed else required(len(units))
    return [Q("bool", should=units, minimum_should_match=least)]


def _units(meaning: Interpretation, field: str) -> list[Query]:
    """What is asked for, in a field: each unit is a meaningful word or a label with its
    synonyms."""
    covered = {place for span in meaning.named for place in range(span.start, span.end)}
    units = [
        _word(meaning, place, field)
        for place, word in enumerate(meaning.words)
        if not (word.optional or place in covered)
    ]
    for span in meaning.named:
        inside = [
            _word(meaning, place, field)
            for place in range(span.start, span.end)
            if not meaning.words[place].optional
        ]
        together = [Q("bool", must=inside)] if not span.code else []
        labels = [_interval(f"{field}.exact", phrase) for phrase in span.phrases]
        units.append(_any([*together, *labels]))
    return units


def _word(meaning: Interpretation, place: int, field: str) -> Query:
    """One word anywhere in a field: as an acronym, or by its stem, or as spelled right, or as
    one word with its neighbour."""
    word = meaning.words[place]
    if word.acronym:
        written = (f"{field}.caps", f"{field}.exact")
        return _any([Q("match", **{name: word.text}) for name in written])
    choices = [Q("match", **{name: word.text}) for name in (field, f"{field}.exact")]
    choices += [Q("term", **{field: stem}) for stem in meaning.corrections.get(word.text, ())]
    swapped = (form for form, _stem in meaning.swapped.get(word.text, ()))
    beside = (meaning.joined.get(place), meaning.joined.get(place - 1))
    choices += [Q("match", **{field: text}) for text in (*swapped, *filter(None, beside))]
    return _any(choices)


def _any(choices: list[Query]) -> Query:
    return choices[0] if len(choices) == 1 else Q("bool", should=choices, minimum_should_match=1)


def _scores(meaning: Interpretation) -> Iterable[Query]:
    quoted = [phrase.text for phrase in meaning.phrases]
    # Indexes have no elided articles: here they would stand for a word, and pairs be others.
    elided = language(meaning.locale).elisions
    said = [w.text for w in meaning.words if not (w.optional and folded(w.text) in elided)]
    text = " ".join([*said, *quoted])
    if text:
        yield Q("combined_fields", query=text, fields=_fields(""))
        yield Q(
            "combined_fields",
            query=text,
            fields=_fields(".exact"),
            boost=EXACT,
        )
        yield Q(
            "multi_match",
            query=text,
            type="most_fields",
            fields=["title", "summary", "body"],
            boost=MOST,
        )
        yield Q(
            "multi_match",
            query=text,
            type="most_fields",
            fields=["title.pairs", "summary.pairs", "body.pairs"],
            boost=PAIRS,
        )
        for name, boost in TITLE.items():
            yield Q("match", **{name: {"query": text, "boost": boost}})
        yield Q("match", files={"query": text, "boost": FILES})
        yield Q("match", joined=text)
    for joined in meaning.joined.values():
        yield Q("multi_match", query=joined, type="most_fields", fields=["title^2", "all"])
    acronyms = " ".join(word.text for word in meaning.words if word.acronym)
    if acronyms:
        yield Q("combined_fields", query=acronyms, fields=_fields(".caps"))
        yield Q("combined_fields", query=acronyms, fields=_fields(".exact"), boost=EXACT)
        yield Q("match", **{"files.caps": {"query": acronyms, "boost": FILES}})
    for span in meaning.named:
        named = NAMED * label_weight(span)
        for phrase in span.phrases:
            yield _interval("title.exact", phrase, NAMED)
            yield _interval("labels.exact", phrase, named / 2)
            yield _interval("all.exact", phrase, named)
        anywhere = _any([_interval("all.exact", phrase) for phrase in span.phrases])
        yield Q("constant_score", filter=anywhere, boost=label_bonus(meaning, span))
        if not (span.ordinary or span.code):
            labels = _any([_interval("title.exact", phrase) for phrase in span.phrases])
            yield Q("constant_score", filter=labels, boost=NAMED_TITLE)
        if span.ordinary:
            titled = Q("match", title=span.label)
            yield Q("constant_score", filter=titled, boost=TITLE_BONUS)
    if subject := meaning.subject:
        titled = _any([_interval("title.exact", phrase) for phrase in subject.phrases])
        about = Q("bool", must=[titled, Q("terms", type=references())])
        yield Q("constant_score", filter=about, boost=SUBJECT_BONUS)
    if 1 < len(units := _units(meaning, "title")) <= MAX_WHOLE:
        yield Q("constant_score", filter=Q("bool", must=units), boost=WHOLE_TITLE)
    for form in _swapped(meaning):
        yield Q("multi_match", query=form, type="most_fields", fields=["title", "all"], boost=0.5)
    for stems in meaning.corrections.values():
        for stem in stems:
            yield Q("term", title={"value": stem, "boost": 2.0})
            yield Q("term", all={"value": stem, "boost": 1.0})


def _swapped(meaning: Interpretation) -> list[str]:
    return [form for forms in meaning.swapped.values() for form, _stem in forms]


def _fields(suffix: str) -> list[str]:
    return [f"{name}{suffix}^{weight:g}" for name, weight in FIELDS.items()]


def _phrase(field: str, phrase: Phrase, locale: str) -> Query:
    """Words side by side, also where indexes have cut an article off ("l’accord")."""
    elided = language(locale).elisions
    kept = [word for word in phrase.words[:-1] if folded(word) not in elided]
    texts = dict.fromkeys([phrase.text, " ".join([*kept, phrase.words[-1]])])
    return _any([Q("match_phrase", **{field: text}) for text in texts])


def _interval(field: str, phrase: Phrase, boost: float = 1.0) -> Query:
    """A label in a field, but not inside a longer label of another concept."""
    if phrase.acronym:
        return Q(
            "match", **{field.replace(".exact", ".caps"): {"query": phrase.text, "boost": boost}}
        )
    match: dict[str, Any] = {"query": phrase.text, "max_gaps": 0, "ordered": True}
    longer = [f"{phrase.text} {word}" for word in phrase.not_after]
    longer += [f"{word} {phrase.text}" for word in phrase.not_before]
    if longer:
        rules = [{"match": {"query": text, "max_gaps": 0, "ordered": True}} for text in longer]
        match["filter"] = {"not_contained_by": {"any_of": {"intervals": rules}}}
    return Q("intervals", **{field: {"match": match, "boost": boost}})


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
    search.aggs.bucket("concept", "filter", Q("bool", filter=every)).bucket(
        "values", "terms", field="concepts", size=MAX_VALUES
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
        choices += [_phrase(f"{name}.exact", phrase, meaning.locale) for phrase in meaning.phrases]
        for span in meaning.named:
            choices += [
                Q("match", **{f"{name}.caps": phrase.text})
                if phrase.acronym
                else _phrase(f"{name}.exact", phrase, meaning.locale)
                for phrase in span.phrases
            ]
        choices += [Q("match", **{name: form}) for form in _swapped(meaning)]
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
