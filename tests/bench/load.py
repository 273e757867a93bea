"""Search on Elasticsearch under load, among 10,000 and 100,000 records of every type:
`python -m tests.bench.load [SIZE ...]`.

Eight clients ask all the time, on a machine that they share with the web server, the engine and
the database. What an answer takes alone, and how it grows with the records, is said beside it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any
from urllib.parse import quote

from tests.bench.api import PORT, ROOT, own_database, web_server
from tests.bench.corpus import PREFIX, reached, table
from tests.bench.mixed import load, queries

SIZES = (10_000, 100_000)
CLIENTS = 8
PROCESSES = 2
WANTED = {
    "results in HTML, ms (p95)": (120, False),
    "results in JSON, ms (p95)": (80, False),
    "suggestions, ms (p95)": (40, False),
    "results in HTML, growth of the median": (2, False),
    "results in JSON, growth of the median": (2, False),
    "suggestions, growth of the median": (2, False),
}


def targets() -> dict[str, list[str]]:
    words = queries()
    starts = [text[: 3 + place % 5] for place, text in enumerate(words)]
    return {
        "results in HTML": [f"/recherche/?q={quote(text)}" for text in words],
        "results in JSON": [f"/api/v1/search?q={quote(text)}" for text in words],
        "suggestions": [f"/api/v1/suggest?q={quote(text)}" for text in starts],
    }


def measure(clients: int, seconds: float) -> dict[str, dict[str, Any]]:
    """What some clients measure, after a round that warms up."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.client", str(PORT), str(clients)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as client:  # fmt: skip
        assert client.stdin is not None
        assert client.stdout is not None
        found: dict[str, dict[str, Any]] = {}
        for duration in (seconds / 2, seconds):
            for name, paths in targets().items():
                client.stdin.write(json.dumps({"paths": paths, "seconds": duration}) + "\n")
                client.stdin.flush()
                found[name] = json.loads(client.stdout.readline())
                assert found[name]["status"] == 200, (name, found[name])
        client.stdin.close()
    return found


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
                crowded, alone = measure(CLIENTS, seconds), measure(1, seconds)
            for name, found in crowded.items():
                report[f"{name}, ms (p95)"] = found["p95"]
                report[f"{name}, alone, ms (median)"] = alone[name]["median"]
                if name in medians:
                    grown = alone[name]["median"] / medians[name]
                    report[f"{name}, growth of the median"] = grown
                medians.setdefault(name, alone[name]["median"])
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
    print(json.dumps(report, indent=2) if options.json else "\n".join(table(report, wanted)))
    sys.exit(0 if reached(report, wanted) else 1)


if __name__ == "__main__":
    main()
