"""The official territories, from the data that the app carries (see `data/ATTRIBUTION.md`)."""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from cms.catalogue.models import Touch

from .inclusion import mark_partial
from .models import Inclusion, Territory

ATTRIBUTION = "INSEE, DGFiP\u00a0; contours IGN (2018) – Licence Ouverte 2.0"

DATA = Path(__file__).parent / "data"
BATCH = 2000
OFFICIAL = ("region", "departement", "epci", "commune")
# What the data say of a territory, and what is made of it on every write.
FACTS = (
    "name", "other_names", "postal_codes", "population", "latitude", "longitude", "outline",
)  # fmt: skip
_COMPUTED = ("name_key", "search_key", "updated_at")
_LONG = {
    "CC ": "Communauté de communes ",
    "CA ": "Communauté d’agglomération ",
    "CU ": "Communauté urbaine ",
}

Say = Callable[[int], Any]


@dataclass(slots=True)
class Official:
    """A territory as the official data describe it. `regions` are the codes of the regions, or
    overseas collectivities, that it touches; `outers` the slugs of what it lies in."""

    kind: str
    code: str
    name: str
    other_names: list[str] = field(default_factory=list)
    postal_codes: list[str] = field(default_factory=list)
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    outline: dict[str, Any] | None = None
    regions: set[str] = field(default_factory=set)
    outers: set[str] = field(default_factory=set)

    @property
    def slug(self) -> str:
        return f"{self.kind}-{self.code}".lower()


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many territories were made and changed, and inclusions made and ended."""

    created: int
    changed: int
    linked: int
    unlinked: int


def official() -> dict[str, Official]:
    """Every official territory by slug. The overseas collectivities, which are no departments
    of a region, stand beside the departments and lie in nothing."""
    outlines = json.loads(gzip.decompress((DATA / "outlines.json.gz").read_bytes()))
    found: dict[str, Official] = {}

    def add(row: Official) -> Official:
        row.outline = outlines.get(row.slug)
        found[row.slug] = row
        return row

    regions = [row for row in _rows("regions") if len(row["code"]) == 2]
    for row in regions:
        add(Official("region", row["code"], row["nom"], regions={row["code"]}))
    for row in _rows("departements"):
        outers = {f"region-{row['region']}"} & found.keys()
        add(
            Official("departement", row["code"], row["nom"], regions={row["region"]}, outers=outers)
        )
    for row in _rows("epci"):
        name = row["nom"].replace("Coeur", "Cœur")  # the list writes no ligature
        others = [long + name[3:] for short, long in _LONG.items() if name.startswith(short)]
        add(
            Official("epci", row["siren"], name, others, population=_number(int, row["population"]))
        )
    parts: dict[str, list[Official]] = {}
    for row in _rows("communes"):
        department = found[f"departement-{row['departement']}".lower()]
        above = [department, *(found[slug] for slug in department.outers)]
        if row["epci_siren"]:
            grouping = found[f"epci-{row['epci_siren']}"]
            grouping.outers.add(department.slug)
            grouping.regions.add(row["region"])
            above.append(grouping)
        commune = add(
            Official(
                "commune",
                row["code"],
                row["nom"],
                postal_codes=row["codes_postaux"].split("|") if row["codes_postaux"] else [],
                population=_number(int, row["population"]),
                latitude=_number(float, row["latitude"]),
                longitude=_number(float, row["longitude"]),
                regions={row["region"]},
                outers={outer.slug for outer in above if outer.kind != "region"},
            )
        )
        for outer in above:
            parts.setdefault(outer.slug, []).append(commune)
    for slug, communes in parts.items():
        _sum_up(found[slug], communes)
    return found


def load(wanted: Sequence[Official], say: Say = lambda number: None) -> Loaded:
    """Store these territories and what they lie in, in one transaction, and write only what
    differs; `say` is told how many were looked at. What a documentalist added stays: other names,
    and the centre, population or outline that the data lack. A name that changes becomes another
    name. Territories that the data do not know are left as they are."""
    with transaction.atomic():
        with connection.cursor() as cursor:  # two loads at once: one after the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('knowledge_territories'))")
        fresh, changed = _store(wanted, say)
        linked, unlinked = _link(wanted)
        mark_partial()
        # No record can depend on what has just been made: there is nothing to project again.
        Touch.objects.filter(kind="territory", object_id__in=fresh).delete()
        if fresh:  # searched at once, and planned for with what the tables hold now
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {Territory._meta.db_table}, {Inclusion._meta.db_table}")
    return Loaded(len(fresh), changed, linked, unlinked)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _number(kind: Callable[[str], Any], text: str) -> Any:
    return kind(text) if text else None


def _sum_up(outer: Official, communes: Sequence[Official]) -> None:
    """The population and the centre of what communes make up."""
    if outer.population is None:
        known = [row.population for row in communes if row.population is not None]
        outer.population = sum(known) if known else None
    located = [row for row in communes if row.latitude is not None and row.longitude is not None]
    weights = [row.population or 0 for row in located]
    if not any(weights):
        weights = [1] * len(located)
    if located:
        rows = list(zip(located, weights, strict=True))
        total = sum(weights)
        outer.latitude = round(sum((r.latitude or 0) * weight for r, weight in rows) / total, 4)
        outer.longitude = round(sum((r.longitude or 0) * weight for r, weight in rows) / total, 4)


def _store(wanted: Sequence[Official], say: Say) -> tuple[list[int], int]:
    """The keys of the territories made, and how many were changed."""
    stored = Territory.objects.in_bulk([row.slug for row in wanted], field_name="slug")
    created: list[int] = []
    changed = 0
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        fresh, differing = [], []
        for row in batch:
            known = stored.get(row.slug)
            if known is None:
                fresh.append(Territory(slug=row.slug, kind=row.kind, code=row.code, **_facts(row)))
            elif _update(known, row):
                differing.append(known)
        created += _insert(fresh)
        if differing:
            Territory.objects.bulk_update(differing, [*FACTS, *_COMPUTED])
        changed += len(differing)
        say(len(batch))
    return created, changed


def _insert(fresh: list[Territory]) -> list[int]:
    """Store new territories, and answer their keys. COPY takes half the time of bulk_create()."""
    fields = [column for column in Territory._meta.concrete_fields if not column.primary_key]
    columns = ", ".join(column.column for column in fields)
    table = Territory._meta.db_table
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in fresh:
                copy.write_row(
                    [
                        column.get_db_prep_save(column.pre_save(row, add=True), connection)
                        for column in fields
                    ]
                )
        cursor.execute(f"SELECT id FROM {table} WHERE slug = ANY(%s)", [[x.slug for x in fresh]])
        return [number for (number,) in cursor.fetchall()]


def _facts(row: Official) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FACTS}


def _update(known: Territory, row: Official) -> bool:
    """Make the stored territory agree with the data; whether anything differed."""
    meant = {name: value for name, value in _facts(row).items() if value not in (None, [])}
    former = [known.name] if known.name != row.name else []
    others = [*known.other_names, *row.other_names, *former]
    meant["other_names"] = [name for name in dict.fromkeys(others) if name != row.name]
    differing = {name: value for name, value in meant.items() if getattr(known, name) != value}
    for name, value in differing.items():
        setattr(known, name, value)
    return bool(differing)


def _link(wanted: Sequence[Official]) -> tuple[int, int]:
    """Make these territories lie in what they should, where that is stored, and in no other
    official territory. What was put in a free territory by hand stays there."""
    keys = dict(Territory.objects.filter(kind__in=OFFICIAL).values_list("slug", "pk"))
    meant = {
        (keys[outer], keys[row.slug]) for row in wanted for outer in row.outers if outer in keys
    }
    inner = {keys[row.slug] for row in wanted}
    stored = {
        (outer, number): pk
        for pk, outer, number in Inclusion.objects.filter(outer__kind__in=OFFICIAL).values_list(
            "pk", "outer_id", "inner_id"
        )
        if number in inner
    }
    gone = [pk for pair, pk in stored.items() if pair not in meant]
    Inclusion.objects.filter(pk__in=gone).delete()
    missing = sorted(meant - stored.keys())
    Inclusion.objects.bulk_create(
        (Inclusion(outer_id=outer, inner_id=number) for outer, number in missing), batch_size=5000
    )
    return len(missing), len(gone)
