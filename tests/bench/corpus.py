"""Projection, indexing and search at the size of a real corpus: `python -m tests.bench.corpus`.

Loads the public guides beside the project where they are, else synthetic ones of the same
shape. Floors of the same run: Elasticsearch's own rate for the same documents in bulk, and the
bare request to the engine for the same query.
"""

import argparse
import gzip
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from tests.bench.api import PORT, ROOT, own_database, rss_of_group, web_server

SHARED = ROOT.parent / "shared" / "data" / "ir" / "servicepublic"
PREFIX = f"relais-bench-{os.getpid()}"
# name: (the bound, whether more is better)
WANTED = {
    "projection, records/s": (300, True),
    "bulk indexing, of the engine's own rate": (0.5, True),
    "search JSON over the bare request, ms (median)": (5, False),
    "PostgreSQL search, ms (p95)": (150, False),
    "web process, MB": (300, False),
    "worker, MB": (300, False),
}


def synthetic(folder: Path, count: int = 3_657) -> Path:
    """A corpus of the same shape from the words of the tests."""
    from tests.synthetic import WORDS

    dice = random.Random(1)
    with gzip.open(folder / "docs.jsonl.gz", "wt", encoding="utf-8") as lines:
        for number in range(count):
            text = "\n\n".join(" ".join(dice.choices(WORDS, k=40)) + "." for _ in range(14))
            title = f"{' '.join(dice.choices(WORDS, k=5)).capitalize()} {number}"
            found = {"id": f"s{number}", "title": title, "description": "", "text": text,
                     "themes": dice.sample(WORDS, 2), "audiences": []}  # fmt: skip
            lines.write(json.dumps(found, ensure_ascii=False) + "\n")
    rows = [f"q{n}\tquestion\t0\t{' '.join(dice.choices(WORDS, k=3))}" for n in range(300)]
    header = "qid\tkind\ttitle_leak\ttext\n"
    (folder / "queries.tsv").write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def texts(folder: Path, count: int) -> list[str]:
    """Queries, the same for a folder."""
    lines = (folder / "queries.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return random.Random(7).sample([line.split("\t")[3] for line in lines], count)


def projection_rate() -> float:
    from cms.catalogue import projection
    from cms.catalogue.models import Record

    pages = list(Record.objects.values_list("page_id", flat=True))
    Record.objects.all().delete()
    started = time.perf_counter()
    for start in range(0, len(pages), projection.BATCH):
        projection.project(pages[start : start + projection.BATCH])
    return len(pages) / (time.perf_counter() - started)


def indexing_ratio() -> float:
    """Our bulk indexing, from the feed, as a share of the engine's rate for ready documents."""
    from elasticsearch.helpers import streaming_bulk

    from cms.catalogue.models import Record
    from search import sync
    from search.documents import document
    from search.engines import elasticsearch_index

    ready = [
        {"_op_type": "index", "_id": str(record.uid), "_source": document(record)}
        for record in Record.objects.filter(gone_at__isnull=True, locale="fr").defer("json")
    ]
    ratios = []
    for _round in range(3):
        bare = elasticsearch_index.create("fr")
        started = time.perf_counter()
        for _done in streaming_bulk(elasticsearch_index.writer(), ready, index=bare.name):
            pass
        floor = len(ready) / (time.perf_counter() - started)
        started = time.perf_counter()
        read = sync.rebuild_elasticsearch("fr", sync.Progress())
        ratios.append(read / (time.perf_counter() - started) / floor)
    return statistics.median(ratios)


def postgres_p95(queries: list[str]) -> float:
    from search.engines.postgres import PostgresEngine
    from search.query import SearchQuery
    from search.service import search

    engine = PostgresEngine()
    taken = []
    for text in queries:
        started = time.perf_counter()
        search(SearchQuery(q=text, locale="fr"), engine=engine)
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.quantiles(taken, n=20)[-1]


def over_the_bare_request(queries: list[str]) -> tuple[float, float]:
    """(milliseconds that our answer takes over the bare request, the bare request's own):
    medians of pairs, one client with a kept connection on each side."""
    from django.conf import settings

    from knowledge.thesaurus.labels import state
    from search.engines.elasticsearch import alias
    from search.engines.elasticsearch_query import request
    from search.interpretation import interpret
    from search.query import SearchQuery
    from search.service import vocabulary

    engine = http.client.HTTPConnection(settings.ELASTICSEARCH_URL.removeprefix("http://"))
    ours = http.client.HTTPConnection("127.0.0.1", PORT)
    path = f"/{alias(settings.ELASTICSEARCH_PREFIX, 'fr')}/_search"
    over, bare = [], []
    for text in queries:
        query = SearchQuery(q=text, locale="fr")
        body = json.dumps(request(query, interpret(text, "fr", vocabulary("fr", state()))))
        _ask(engine, "POST", path, body)  # the engine's caches are warm for both
        floor = _ask(engine, "POST", path, body)
        answer = _ask(ours, "GET", f"/api/v1/search?q={quote(text)}")
        over.append(answer - floor)
        bare.append(floor)
    return statistics.median(over), statistics.median(bare)


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: str = "") -> float:
    started = time.perf_counter()
    connection.request(
        method, path, body or None,
        {"Content-Type": "application/json"},
    )  # fmt: skip
    response = connection.getresponse()
    response.read()
    assert response.status == 200, (path, response.status)
    return (time.perf_counter() - started) * 1000


def worker_rss() -> float:
    """Resident memory of a worker that has indexed the corpus, in MB."""
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT)
    try:
        time.sleep(15)
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    finally:
        process.terminate()
        process.wait(30)


def run(folder: Path) -> dict[str, float]:
    from django.core.management import call_command

    from search import sync
    from search.engines import elasticsearch_index

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_corpus", str(folder))
    queries = texts(folder, 200)
    report = {"projection, records/s": projection_rate()}
    sync.rebuild_postgres(sync.Progress())
    report["PostgreSQL search, ms (p95)"] = postgres_p95(queries)
    try:
        report["bulk indexing, of the engine's own rate"] = indexing_ratio()
        with web_server() as process:
            over, bare = over_the_bare_request(queries)
            report["search JSON over the bare request, ms (median)"] = over
            report["the bare request, ms (median)"] = bare
            report["web process, MB"] = rss_of_group(process)
        report["worker, MB"] = worker_rss()
    finally:
        elasticsearch_index.delete_all(PREFIX)
    return report


def table(report: dict[str, float], wanted: dict[str, tuple[float, bool]]) -> Iterator[str]:
    for name, value in report.items():
        bound, more = wanted.get(name, (None, True))
        if bound is None:
            yield f"{name:52}{value:>10.2f}"
            continue
        good = value >= bound if more else value <= bound
        sign, mark = "≥" if more else "≤", "" if good else "  missed"
        yield f"{name:52}{value:>10.2f}{sign:>4} {bound}{mark}"


def reached(report: dict[str, float], wanted: dict[str, tuple[float, bool]]) -> bool:
    return all(
        report[name] >= bound if more else report[name] <= bound
        for name, (bound, more) in wanted.items()
    )


def finish(
    report: dict[str, float], wanted: dict[str, tuple[float, bool]], as_json: bool
) -> NoReturn:
    """Print the report, for people or for programs; the exit says whether all is reached."""
    print(json.dumps(report, indent=2) if as_json else "\n".join(table(report, wanted)))
    sys.exit(0 if reached(report, wanted) else 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args()
    from deploy.local import elasticsearch

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ["ELASTICSEARCH_URL"] = elasticsearch.ensure_running(ROOT)
    os.environ["ELASTICSEARCH_PREFIX"] = PREFIX
    with own_database() as address, tempfile.TemporaryDirectory() as made:
        os.environ["DATABASE_URL"] = address
        import django
        from django.db import connections

        django.setup()
        try:
            report = run(SHARED if SHARED.is_dir() else synthetic(Path(made)))
        finally:
            connections.close_all()
    finish(report, WANTED, options.json)


if __name__ == "__main__":
    main()
