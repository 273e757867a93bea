"""Where to go from a search that found nothing: each link leads to something."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from knowledge.thesaurus.labels import normalise, state

from .analysis import folded, language, words
from .engines.spelling import LONGEST, allowed_edits, distance
from .facets import schemes
from .interpretation import Interpretation, Word, interpret
from .query import RADII, InvalidQuery, SearchQuery
from .result import Facet
from .service import count, vocabulary

COUNTS = 5  # searches that are made to count what they would find
LABELS = 4
WORDS = 8  # words of the query that are looked at
SHORTEST = 4  # letters of a word that may be a misspelled one


@dataclass(frozen=True, slots=True)
class Way:
    """A search that finds something: `label` says it, `count` results are at `address`."""

    label: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class Onward:
    """`spelling`: the text as it may have been meant. `fewer`: the search with one filter less.
    `shorter`: the search with less text. `concepts`: (label, address) of descriptors that look
    alike."""

    spelling: Way | None
    fewer: Sequence[Way]
    shorter: Sequence[Way]
    concepts: Sequence[tuple[str, str]]


# For each word whether records have it, and stems that look like it.
_WORDS = """
    SELECT asked.word, (
        SELECT count(*) FROM (
            SELECT 1 FROM search_posting posting
            WHERE posting.word IN (
                SELECT %(locale)s || ':' || unaccent(lexeme)
                FROM unnest(to_tsvector(%(config)s::regconfig, asked.text))
                UNION ALL SELECT %(locale)s || ':' || lexeme
                FROM unnest(to_tsvector(%(config)s::regconfig, asked.word))
                UNION ALL SELECT %(locale)s || ':=' || upper(asked.word)
            ) LIMIT 1000
        ) few
    ), array(
        SELECT stem.text FROM search_stem stem
        WHERE stem.locale = %(locale)s AND stem.text %% asked.word AND EXISTS (
            SELECT 1 FROM search_posting WHERE word = %(locale)s || ':' || stem.text)
        ORDER BY similarity(stem.text, asked.word) DESC, stem.text LIMIT 10
    )
    FROM unnest(%(words)s::text[], %(texts)s::text[]) AS asked(word, text)
"""
# Words as titles write them, that begin like one of these stems.
_WRITTEN = """
    SELECT record.title FROM unnest(%(stems)s::text[]) stem CROSS JOIN LATERAL (
        SELECT uid FROM search_entry
        WHERE locale = %(locale)s AND NOT actor
            AND (title_key LIKE stem || '%%' OR title_key LIKE '%% ' || stem || '%%')
        LIMIT 5
    ) entry JOIN cms_catalogue_record record ON record.uid = entry.uid AND record.gone_at IS NULL
"""
_ALIKE = """
    SELECT scheme.slug || ':' || concept.slug
    FROM knowledge_thesaurus_conceptlabel label
    JOIN knowledge_thesaurus_concept concept ON concept.id = label.concept_id
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    CROSS JOIN LATERAL (
        SELECT greatest(similarity(label.normalized, %(text)s),
            word_similarity(%(text)s, label.normalized) * .9,
            word_similarity(label.normalized, %(text)s) * .8) AS alike
    ) found
    WHERE label.language = %(locale)s AND found.alike > .4 AND EXISTS (
        SELECT 1 FROM cms_catalogue_record record WHERE record.locale = %(locale)s
            AND record.terms_broader @> ARRAY[scheme.slug || ':' || concept.slug]
            AND record.gone_at IS NULL)
    GROUP BY scheme.slug, concept.slug
    ORDER BY max(found.alike) DESC, 1 LIMIT %(most)s
"""


def onward(query: SearchQuery, facets: Sequence[Facet]) -> Onward:
    """The ways on from a search without results; `facets` are those of its answer. At most
    COUNTS searches and four queries besides, whatever there is."""
    meaning = interpret(query.q, query.locale, vocabulary(query.locale, state()))
    budget = _Budget(COUNTS)
    known = _looked_up(meaning)
    spelling = _spelling(query, meaning, known, budget)
    shorter = [*budget.found(_shorter(query, meaning, known))]
    fewer = [*budget.found(_fewer(query, facets))]
    fewer.sort(key=lambda way: (-way.count, way.label))
    return Onward(spelling, fewer, shorter, _concepts(query))


class _Budget:
    """Counts searches, so many and no more."""

    def __init__(self, left: int) -> None:
        self.left = left

    def found(self, searches: Iterator[tuple[str, SearchQuery]]) -> Iterator[Way]:
        """Those of the searches that find something."""
        for label, query in searches:
            if not self.left:
                return
            self.left -= 1
            try:
                number = count(query)
            except InvalidQuery:  # takes too long
                continue
            if number:
                yield Way(label, query.as_address(), number)


@dataclass(frozen=True, slots=True)
class _Known:
    """Of a word: how many records have it, to a bound, and stems that look like it."""

    records: int
    stems: Sequence[str]


def _looked_up(meaning: Interpretation) -> Mapping[str, _Known]:
    """The query's words. One query."""
    asked = [w for w in meaning.words if not w.optional and len(w.text) <= LONGEST][:WORDS]
    with connection.cursor() as cursor:
        cursor.execute(
            _WORDS,
            {
                "locale": meaning.locale,
                "config": language(meaning.locale).config,
                "words": [folded(word.text) for word in asked],
                "texts": [word.text for word in asked],
            },
        )
        return {word: _Known(number, stems) for word, number, stems in cursor.fetchall()}


def _spelling(
    query: SearchQuery, meaning: Interpretation, known: Mapping[str, _Known], budget: _Budget
) -> Way | None:
    """The text with the words that no record has in the nearest spelling that some have. One
    query."""
    missing = {
        word.text: near
        for word in meaning.spelled
        if (found := known.get(folded(word.text)))
        and not found.records
        and (near := _near(word, found.stems))
    }
    with connection.cursor() as cursor:
        stems = sorted({stem for near in missing.values() for stem in near})
        cursor.execute(_WRITTEN, {"stems": stems, "locale": query.locale})
        written = sorted({word.lower() for (title,) in cursor.fetchall() for word in words(title)})
    text = query.q
    for typed, near in missing.items():
        starts = tuple(near)
        meant = min(
            (word for word in written if folded(word).startswith(starts)),
            key=lambda word: (distance(folded(typed), folded(word)), word),
            default="",
        )
        if meant:
            text = text.replace(typed, meant)
    if text == query.q:
        return None
    asked = query.with_(q=text)
    ways = [(text, asked)] + (
        [(text, asked.with_(types=(), concepts=()))] if query.filtered else []
    )
    return next(budget.found(iter(ways)), None)


def _near(word: Word, stems: Sequence[str]) -> list[str]:
    """The stems few letters away from a word or its beginning: one more letter may be wrong than
    the search itself takes for granted, and the first one too."""
    bare = folded(word.text)
    if len(bare) < SHORTEST:
        return []
    most = allowed_edits(bare) + 1
    away = {
        stem: min(distance(bare, stem), distance(bare[: len(stem)], stem))
        for stem in stems
        if len(stem) >= SHORTEST - 1
    }
    return [
        stem for stem in sorted(away, key=lambda stem: (away[stem], stem)) if away[stem] <= most
    ]


def _shorter(
    query: SearchQuery, meaning: Interpretation, known: Mapping[str, _Known]
) -> Iterator[tuple[str, SearchQuery]]:
    """The text without its quotation marks, without what it leaves out, without its rarest
    word."""
    if meaning.phrases:
        text = " ".join(query.q.translate(dict.fromkeys(map(ord, '"«»“”'), " ")).split())
        yield _("without quotation marks: %(text)s") % {"text": text}, query.with_(q=text)
    if meaning.excluded and meaning.asks:
        kept = [word.text for word in meaning.words]
        kept += [f'"{phrase.text}"' for phrase in meaning.phrases]
        text = " ".join(kept)
        yield _("leaving nothing out: %(text)s") % {"text": text}, query.with_(q=text)
    asked = [word for word in meaning.words if not word.optional]
    if len(asked) > 1:
        rarest = min(asked, key=lambda word: _records(known, word))
        text = " ".join(word.text for word in meaning.words if word is not rarest)
        label = _("without “%(word)s”: %(text)s") % {"word": rarest.text, "text": text}
        yield label, query.with_(q=text)


def _records(known: Mapping[str, _Known], word: Word) -> int:
    found = known.get(folded(word.text))
    return found.records if found else 0


def _fewer(query: SearchQuery, facets: Sequence[Facet]) -> Iterator[tuple[str, SearchQuery]]:
    """The search without one of its filters: all values of a filter go together, since they add
    up. A place is first taken wider."""
    if query.near:
        if wider := next((one for one in RADII if one > query.near.radius), None):
            label = _("up to %(radius)d km away") % {"radius": wider}
            yield label, query.with_(near=replace(query.near, radius=wider))
        yield _("anywhere"), query.with_(near=None)
    for facet in facets:
        ticked = [value for value in facet.values if value.selected]
        if not ticked:
            continue
        label = _("without “%(values)s” (%(filter)s)") % {
            "values": ", ".join(str(value.label) for value in ticked[:3]),
            "filter": facet.label,
        }
        less = query
        for value in ticked:
            less = less.toggled(facet.parameter, value.value)
        if less != query.with_():
            yield label, less


def _concepts(query: SearchQuery) -> list[tuple[str, str]]:
    """Descriptors of which a label looks like the text, with the search for them. One query."""
    if not query.q:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIKE, {"text": normalise(query.q)[:100], "locale": query.locale, "most": LABELS}
        )
        terms = [term for (term,) in cursor.fetchall()]
    labels = {
        term: label
        for scheme in schemes(query.locale, state()).values()
        for term, label in scheme.labels.items()
    }
    address = reverse("search")
    return [
        (labels[term], f"{address}?{urlencode({'concept': term})}")
        for term in terms
        if term in labels and term not in query.concepts
    ]
