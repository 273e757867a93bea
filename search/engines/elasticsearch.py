"""Search on Elasticsearch: one request with hits, highlights and every facet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError

from cms.core.vocabularies import ORGANISATION

from .. import semantic
from ..extracts import Candidate, best
from ..interpretation import Interpretation
from ..query import BY_TYPE, OPEN, SearchQuery
from ..result import Count, FoundInFile, RawHit, RawResult, unmarked
from .base import WINDOW, Asked, EngineError
from .elasticsearch_query import corrections, remaining, request
from .locating import locate

# Stands for "some file" until the page is looked up.
_SOME_FILE = FoundInFile("", "", "", None)


@lru_cache(maxsize=4)
def client(url: str) -> Elasticsearch:
    """A client that gives up after settings.ELASTICSEARCH_TIMEOUT seconds and never retries:
    PostgreSQL is the second chance."""
    return Elasticsearch(
        _with_port(url),
        request_timeout=settings.ELASTICSEARCH_TIMEOUT,
        max_retries=0,
        retry_on_timeout=False,
        # A node that failed is tried again at once: the breaker decides when to ask.
        dead_node_backoff_factor=0,
        max_dead_node_backoff=0,
    )


def _with_port(url: str) -> str:
    """The address with the usual port where it names none: the client demands one."""
    parts = urlsplit(url)
    if parts.port is not None:
        return url
    port = 443 if parts.scheme == "https" else 9200
    return urlunsplit(parts._replace(netloc=f"{parts.netloc}:{port}"))


def alias(prefix: str, locale: str) -> str:
    """The name under which a language's index is searched."""
    return f"{prefix}-{locale}"


class ElasticsearchEngine:
    """Answers from the index behind the alias of the query's language."""

    name = "elasticsearch"

    def __init__(self, url: str, prefix: str) -> None:
        self._client = client(url)
        self._prefix = prefix

    def search(
        self, query: SearchQuery, meaning: Interpretation, beside: Asked | None = None
    ) -> RawResult:
        """One page of hits with marks, the total and the facet counts. A misspelled word, a
        query that nothing answers whole, what is counted `beside` cost a request more each.
        Raises EngineError."""
        answer = self._ask(query, meaning)
        corrected = corrections(meaning, answer.get("suggest", {}))
        corrected = {word: to for word, to in corrected.items() if word not in meaning.swapped}
        if corrected:
            meaning = replace(meaning, corrections=corrected)
            answer = self._ask(query, meaning)
        relaxed = not _total(answer) and meaning.asks and len(meaning.words) > 1
        if relaxed:
            answer = self._ask(query, meaning, relaxed=True)
        hits = _hits(answer)
        if query.page_size > WINDOW and len(hits) < _total(answer):
            hits += self._rest(query, meaning, relaxed, {hit.uid for hit in hits})
        swapped = {word: [one for one, _ in forms] for word, forms in meaning.swapped.items()}
        return RawResult(
            total=_total(answer),
            hits=hits,
            counts=_counts(answer),
            relaxed=relaxed and _total(answer) > 0,
            corrections={**meaning.corrections, **swapped},
            beside=self._counted(*beside) if beside else 0,
        )

    def _rest(
        self, query: SearchQuery, meaning: Interpretation, relaxed: bool, listed: set[UUID]
    ) -> list[RawHit]:
        """What the window leaves out of a list that is asked for whole, the newest changes first:
        one request for each WINDOW of results."""
        found: list[RawHit] = []
        last: Sequence[Any] = ()
        while True:
            answer = self._answer(query, remaining(query, meaning, relaxed=relaxed, after=last))
            rows = answer["hits"]["hits"]
            found += [RawHit(uid) for row in rows if (uid := UUID(row["_id"])) not in listed]
            if len(rows) < WINDOW:
                return found
            last = rows[-1]["sort"]

    def _counted(self, query: SearchQuery, meaning: Interpretation) -> int:
        """0 where words of it would be searched for in another spelling."""
        if meaning.empty or meaning.swapped:
            return 0
        answer = self._ask(query, meaning)
        return 0 if corrections(meaning, answer.get("suggest", {})) else _total(answer)

    def _ask(
        self, query: SearchQuery, meaning: Interpretation, *, relaxed: bool = False
    ) -> Mapping[str, Any]:
        vector = semantic.of_query(query, meaning)
        return self._answer(query, request(query, meaning, relaxed=relaxed, vector=vector))

    def _answer(self, query: SearchQuery, body: dict[str, Any]) -> Mapping[str, Any]:
        try:
            answer = self._client.search(index=alias(self._prefix, query.locale), body=body).body
        except (ApiError, TransportError) as error:
            raise EngineError(str(error)) from error
        if answer["_shards"]["failed"] or answer["timed_out"]:
            raise EngineError("The engine answered in part only.")
        return answer


def _total(answer: Mapping[str, Any]) -> int:
    return answer["hits"]["total"]["value"]


def _listed(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The hits in a row, also where they are grouped."""
    for found in answer["hits"]["hits"]:
        groups = found.get("inner_hits")
        yield from groups[BY_TYPE]["hits"]["hits"] if groups else (found,)


def _hits(answer: Mapping[str, Any]) -> list[RawHit]:
    hits = []
    for found in _listed(answer):
        marks = found.get("highlight", {})
        first = {name: texts[0] for name, texts in marks.items()}
        chosen = best(
            [
                Candidate(first.get("summary", "")),
                Candidate(first.get("body", "")),
                Candidate(first.get("files", ""), _SOME_FILE),
            ]
        )
        hits.append(
            RawHit(
                uid=UUID(found["_id"]),
                title=first.get("title", ""),
                extract=chosen.text,
                file=chosen.file,
                score=found.get("_score") or 0.0,
            )
        )
    return _with_pages(hits)


def _with_pages(hits: Sequence[RawHit]) -> list[RawHit]:
    """Hits from files with the file and the page, by one query; none without such hits."""
    wanted = {hit.uid: unmarked(hit.extract) for hit in hits if hit.file is _SOME_FILE}
    if not wanted:
        return list(hits)
    found = locate(wanted)
    return [replace(hit, file=found.get(hit.uid)) if hit.uid in wanted else hit for hit in hits]


def _counts(answer: Mapping[str, Any]) -> dict[str, list[Count]]:
    counts = {
        name: [Count(bucket["key"], bucket["doc_count"]) for bucket in found["values"]["buckets"]]
        for name, found in answer.get("aggregations", {}).items()
        if name != OPEN
    }
    counts.setdefault("concept", []).extend(counts.pop(ORGANISATION, ()))
    if found := answer.get("aggregations", {}).get(OPEN):
        counts[OPEN] = [Count("1", found["doc_count"])]
    return counts
