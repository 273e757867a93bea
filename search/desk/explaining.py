"""Why a page is a hit, and at which place, or why it is none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.catalogue.models import Gone, Record

from .. import semantic, service
from ..engines import postgres_vectors
from ..engines.base import WINDOW, Asked, Engine, EngineError, required
from ..engines.elasticsearch import ElasticsearchEngine
from ..engines.postgres import PostgresEngine
from ..interpretation import Interpretation
from ..models import Entry
from ..query import SearchQuery
from ..result import RawResult, SearchResult
from . import explaining_elasticsearch, explaining_postgres
from .occurrences import FIELDS, Unit, phrase_places, units
from .picks import picked_uids

ENGINES = {ElasticsearchEngine.name: "Elasticsearch", PostgresEngine.name: "PostgreSQL"}
GONE = {
    Gone.UNPUBLISHED: gettext_lazy("The page is not published."),
    Gone.EXPIRED: gettext_lazy("The page has expired."),
    Gone.PRIVATE: gettext_lazy("The page is not public: it is restricted, or outside the site."),
    Gone.DELETED: gettext_lazy("The page was deleted."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Points of a score: `field` is a key of FIELDS, `words` what was found there."""

    field: str
    words: str
    points: float
    share: int = 0  # per cent of the score

    @property
    def label(self) -> str:
        return str(FIELDS.get(self.field, self.field))


@dataclass(slots=True)
class Explanation:
    """`rank` counts from 1, None when the page is no hit; then `reasons` say why. `parts` add up
    to `score`, the greatest first. `units` are the words and labels of the search with the places
    where the page has them; the page needs `needed` of those that are `asked`."""

    engine: str
    total: int
    rank: int | None = None
    score: float = 0.0
    parts: Sequence[Part] = ()
    units: Sequence[Unit] = ()
    needed: int = 0
    relaxed: bool = False
    picked: bool = False
    corrections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    @property
    def engine_name(self) -> str:
        return ENGINES[self.engine]


class _Listening:
    """An engine that answers with the whole ranking, and keeps what it was asked: the search as
    the site itself understood it."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.name = engine, engine.name
        self.meaning: Interpretation | None = None
        self.found = RawResult(0, [], {})

    def search(
        self, query: SearchQuery, meaning: Interpretation, beside: Asked | None = None
    ) -> RawResult:
        self.meaning, self.query = meaning, query
        whole = replace(query, page=1, page_size=WINDOW, bare=True)
        self.found = self.engine.search(whole, meaning)
        return replace(self.found, hits=[])


def engine_in_use() -> Engine:
    """The one that answers visitors now."""
    if settings.ELASTICSEARCH_URL and service.breaker.allows():
        return ElasticsearchEngine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX)
    return PostgresEngine()


def first_results(query: SearchQuery) -> SearchResult:
    """What a visitor sees first. Raises InvalidQuery and EngineError like the search."""
    return service.search(replace(query, page=1))


def explain(query: SearchQuery, record: Record | None, engine: Engine | None = None) -> Explanation:
    """Why `record` is a hit of `query`, or is none; None for a page that never was public.
    Raises InvalidQuery and EngineError."""
    engine = engine or engine_in_use()
    query = replace(query, order="relevance")
    listening = _listen(engine, query)
    found, meaning = listening.found, listening.meaning
    done = Explanation(
        engine.name, found.total, relaxed=found.relaxed, corrections=found.corrections
    )
    if meaning is not None:
        corrected = {word: tuple(stems) for word, stems in found.corrections.items()}
        meaning = replace(meaning, corrections=corrected)
    if record is None or record.gone_at:
        reason = GONE.get(record.gone_reason) if record else None  # type: ignore[call-overload]
        done.reasons = [str(reason or _("The page was never public."))]
        return done
    if meaning is None:
        done.reasons = [_("There is no word in the search.")]
        return done
    done.picked = record.uid in picked_uids(query)
    done.units = units(record, meaning)
    asked = sum(unit.asked for unit in done.units)
    done.needed = min(1, asked) if found.relaxed else required(asked)
    place = next((n for n, hit in enumerate(found.hits) if hit.uid == record.uid), None)
    if place is None:
        done.reasons = list(_reasons(query, record, done, meaning, engine))
        return done
    done.rank = place + 1
    if meaning.asks:
        done.score = found.hits[place].score
        points = dict(_points(engine)(listening.query, meaning, record, found.relaxed))
        if gained := _meant(engine, listening.query, meaning, record, place):
            # The rest is then what the words gave: what they give together is multiplied.
            points["meaning", ""] = done.score * (1 - 1 / gained)
        done.parts = _parts(points, done)
    return done


def _meant(
    engine: Engine, query: SearchQuery, meaning: Interpretation, record: Record, place: int
) -> float:
    """By what the meaning of a record among the first multiplied its score, 0 for nothing."""
    vector = semantic.of_query(query, meaning)
    if vector is None or place >= semantic.CANDIDATES:
        return 0.0
    if engine.name == PostgresEngine.name and not postgres_vectors.there():
        return 0.0
    own = postgres_vectors.vectors([record]).get(str(record.uid))
    return semantic.gain(semantic.cosine(vector, own)) if own else 0.0


def _listen(engine: Engine, query: SearchQuery) -> _Listening:
    listening = _Listening(engine)
    service.search(replace(query, page=1), engine=listening)
    return listening


def _points(engine: Engine) -> Callable[..., Mapping[tuple[str, str], float]]:
    if engine.name == ElasticsearchEngine.name:
        return explaining_elasticsearch.points
    return explaining_postgres.points


def _parts(points: Mapping[tuple[str, str], float], done: Explanation) -> list[Part]:
    """The score by field. What an engine does not lay open is what its title gains, where it has
    words of the search, else "other"."""
    found = dict(points)
    rest = done.score - sum(found.values())
    if abs(rest) > max(0.01, done.score / 200):
        named = [unit.text for unit in done.units if "title" in unit.places]
        key = ("titled", ", ".join(named)) if named and rest > 0 else ("", "")
        found[key] = found.get(key, 0.0) + rest
    parts = [
        Part(name, words, value, round(100 * value / done.score) if done.score else 0)
        for (name, words), value in found.items()
        if abs(value) >= 0.005
    ]
    return sorted(parts, key=lambda part: (-part.points, part.field, part.words))


def _reasons(
    query: SearchQuery,
    record: Record,
    done: Explanation,
    meaning: Interpretation,
    engine: Engine,
) -> list[str]:
    """Why a public page is not among the hits, the first cause that explains it."""
    if record.locale != query.locale:
        names = dict(settings.LANGUAGES)
        return [
            _("The page is in another language (%(own)s) than the search (%(asked)s).")
            % {
                "own": names.get(record.locale, record.locale),
                "asked": names.get(query.locale, query.locale),
            }
        ]
    if query.filtered and _found_without_filters(query, record.uid, engine):
        return [_("The filters leave it out: the same search without them finds it.")]
    if done.total > WINDOW:
        return [_("It stands after the first %(most)d results, if at all.") % {"most": WINDOW}]
    left_out = [phrase.text for phrase in meaning.excluded if _has(record, phrase.text)]
    if left_out:
        return [
            _("The page has “%(words)s”, which the search leaves out.")
            % {"words": ", ".join(left_out)}
        ]
    quoted = [phrase.text for phrase in meaning.phrases if not _has(record, phrase.text)]
    if quoted:
        return [
            _("The page does not have these words side by side: “%(words)s”.")
            % {"words": ", ".join(quoted)}
        ]
    return _words_missing(record, done)


def _words_missing(record: Record, done: Explanation) -> list[str]:
    asked = [unit for unit in done.units if unit.asked]
    missing = [unit.text for unit in asked if not unit.places]
    if asked and len(missing) == len(asked):
        return [_("The page has no word of the search in common with it.")]
    if len(asked) - len(missing) < done.needed:
        return [
            _(
                "The page has %(has)d of the %(asked)d words; a result needs %(needed)d."
                " Missing: %(words)s."
            )
            % {
                "has": len(asked) - len(missing),
                "asked": len(asked),
                "needed": done.needed,
                "words": ", ".join(missing),
            }
        ]
    entry = Entry.objects.filter(uid=record.uid).values_list("version", flat=True).first()
    if entry is None or entry < record.version:
        return [_("The index does not know the page in its present state yet: try in a minute.")]
    return [
        _(
            "The engine does not find the words that the page seems to have: another form of"
            " them, or an index that is behind."
        )
    ]


def _found_without_filters(query: SearchQuery, uid: UUID, engine: Engine) -> bool:
    try:
        listening = _listen(engine, SearchQuery(q=query.q, locale=query.locale))
    except EngineError:
        return False
    return any(hit.uid == uid for hit in listening.found.hits)


def _has(record: Record, text: str) -> bool:
    return bool(phrase_places(record, text.split()))
