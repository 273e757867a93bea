"""What readers ask of the demo content, and the page that must come first: on both engines, and on
Elasticsearch with the semantic complement.

The queries stand in `regression.yaml`, one a line: `- [query, "type:slug", how far down]`; without
a number the page is the first. A query that fails is shown with what came before.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings
from django.test.utils import override_settings

from cms.catalogue import touches
from knowledge.demo.loader import load
from search import semantic, service
from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.postgres import PostgresEngine
from search.query import SearchQuery
from tests.search.conftest import configured, index_everything

GROUPS = yaml.safe_load(Path(__file__).with_name("regression.yaml").read_text())
REGIONS = ("11", "24", "52", "75")  # where the demo's places are
WEIGHT = 1.5  # of the complement, as docs/search.md recommends
QUERIES = [(group, *row) for group, rows in GROUPS.items() for row in rows]


@pytest.fixture(scope="module", autouse=True)
def _until_the_next_plans_are_signed() -> Iterator[None]:
    """What is in force comes first, for a year longer; the demo's plans end with 2026."""
    then = SimpleNamespace(localdate=lambda: dt.date(2027, 6, 1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("search.engines.base.timezone", then)
        yield


@pytest.fixture(scope="module")
def demo(module_db, quiet) -> None:
    """The demo content in the catalogue and in PostgreSQL's index, once."""
    with override_settings(ELASTICSEARCH_URL=""):
        load(lambda _step: None, regions=REGIONS)
        touches.flush()
        index_everything()


@pytest.fixture(scope="module")
def elasticsearch(demo: None, elasticsearch_url: str):
    """One index for both ways of ordering: vectors that no search asks for change nothing."""
    with configured(elasticsearch_url, "regression"):
        with override_settings(SEARCH_SEMANTIC=WEIGHT if semantic.installed() else 0):
            index_everything()
        yield ElasticsearchEngine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX)


@pytest.fixture(
    params=[
        "postgresql",
        pytest.param("elasticsearch", marks=pytest.mark.elasticsearch),
        pytest.param("elasticsearch, by meaning", marks=pytest.mark.elasticsearch),
    ]
)
def engine(request: pytest.FixtureRequest, demo: None):
    if request.param == "postgresql":
        yield PostgresEngine()
        return
    by_meaning = request.param.endswith("meaning")
    if by_meaning and not semantic.installed():
        pytest.skip("relais[semantic] is not installed")
    found = request.getfixturevalue("elasticsearch")
    with override_settings(SEARCH_SEMANTIC=WEIGHT if by_meaning else 0):
        if by_meaning:
            semantic.load()
        yield found


def answers(engine: Engine, text: str) -> list[str]:
    hits = service.search(SearchQuery(q=text), engine=engine).hits
    return [f"{hit.type}:{hit.url.rstrip('/').rpartition('/')[2]}" for hit in hits]


def test_every_query_finds_its_page(engine):
    failed = []
    for group, text, wanted, *within in QUERIES:
        found = answers(engine, text)
        place = found.index(wanted) + 1 if wanted in found else 0
        if not 0 < place <= (within[0] if within else 1):
            before = found[: place - 1 if place else 3][:3]
            failed.append(f"{group:14} {text!r:50} {place or '-':>3}  {wanted}  < {before}")
    table = "\n".join(failed)
    assert not failed, f"{len(failed)} of {len(QUERIES)} on {engine.name}:\n{table}"


def test_there_are_enough_of_them():
    assert sum(1 for _group, _text, _wanted, *within in QUERIES if not within) >= 120
    assert len({text for _group, text, *_rest in QUERIES}) == len(QUERIES)
