"""What partners take of a large catalogue: part of `python -m tests.bench.load`; by itself, of
the catalogue in DATABASE_URL as it is: `python -m tests.bench.partners`.

Mixes of filters, orders and facets at eight clients, none asked for twice; the whole catalogue by
API and OAI-PMH, from the first page to the last; feeds, calendar and map of 2,000 items. Floor of
the same run: an empty view of the same server (see `api.py`).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

from lxml import etree

from tests.bench.api import PORT, ROOT, web_server
from tests.bench.corpus import finish

CLIENTS = 8
PROCESSES = 2
MIXES = 9_000
ITEMS = 2_000
TIMES = 7
HAS = ["occurrences", "points", "downloads", "links", "image"]
FACETS = ["type", "territory,type", "year,corpus-mixte-themes"]
# name: (the bound, whether more is better)
WANTED: dict[str, tuple[float, bool]] = {
    "mixes of filters, ms (p95)": (100, False),
    "traversal by the API, records/s": (2_000, True),
    "traversal by the API, last pages of the first": (0.8, True),
    "traversal by OAI-PMH, records/s": (2_000, True),
    "traversal by OAI-PMH, last pages of the first": (0.8, True),
    "Atom of 2,000, ms": (300, False),
    "RSS of 2,000, ms": (300, False),
    "calendar, ms": (300, False),
    "GeoJSON of 2,000, ms": (300, False),
}
LISTS = {
    "Atom of 2,000, ms": f"/notices.atom?nombre={ITEMS}",
    "RSS of 2,000, ms": f"/notices.rss?nombre={ITEMS}",
    "calendar, ms": "/agenda.ics",
    "GeoJSON of 2,000, ms": f"/notices.geojson?carte=1&nombre={ITEMS}",
}


def mixes(facets: bool = False) -> list[str]:
    """Addresses of lists, no two alike."""
    from cms.catalogue.models import Record

    dice = random.Random(5 + facets)
    rows = list(
        Record.objects.filter(gone_at=None).order_by("uid").values_list("type", "terms")[:400]
    )

    def some(prefix: str) -> str:
        known = [term for _type, terms in rows for term in terms if term.startswith(prefix)]
        return dice.choice(known)

    def mix() -> str:
        asked: list[tuple[str, object]] = []
        if dice.random() < 0.5:
            asked.append(("type", dice.choice(rows)[0]))
        for _once in range(dice.choice((0, 0, 0, 1, 1, 2))):
            asked.append(("concept", some("corpus-mixte-themes:")))
        if dice.random() < 0.3:
            asked.append(("territory", some("territory:").partition(":")[2]))
        if dice.random() < 0.2:
            asked.append(("year", some("year:").partition(":")[2]))
        if dice.random() < 0.2:
            asked.append(("has", dice.choice(HAS)))
        if dice.random() < 0.2:
            west, south = dice.uniform(-4, 6), dice.uniform(42, 49)
            asked.append(("bbox", f"{west:.2f},{south:.2f},{west + 2:.2f},{south + 1.5:.2f}"))
        if dice.random() < 0.2:
            asked.append(
                ("updated_since", f"2026-{dice.randint(1, 11):02d}-{dice.randint(1, 26):02d}")
            )
        orders = ["modified_at", "published_at", "title"]
        asked.append(("order", dice.choice(["", "-"]) + dice.choice(orders)))
        if facets:
            asked.append(("facets", dice.choice(FACETS)))
        return f"/api/v1/records?{urlencode([*asked, ('limit', dice.choice((20, 20, 50)))])}"

    found = dict.fromkeys(mix() for _mix in range(MIXES * 2))
    return list(found)[:MIXES]


def at_once(paths: list[str], seconds: float, clients: int) -> dict[str, Any]:
    """What clients measure who ask for each address in turn."""
    task = json.dumps({"paths": paths, "seconds": seconds})
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench.client", str(PORT), str(clients)],
        cwd=ROOT, input=task + "\n", stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(run.stdout)
    assert found["status"] == 200, found
    return found


class Reader:
    """One client that keeps its connection."""

    def __init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", PORT)

    def read(self, path: str) -> bytes:
        self._connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:300])
        return body


def by_api(reader: Reader) -> Iterator[int]:
    """Records of each page of the catalogue."""
    path = "/api/v1/records?limit=100"
    while path:
        found = json.loads(reader.read(path))
        yield len(found["items"])
        path = f"/api/{found['next'].partition('/api/')[2]}" if found["next"] else ""


OAI = "{http://www.openarchives.org/OAI/2.0/}"


def by_oai(reader: Reader) -> Iterator[int]:
    path = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    while path:
        page = etree.fromstring(reader.read(path))
        yield sum(1 for _one in page.iter(f"{OAI}record"))
        token = page.findtext(f".//{OAI}resumptionToken")
        path = f"/oai?verb=ListRecords&resumptionToken={quote(token, safe='')}" if token else ""


def traversal(pages: Callable[[Reader], Iterator[int]]) -> tuple[float, float, int]:
    """(records a second, the rate of the last tenth as a share of the first tenth's, records)."""
    counts, taken = [], []
    steps = pages(Reader())
    started = last = time.perf_counter()
    for count in steps:
        now = time.perf_counter()
        counts.append(count)
        taken.append(now - last)
        last = now
    tenth = max(len(taken) // 10, 1)
    # The first page of all warms up, the last may be short.
    first, end = statistics.median(taken[1 : tenth + 1]), statistics.median(taken[-tenth - 1 : -1])
    return sum(counts) / (last - started), first / end, sum(counts)


def measured(seconds: float) -> dict[str, float]:
    """All of it, by what it is of; mixes are asked for during so many seconds."""
    report: dict[str, float] = {}
    with web_server(PROCESSES):
        at_once(["/api/v1/empty", "/api/v1/records"], 1, CLIENTS)
        floor = at_once(["/api/v1/empty"], 2, CLIENTS)
        report["an empty view at eight clients, ms (p95)"] = floor["p95"]
        for name, paths in (("", mixes()), (" with facets", mixes(facets=True))):
            found = at_once(paths, seconds, CLIENTS)
            assert found["requests"] <= len(paths), "some mixes were asked for twice"
            report[f"mixes of filters{name}, ms (median)"] = found["median"]
            report[f"mixes of filters{name}, ms (p95)"] = found["p95"]
            report[f"mixes of filters{name}, asked for"] = found["requests"]
        for name, pages in (("by the API", by_api), ("by OAI-PMH", by_oai)):
            rate, constant, count = traversal(pages)
            report[f"traversal {name}, records"] = count
            report[f"traversal {name}, records/s"] = rate
            report[f"traversal {name}, last pages of the first"] = constant
        reader = Reader()
        for name, path in LISTS.items():
            taken = []
            for _time in range(TIMES):
                started = time.perf_counter()
                reader.read(path)
                taken.append((time.perf_counter() - started) * 1000)
            report[name] = statistics.median(taken)
            report[f"{name.removesuffix(', ms')}, the first time, ms"] = taken[0]
    return report


def main() -> None:
    import django
    from django.db import connections

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--seconds", type=float, default=20.0, help="of mixes")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    try:
        report = measured(options.seconds)
    finally:
        connections.close_all()
    finish(report, WANTED, options.json)


if __name__ == "__main__":
    main()
