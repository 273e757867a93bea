"""Lists, details and search among 20,000 records of every type: `python -m tests.bench.mixed`.

Floor of the same run: an empty view of the same server (see `api.py`). What counts is how little
is lost between a thousand records and twenty thousand: the ratio of two ratios, so that neither
the machine nor its noise matters.
"""

import argparse
import os
import random
import time
from typing import Any
from urllib.parse import quote

from tests.bench import api
from tests.bench.api import own_database, rss_of_group, web_server
from tests.bench.corpus import finish, postgres_p95

SIZES = (1_000, 20_000)
SEARCHES = 200
# name: (the bound, whether more is better)
WANTED = {
    "API item, of the floor": (0.6, True),
    "API list, of the floor": (0.4, True),
    "API item, of its rate among 1,000": (0.7, True),
    "API list, of its rate among 1,000": (0.7, True),
    "page of a record, of its rate among 1,000": (0.7, True),
    "page of a section, of its rate among 1,000": (0.5, True),
    "PostgreSQL search, ms (p95)": (150, False),
    "web process, MB": (300, False),
    "pages written, s": (60, False),
}


def queries() -> list[str]:
    """What readers of such a centre ask for: two of its words, without their articles."""
    dice = random.Random(7)
    words, whom = _words()
    return [f"{dice.choice(words)} {dice.choice(whom)}" for _number in range(SEARCHES)]


def every_query() -> list[str]:
    """All such searches, no two alike, in no order."""
    words, whom = _words()
    every = list(dict.fromkeys(f"{word} {one}" for word in words for one in whom))
    random.Random(7).shuffle(every)
    return every


def _words() -> tuple[list[str], list[str]]:
    from knowledge.demo.synthetic.words import AUDIENCES, SUBJECTS

    words = [text.rpartition("’")[2].removeprefix("la ").removeprefix("le ") for text in SUBJECTS]
    return words, [text.rpartition(" ")[2] for text in AUDIENCES]


def targets() -> dict[str, dict[str, Any]]:
    """What is asked for: each in turn at several addresses."""
    from wagtail.models import Page

    from cms.catalogue.models import Record
    from knowledge.demo.synthetic.writing import SECTION

    of_api = api.targets()
    rows = Record.objects.filter(gone_at=None).order_by("page_id")[:200]
    sections = Page.objects.filter(slug__startswith=f"{SECTION}-").order_by("path")
    return {
        "floor": of_api["floor"],
        "API item": of_api["item"],
        "API list": of_api["list"],
        "page of a record": {"paths": [row.url for row in rows]},
        "page of a section": {"paths": [page.get_url() for page in sections]},
        "page of a search": {"paths": [f"/recherche/?q={quote(text)}" for text in queries()]},
    }


def load(size: int) -> float:
    """Bring the corpus to that size: seconds that writing its pages took, the catalogue left
    out, as a rate for the largest size."""
    from django.core.management import call_command
    from django.db import connection

    from knowledge.demo.management.commands.load_corpus import SYNTHETIC_BATCH
    from knowledge.demo.synthetic.writing import Writer
    from search import sync

    writer = Writer()
    fresh = writer.missing(size)
    started = time.perf_counter()
    for start in range(0, len(fresh), SYNTHETIC_BATCH):
        writer.write(fresh[start : start + SYNTHETIC_BATCH])
    taken = (time.perf_counter() - started) * max(SIZES) / len(fresh)
    call_command("load_corpus", synthetic=size)
    sync.rebuild_postgres(sync.Progress())
    with connection.cursor() as cursor:  # as autovacuum does within a minute
        cursor.execute("VACUUM ANALYZE")
    return taken


def run(rounds: int, seconds: float) -> dict[str, float]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    report: dict[str, float] = {}
    rates: dict[str, float] = {}
    for size in SIZES:
        written = load(size)
        with web_server() as process:
            found = api.measure(rounds, seconds, targets())
            memory = rss_of_group(process)
        for name in found:
            if name == "floor":
                continue
            ratio = found[name]["ratio"]
            if size == max(SIZES):
                report[f"{name}, of the floor"] = ratio
                report[f"{name}, of its rate among 1,000"] = ratio / rates[name]
            rates[name] = ratio
    report["PostgreSQL search, ms (p95)"] = postgres_p95(queries())
    report["web process, MB"] = memory
    report["pages written, s"] = written
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
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
    finish(report, WANTED, options.json)


if __name__ == "__main__":
    main()
