"""Whatever filters are combined, `total` is the length of a full traversal, and what is found is
what Python finds without the database."""

import datetime as dt
import random
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.catalogue import projection
from cms.catalogue.models import Record, RecordFilter
from cms.core.records import Occurrence, Point, RecordDraft
from tests import synthetic
from tests.api.conftest import Partner
from tests.factories import ConceptSchemeFactory

ZONE = dt.UTC
NUMBER = 70
BOXES = {
    "0,46,2,47.5": lambda lat, lon: 46 <= lat <= 47.5 and 0 <= lon <= 2,
    "-180,-90,180,90": lambda lat, lon: True,
    "170,-20,-170,0": lambda lat, lon: -20 <= lat <= 0 and (lon >= 170 or lon <= -170),
    "1,46,1,46": lambda lat, lon: (lat, lon) == (46, 1),
}
ORDERS = ("modified_at", "-modified_at", "published_at", "-published_at", "title", "-title")
DAYS = [f"2027-{month:02d}-01" for month in range(1, 13)]


@dataclass
class Known:
    draft: RecordDraft
    record: Record


def draft(number: int) -> RecordDraft:
    dice = random.Random(f"filters.{number}")
    made = synthetic.draft(number, size=1_500)
    places = [(46.0, 1.0), (46.8, 1.7), (-17.5, 178.0), (-17.5, -178.5), (48.8, 2.3)]
    made.points = [Point(*one, label=f"Lieu {n}")
                   for n, one in enumerate(dice.sample(places, dice.randint(0, 2)))]  # fmt: skip
    for _number in range(dice.randint(0, 3)):
        start = dt.datetime(2027, dice.randint(1, 12), dice.choice([1, 15]), 9, tzinfo=ZONE)
        made.occurrences.append(Occurrence(start, start + dt.timedelta(hours=2)))
    if dice.random() < 0.4:
        made.downloads = []
    if dice.random() < 0.3:
        made.authors = []
    return made


@pytest.fixture(scope="module")
def corpus(module_db) -> list[Known]:
    found = []
    for number in range(NUMBER):
        one = draft(number)
        # Every fifth is the translation of the one before.
        english = number % 5 == 4
        key = uuid.uuid5(synthetic.NAMESPACE, str(number - 1 if english else number))
        row = projection.row(
            one, kind="guide", locale="en" if english else "fr", translation_key=key
        )
        found.append(Known(one, row))
    projection.store([one.record for one in found])
    synthetic.bury(*range(0, NUMBER, 11))
    gone = set(Record.objects.filter(gone_at__isnull=False).values_list("uid", flat=True))
    return [one for one in found if one.record.uid not in gone]


def several(values: list[str]) -> st.SearchStrategy:
    return st.lists(st.sampled_from(values), max_size=2, unique=True)


THEMES = [f"themes:theme-{n}" for n in range(12)] + [f"themes:branche-{n}" for n in range(4)]
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "concept": several([*THEMES, *(f"publics:public-{n}" for n in range(5))]),
        "concept_all": several(THEMES),
        "year": several([str(year) for year in range(2015, 2025)]),
        "language": several(["fr", "en"]),
        "licence": several(["cc-by-4.0"]),
        "type": several(["guide"]),
        "has": several(["authors", "downloads", "points", "occurrences", "image", "translations",
                        "concepts", "body"]),
        "bbox": st.sampled_from(sorted(BOXES)),
        "starts_after": st.sampled_from(DAYS[:6]),
        "starts_before": st.sampled_from(DAYS[6:]),
        "locale": st.sampled_from(["fr", "en"]),
        "translation_of": st.integers(0, NUMBER - 1),
        "order": st.sampled_from(ORDERS),
        "limit": st.sampled_from(["3", "17", "100"]),
        "updated_since": st.sampled_from(["2020-01-01", "2400-01-01"]),
    },
)  # fmt: skip


def matches(one: Known, asked: dict, corpus: list[Known]) -> bool:
    """The filters in Python, from the drafts."""
    draft, record = one.draft, one.record
    own = {f"{t.scheme}:{t.id}" for t in draft.terms}
    own |= {f"{t.scheme}:{above}" for t in draft.terms for above in t.ancestors}
    by_scheme: dict[str, set[str]] = {}
    for concept in asked.get("concept", []):
        by_scheme.setdefault(concept.split(":")[0], set()).add(concept)
    siblings = [other for other in corpus if other is not one
                and other.record.translation_key == record.translation_key]  # fmt: skip
    having = {
        "authors": draft.authors, "downloads": draft.downloads, "points": draft.points,
        "occurrences": draft.occurrences, "image": draft.image, "translations": siblings,
        "concepts": draft.terms, "body": draft.body,
    }  # fmt: skip
    after, before = (
        dt.datetime.fromisoformat(asked[name]).astimezone(ZONE) if name in asked else None
        for name in ("starts_after", "starts_before")
    )
    starts = [d.start for d in draft.occurrences
              if (not after or d.start >= after) and (not before or d.start < before)]  # fmt: skip
    checks = [
        all(wanted & own for wanted in by_scheme.values()),
        set(asked.get("concept_all", [])) <= own,
        not asked.get("year") or str(draft.date.value.year) in asked["year"],
        not asked.get("language")
        or bool({record.locale, *(d.language for d in draft.downloads)} & set(asked["language"])),
        all(having[name] for name in asked.get("has", [])),
        "bbox" not in asked
        or any(BOXES[asked["bbox"]](p.latitude, p.longitude) for p in draft.points),
        not (after or before) or bool(starts),
        asked.get("locale", record.locale) == record.locale,
        asked.get("updated_since", "2020-01-01") == "2020-01-01",
    ]
    if "translation_of" in asked:
        checks.append(asked["translation_of"] in {str(other.record.uid) for other in siblings})
    return all(checks)


@pytest.mark.usefixtures("corpus")
@settings(
    max_examples=60, deadline=None, database=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(QUERIES)
def test_total_is_the_length_of_a_full_traversal(corpus, asked):
    if "translation_of" in asked:
        asked = {**asked, "translation_of": str(corpus[asked["translation_of"] % len(corpus)]
                                                .record.uid)}  # fmt: skip
    expected = {str(one.record.uid) for one in corpus if matches(one, asked, corpus)}
    pages = list(Partner(Client()).pages(f"records?{urlencode(asked, doseq=True)}"))
    found = [item["uid"] for page in pages for item in page["items"]]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert {page["total"] for page in pages} == {len(expected)}


@pytest.mark.parametrize("address", ["agenda?from=2027-01-01", "map?", "organisations?"])
@pytest.mark.parametrize("more", ["", "&has=downloads", "&bbox=0,46,2,47.5", "&locale=en"])
def test_lists_of_rows_are_as_long_as_they_say(corpus, partner, address, more):
    pages = list(partner.pages(f"{address}{more}&limit=7"))
    rows = [row for page in pages for row in page.get("items") or page.get("features") or ()]
    assert {page["total"] for page in pages} == {len(rows)}
    assert len({str(row) for row in rows}) == len(rows)
    if address.startswith("map") and not more:
        assert len(rows) == sum(len(one.draft.points) for one in corpus)


def test_what_is_counted_are_the_records_themselves(corpus):
    columns = ("uid", "page_id", "type", "locale", "translation_key", "modified_at",
               "terms_broader", "has")  # fmt: skip
    live = Record.objects.filter(gone_at=None).order_by("uid").values_list(*columns)
    assert list(RecordFilter.objects.order_by("uid").values_list(*columns)) == list(live)
    assert any("translations" in row[-1] for row in live)


def test_a_page_of_records_is_at_most_a_hundred(corpus, partner):
    assert partner.problem("records?limit=101")["parameter"] == "limit"
    assert partner.read("records?limit=100")["total"] == len(corpus)


def test_counts_of_facets_are_those_of_the_lists_they_lead_to(corpus, partner):
    ConceptSchemeFactory(slug="themes")
    page = partner.read("records?concept=themes:theme-1&locale=fr&facets=themes,year,type&limit=1")
    assert [facet["name"] for facet in page["facets"]] == ["themes", "year", "type"]
    themes, years, _types = page["facets"]
    assert next(one for one in themes["values"] if one["selected"])["value"] == "themes:theme-1"
    assert len(themes["values"]) > 1  # its own choice does not count
    for facet, start in ((themes, "locale=fr"), (years, "locale=fr&concept=themes:theme-1")):
        for value in facet["values"][:4]:
            asked = f"records?{start}&{facet['parameter']}={value['value']}&limit=1"
            assert partner.read(asked)["total"] == value["count"], asked
