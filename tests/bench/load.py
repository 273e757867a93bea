"""Search on Elasticsearch under load, among 10,000 and 100,000 records of every type, and what
partners take of the most: `python -m tests.bench.load [SIZE ...]`.

Eight clients ask without a pause, on a machine that they share with the web server, the engine and
the database: searches that nobody asked for before, then the same 200 again and again. What an
answer takes alone, and how it grows with the records, is said beside it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from tests.bench import partners
from tests.bench.api import PORT, ROOT, own_database, web_server
from tests.bench.corpus import PREFIX, finish
from tests.bench.mixed import every_query, load, queries

SIZES = (10_000, 100_000)
CLIENTS = 8
PROCESSES = 2
PAGES, ANSWERS, SUGGESTIONS = "results in HTML", "results in JSON", "suggestions"
BOUNDS = {PAGES: 120, ANSWERS: 80, SUGGESTIONS: 40}
WANTED: dict[str, tuple[float, bool]] = {
    **{f"{name}, ms (p95)": (bound, False) for name, bound in BOUNDS.items()},
    **{f"{name}, never asked before, ms (p95)": (bound, False) for name, bound in BOUNDS.items()},
    **{f"{name}, growth of the median": (2, False) for name in BOUNDS},
    **partners.WANTED,
}


def targets(words: Sequence[str]) -> dict[str, list[str]]:
    starts = dict.fromkeys(text[:typed] for text in words for typed in range(3, 15))
    return {
        PAGES: [f"/recherche/?q={quote(text)}" for text in words],
        ANSWERS: [f"/api/v1/search?q={quote(text)}" for text in words],
        SUGGESTIONS: [f"/api/v1/suggest?q={quote(text)}" for text in starts],
    }


class Clients:
    """Some clients of the web server, in a process of their own."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> "Clients":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.client", str(PORT), str(self._number)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def ask(self, paths: Sequence[str], seconds: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"paths": paths, "seconds": seconds}) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert found["status"] == 200, found
        return found


def measure(seconds: float) -> dict[str, float]:
    """Milliseconds, by what they are of."""
    report: dict[str, float] = {}
    every = every_query()
    half = len(every) // 2
    fresh = {**targets(every[:half]), ANSWERS: targets(every[half:])[ANSWERS]}
    for name, paths in targets(queries()).items():
        with Clients(CLIENTS) as crowd:
            crowd.ask(paths, 1)  # what a process does once
            found = crowd.ask(fresh[name], seconds)
            report[f"{name}, never asked before, ms (p95)"] = found["p95"]
            report[f"{name}, never asked before, asked"] = found["requests"]
            crowd.ask([*paths, *paths, *paths], seconds)
            report[f"{name}, ms (p95)"] = crowd.ask(paths, seconds)["p95"]
    for name, paths in targets(every[::-1]).items():
        with Clients(1) as one:
            report[f"{name}, alone, ms (median)"] = one.ask(paths, seconds)["median"]
    return report


def run(sizes: list[int], seconds: float) -> dict[str, float]:
    from django.core.management import call_command

    from search import sync
    from search.engines import elasticsearch_index

    call_command("migrate", verbosity=0, interactive=False)
    report: dict[str, float] = {}
    medians: dict[str, float] = {}
    try:
        for size in sizes:
            load(size)
            started = time.perf_counter()
            read = sync.rebuild_elasticsearch("fr", sync.Progress())
            report["rebuild, records/s"] = read / (time.perf_counter() - started)
            with web_server(PROCESSES):
                found = measure(seconds)
            report |= found
            for name in BOUNDS:
                alone = found[f"{name}, alone, ms (median)"]
                if name in medians:
                    report[f"{name}, growth of the median"] = alone / medians[name]
                medians.setdefault(name, alone)
        report |= partners.measured(2 * seconds)
    finally:
        elasticsearch_index.delete_all(PREFIX)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of records")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    options = parser.parse_args()
    from deploy.local import elasticsearch

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    os.environ["ELASTICSEARCH_URL"] = elasticsearch.ensure_running(ROOT)
    os.environ["ELASTICSEARCH_PREFIX"] = PREFIX
    with own_database() as address:
        os.environ["DATABASE_URL"] = address
        import django
        from django.db import connections

        django.setup()
        try:
            report = run(options.sizes or list(SIZES), options.seconds)
        finally:
            connections.close_all()
    wanted = {name: bound for name, bound in WANTED.items() if name in report}
    finish(report, wanted, options.json)


if __name__ == "__main__":
    main()
