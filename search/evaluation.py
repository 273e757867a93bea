"""How good the search is, on a folder of documents, questions and judgements.

The folder holds `docs.jsonl` (or `.gz`; id, title, text, perhaps description, date, themes),
`queries.tsv` (qid, kind, title_leak, text) and `qrels.tsv` (qid, docid, grade). Everything
happens in a throw-away database and a throw-away index.
"""

import csv
import datetime as dt
import gzip
import json
import math
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import override_settings
from psycopg import sql

from cms.catalogue.projection import row, store
from cms.core.records import RecordDraft, Term, TextPart, record_uid

from . import compounds, semantic, sync
from .engines import elasticsearch_index as elastic
from .engines.base import Engine
from .engines.elasticsearch import ElasticsearchEngine
from .engines.postgres import PostgresEngine
from .interpretation import NOTHING, interpret
from .query import SearchQuery, clean_text

LOCALE = "fr"
TYPE = "guide"
DEPTH = 10
PATIENCE = 10.0  # seconds: a busy machine is slow and not worse
# One plain BM25 field on `ir/servicepublic`: (nDCG@10, MRR@10, Recall@10).
FLOORS = {
    "questions": (0.734, 0.687, 0.880),
    "questions_noleak": (0.750, 0.709, 0.878),
    "anchors": (0.708, 0.651, 0.895),
}
_NAMESPACE = uuid.UUID("3f5b9f0e-52a1-5d0a-9a59-1f0a4c1f3f10")

Progress = Callable[[str, int, int], object]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the queries of a set."""

    ndcg10: float
    mrr10: float
    recall10: float
    n: int
    median_ms: float = 0.0  # of one search in the engine, with what its interpretation asks
    p95_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its judgements: docid -> grade."""

    text: str
    kind: str
    title_leak: bool
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Queries asked of documents indexed with or without their titles."""

    name: str
    titles: bool
    queries: Sequence[Asked]


def evaluate(
    folder: Path, progress: Progress, weights: Sequence[float] = ()
) -> dict[str, dict[str, Figures]]:
    """Figures by engine and set. Elasticsearch is measured where it is configured; each engine
    by its words alone, then with each weight of the semantic complement under a name such as
    "elasticsearch +0.3". `progress` gets a word, the work done and the whole. Raises
    FileNotFoundError, KeyError or ValueError for a folder of another shape."""
    weights = [weight for weight in weights if weight > 0]
    with override_settings(
        SEARCH_SEMANTIC=max(weights, default=0.0), ELASTICSEARCH_TIMEOUT=PATIENCE
    ):
        if semantic.on():
            semantic.load()
        return _evaluate(folder, progress, [0.0, *weights])


def _evaluate(
    folder: Path, progress: Progress, weights: Sequence[float]
) -> dict[str, dict[str, Figures]]:
    documents = list(_documents(folder))
    sets = query_sets(_queries(folder))
    found: dict[str, dict[str, Figures]] = {}
    with _throw_away():
        for titles in (True, False):
            asked = [one for one in sets if one.titles is titles]
            if not asked:
                continue
            _fill(documents, titles, progress)
            for engine, weight, one in product(_engines(), weights, asked):
                name = f"{engine.name} +{weight:g}" if weight else engine.name
                with override_settings(SEARCH_SEMANTIC=weight):
                    found.setdefault(name, {})[one.name] = _measure(engine, one, name, progress)
    return found


def query_sets(queries: Sequence[Asked]) -> list[QuerySet]:
    """The sets of queries that have judgements: questions without titles, those whose text is
    not the title with titles, and every other kind with titles, under its own name (a plural
    for anchors)."""
    judged = [query for query in queries if query.grades]
    questions = [query for query in judged if query.kind == "question"]
    sets = [
        QuerySet("questions", False, questions),
        QuerySet("questions_noleak", True, [q for q in questions if not q.title_leak]),
    ]
    for kind in dict.fromkeys(query.kind for query in judged if query.kind != "question"):
        name = {"anchor": "anchors"}.get(kind, kind)
        sets.append(QuerySet(name, True, [query for query in judged if query.kind == kind]))
    return [one for one in sets if one.queries]


def figures(answers: Sequence[tuple[Sequence[str], Mapping[str, int]]]) -> Figures:
    """Means over (docids as answered, grades): nDCG with gains 2^grade - 1, reciprocal rank of
    the first judged good, share of all the good ones; each over the first ten."""
    ndcg = mrr = recall = 0.0
    for docids, grades in answers:
        first = docids[:DEPTH]
        good = sum(1 for grade in grades.values() if grade > 0)
        ideal = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
        ndcg += _gain([grades.get(docid, 0) for docid in first]) / ideal if ideal else 0
        ranks = [place for place, docid in enumerate(first, 1) if grades.get(docid, 0) > 0]
        mrr += 1 / ranks[0] if ranks else 0
        recall += len(ranks) / good if good else 0
    n = len(answers) or 1
    return Figures(round(ndcg / n, 4), round(mrr / n, 4), round(recall / n, 4), len(answers))


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def _measure(engine: Engine, one: QuerySet, name: str, progress: Progress) -> Figures:
    answers = []
    took = []
    semantic.forget_queries()
    known: dict[str, str] = {}
    for number, asked in enumerate(one.queries, 1):
        query = SearchQuery(q=clean_text(asked.text), locale=LOCALE, page_size=DEPTH)
        started = time.perf_counter()
        meaning = compounds.read(interpret(query.q, LOCALE), NOTHING)
        result = engine.search(query, meaning)
        took.append(1000 * (time.perf_counter() - started))
        for docid in asked.grades:
            known[str(_uid(docid))] = docid
        answers.append(
            ([known.get(str(hit.uid), str(hit.uid)) for hit in result.hits], asked.grades)
        )
        progress(f"{name}, {one.name}", number, len(one.queries))
    took.sort()
    return replace(
        figures(answers),
        median_ms=round(took[len(took) // 2], 1),
        p95_ms=round(took[int(0.95 * (len(took) - 1))], 1),
    )


def _engines() -> Iterator[Engine]:
    yield PostgresEngine()
    if settings.ELASTICSEARCH_URL:
        yield ElasticsearchEngine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX)


def _fill(documents: Sequence[Mapping[str, Any]], titles: bool, progress: Progress) -> None:
    """Make the records and bring every index up to date."""
    for start in range(0, len(documents), 200):
        batch = documents[start : start + 200]
        store(
            [
                row(
                    _draft(number, found, titles),
                    kind=TYPE,
                    locale=LOCALE,
                    translation_key=_translation_key(found["id"]),
                )
                for number, found in enumerate(batch, start + 1)
            ]
        )
        sync.follow_postgres()
        progress("records", min(start + 200, len(documents)), len(documents))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sync.follow_vectors()
    if settings.ELASTICSEARCH_URL:
        sync.follow_elasticsearch(LOCALE)
        if index := elastic.behind_alias(LOCALE):
            index.refresh()


def _draft(number: int, found: Mapping[str, Any], titles: bool) -> RecordDraft:
    subject = str(found.get("subject") or "")
    date = str(found.get("date") or "")[:10]
    return RecordDraft(
        page_id=number,
        title=str(found.get("title") or "") if titles else "",
        url=f"/{found['id']}/",
        summary=str(found.get("description") or ""),
        text=[TextPart("body", str(found.get("text") or ""))],
        terms=[Term("subject", uuid.uuid5(_NAMESPACE, subject).hex, {LOCALE: ""})]
        if subject
        else [],
        published_at=dt.datetime.fromisoformat(date).replace(tzinfo=dt.UTC) if date else None,
    )


def _translation_key(docid: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, docid)


def _uid(docid: str) -> uuid.UUID:
    return record_uid(_translation_key(docid), LOCALE)


def _documents(folder: Path) -> Iterator[dict[str, Any]]:
    packed = folder / "docs.jsonl.gz"
    path = packed if packed.exists() else folder / "docs.jsonl"
    opener = gzip.open if packed.exists() else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _queries(folder: Path) -> list[Asked]:
    grades: dict[str, dict[str, int]] = {}
    for found in _rows(folder / "qrels.tsv"):
        grades.setdefault(found["qid"], {})[found["docid"]] = int(found["grade"])
    return [
        Asked(
            text=found["text"],
            kind=found.get("kind") or "query",
            title_leak=found.get("title_leak") == "1",
            grades=grades.get(found["qid"], {}),
        )
        for found in _rows(folder / "queries.tsv")
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


@contextmanager
def _throw_away() -> Iterator[None]:
    """A migrated database and an index prefix of our own, gone afterwards."""
    name = f"relais_evaluation_{secrets.token_hex(4)}"
    own = connection.settings_dict["NAME"]
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        _point_to(name)
        with override_settings(ELASTICSEARCH_PREFIX=name.replace("_", "-")):
            try:
                call_command("migrate", verbosity=0, interactive=False)
                yield
            finally:
                if settings.ELASTICSEARCH_URL:
                    elastic.delete_all(settings.ELASTICSEARCH_PREFIX)
    finally:
        _point_to(own)
        with _server() as server:
            server.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _point_to(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _server() -> psycopg.Connection[Any]:
    found = connection.settings_dict
    return psycopg.connect(
        dbname="postgres",
        user=found["USER"],
        password=found["PASSWORD"],
        host=found["HOST"],
        port=found["PORT"] or None,
        autocommit=True,
    )


def table(found: Mapping[str, Mapping[str, Figures]]) -> str:
    """The figures as lines, each beside its floor."""
    lines = [
        f"{'engine':<20} {'set':<18} {'n':>5}  nDCG@10       MRR@10        Recall@10"
        "     ms: median    p95"
    ]
    for engine, sets in found.items():
        for name, one in sets.items():
            floors = FLOORS.get(name)
            cells = [
                f"{value:.3f} ({floors[place]:.3f})" if floors else f"{value:.3f}        "
                for place, value in enumerate((one.ndcg10, one.mrr10, one.recall10))
            ]
            times = f"{one.median_ms:>10.0f}{one.p95_ms:>7.0f}"
            lines.append(f"{engine:<20} {name:<18} {one.n:>5}  {'  '.join(cells)}  {times}")
    return "\n".join([*lines, "In brackets: one plain BM25 field on the same set."])
