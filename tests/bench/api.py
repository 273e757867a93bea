"""How fast the API answers, beside an empty view: `python -m tests.bench.api [--json]`.

Floor and measurements share one server, one process, the same busy connections and middleware;
rounds alternate, and what counts is the median of the ratios of each round, so that a noisy
machine slows both sides.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parent.parent.parent
PORT = 28_471
CONNECTIONS = 4  # as many as the server has threads
SIZES = (200, 3_657)
# name: the least ratio of the floor's requests per second
WANTED = {"item": 0.6, "list": 0.4, "item 304": 0.6, "list 304": 0.6}
RSS_WANTED = 300  # MB


@contextmanager
def own_database() -> Iterator[str]:
    """The address of a new, empty, migrated database; dropped at the end."""
    from deploy.local.postgres import ensure_running

    server = os.environ.get("DATABASE_URL") or ensure_running(ROOT)
    name = f"relais_bench_{os.getpid()}"
    admin = make_conninfo(server, dbname="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = make_conninfo(server, dbname=name)
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            for extension in ("unaccent", "pg_trgm"):
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        yield address
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def web_server(workers: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """Worker processes of gunicorn, as production runs them."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "cms.wsgi", "--config", "deploy/gunicorn.conf.py",
         "--bind", f"127.0.0.1:{PORT}", "--workers", str(workers), "--max-requests", "0",
         "--keep-alive", "60", "--log-level", "error"],
        cwd=ROOT,
    )  # fmt: skip
    try:
        for _attempt in range(300):
            try:
                urlopen(f"http://127.0.0.1:{PORT}/api/v1/empty").close()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def read(path: str) -> tuple[dict[str, Any], str]:
    with urlopen(f"http://127.0.0.1:{PORT}{path}") as response:
        return json.load(response), response.headers["ETag"]


def targets() -> dict[str, dict[str, Any]]:
    """What is measured: each asks for several addresses in turn."""
    items, lists = [], []
    path = "/api/v1/records?limit=20"
    for _page in range(10):
        lists.append(path)
        found, _etag = read(path)
        items += [f"/api/v1/records/{item['uid']}" for item in found["items"]]
        if not found["next"]:
            break
        path = found["next"].replace(found["next"].split("/api/")[0], "")
    return {
        "floor": {"paths": ["/api/v1/empty"]},
        "item": {"paths": items},
        "list": {"paths": lists},
        "item 304": {"paths": items[:1], "headers": {"If-None-Match": read(items[0])[1]}},
        "list 304": {"paths": lists[:1], "headers": {"If-None-Match": read(lists[0])[1]}},
    }


def measure(
    rounds: int, seconds: float, wanted: dict[str, dict[str, Any]]
) -> dict[str, dict[str, float]]:
    """Requests per second and ratio to the floor of the same round: medians. `wanted` as made
    by `targets`, a "floor" among them."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.client", str(PORT), str(CONNECTIONS)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as client:  # fmt: skip
        assert client.stdin is not None
        assert client.stdout is not None
        rates: dict[str, list[float]] = {name: [] for name in wanted}
        sizes: dict[str, int] = {}
        for turn in range(rounds + 1):
            for name in wanted if turn % 2 else reversed(wanted):
                client.stdin.write(json.dumps({**wanted[name], "seconds": seconds}) + "\n")
                client.stdin.flush()
                found = json.loads(client.stdout.readline())
                assert found["status"] == (304 if "304" in name else 200), (name, found)
                if turn:  # the first round warms up
                    rates[name].append(found["requests"] / found["seconds"])
                    sizes[name] = found["bytes"] // max(found["requests"], 1)
        client.stdin.close()
    return {
        name: {
            "requests_per_second": round(statistics.median(rates[name])),
            "ratio": round(
                statistics.median(
                    rate / floor for rate, floor in zip(rates[name], rates["floor"], strict=True)
                ),
                3,
            ),
            "bytes": sizes[name],
        }
        for name in wanted
    }


def rss_of_group(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of the web worker (the child of gunicorn's arbiter), in MB."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children]
    return round(max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def run(rounds: int, seconds: float) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection

    from tests import synthetic

    call_command("migrate", verbosity=0, interactive=False)
    report: dict[str, Any] = {}
    stored = 0
    for size in SIZES:
        synthetic.store(size - stored, first=stored)
        stored = size
        with connection.cursor() as cursor:  # as autovacuum does within a minute
            cursor.execute("VACUUM ANALYZE cms_catalogue_record")
        with web_server() as process:
            report[str(size)] = {
                "targets": measure(rounds, seconds, targets()), "rss_mb": rss_of_group(process),
            }  # fmt: skip
    return report


def table(report: dict[str, Any]) -> Iterator[str]:
    yield f"{'records':>8}  {'':10}{'req/s':>8}{'ratio':>8}{'wanted':>8}{'bytes':>9}"
    for size, part in report.items():
        for name, found in part["targets"].items():
            wanted = WANTED.get(name)
            mark = "" if wanted is None or found["ratio"] >= wanted else "  below"
            yield (
                f"{size:>8}  {name:10}{found['requests_per_second']:>8}{found['ratio']:>8}"
                f"{wanted or '':>8}{found['bytes']:>9}{mark}"
            )
        yield f"{size:>8}  web process: {part['rss_mb']} MB (under {RSS_WANTED})"


def reached(report: dict[str, Any]) -> bool:
    return all(
        part["rss_mb"] < RSS_WANTED
        and all(part["targets"][name]["ratio"] >= least for name, least in WANTED.items())
        for part in report.values()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    with own_database() as address:
        os.environ["DATABASE_URL"] = address
        import django
        from django.db import connections

        django.setup()
        try:
            report = run(options.rounds, options.seconds)
        finally:
            connections.close_all()
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(table(report)))
    sys.exit(0 if reached(report) else 1)


if __name__ == "__main__":
    main()
