"""Finding territories by any of their names and codes."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from .codes import whole_commune
from .inclusion import lines
from .models import Territory
from .naming import key
from .outlines import rings

# What is read of a query: no name is longer, and more words would only cost.
LENGTH = 200
WORDS = 12
ALIKE = 0.4  # of trigrams in common: below, another commune is meant, or none
NEAR = 1.5  # degrees: no department reaches further from its middle
_ARTICLES = ("le ", "la ", "les ", "l ")
_SPLIT_CODE = re.compile(r"\b([0-9]{2}) ([0-9]{3})\b")
_CEDEX = re.compile(r"\bcedex\b(?: [0-9]{1,2}\b)?")


def named(territories: QuerySet[Territory], text: str) -> QuerySet[Territory]:
    """Those of the territories that are found by every word: of a name, an acronym, an official
    or postal code, or the beginning of one. The ones that bear exactly this name come first, then
    those whose name begins so, then the most populous."""
    words = key(text[:LENGTH]).split()[:WORDS]
    return _ranked(_with_words(territories, words), words)


def find_place(text: str, limit: int = 20) -> list[Territory]:
    """The communes that a visitor means by "Le Blanc", "36300", "36018", "le blanc 36300", "Le
    Blanc (36)", "Le Blanc, Indre"; the likeliest first. Where nothing is found, names that look
    alike, and those have `alike`, how much. Never an error; empty when there is nothing to look
    for. At most three queries."""
    asked = _CEDEX.sub(" ", _SPLIT_CODE.sub(r"\1\2", key(text[:LENGTH])))
    words = [_whole(word) for word in asked.split()[:WORDS]]
    communes = Territory.objects.filter(kind=Territory.Kind.COMMUNE).defer("outline")
    if not words:
        return []
    if len(words) == 1 and words[0].isdecimal() and len(words[0]) == 4:
        words = [f"0{words[0]}"]  # "1400": a spreadsheet took the zero away
    names = [word for word in words if not word[0].isdecimal() and word not in ("2a", "2b")]
    found = list(_ranked(_with_words(communes, words), names or words)[:limit])
    return found or _in_department(communes, words, limit) or _alike(communes, names, limit)


def attach_departments(territories: Iterable[Territory]) -> None:
    """Give each territory `departments`: the names of those in which it lies, in a line. One
    query for all."""
    rows = list(territories)
    found = lines(row.pk for row in rows)
    for row in rows:
        names = [node.name for node in found.get(row.pk, []) if node.kind == "departement"]
        row.departments = ", ".join(names)  # type: ignore[attr-defined]  # for a column


def _with_words(territories: QuerySet[Territory], words: Sequence[str]) -> QuerySet[Territory]:
    for word in words:
        territories = territories.filter(search_key__contains=f" {word}")
    return territories


def _ranked(territories: QuerySet[Territory], words: Sequence[str]) -> QuerySet[Territory]:
    name = " ".join(words)
    exact = [name, *(article + name for article in _ARTICLES)]
    rank = Case(
        When(name_key__in=exact, then=Value(0)),
        When(name_key__startswith=name, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return territories.order_by(rank, F("population").desc(nulls_last=True), "name_key", "pk")


def _whole(word: str) -> str:
    """The code of a district of Paris, Lyon or Marseille is the city's."""
    return whole_commune(word).lower() if len(word) == 5 else word


def _in_department(
    communes: QuerySet[Territory], words: Sequence[str], limit: int
) -> list[Territory]:
    """The communes whose department is named after them: "Le Blanc, Indre"."""
    endings = {" ".join(words[place:]): place for place in range(1, len(words))}
    if not endings:
        return []
    department = Territory.objects.filter(kind="departement", name_key__in=endings)
    for name, code in department.values_list("name_key", "code"):
        own = words[: endings[name]]
        there = _with_words(communes.filter(code__startswith=code), own)
        if found := list(_ranked(there, own)[:limit]):
            return found
    return []


def _alike(communes: QuerySet[Territory], names: Sequence[str], limit: int) -> list[Territory]:
    name = " ".join(names)
    if len(name) < 4:
        return []
    alike = (
        communes.filter(name_key__trigram_similar=name)
        .annotate(alike=TrigramSimilarity("name_key", name))
        .filter(alike__gte=ALIKE)
    )
    return list(alike.order_by("-alike", F("population").desc(nulls_last=True), "pk")[:limit])


def outlines_around(south: float, west: float, north: float, east: float) -> list[Any]:
    """The rings of the departments that may touch a box in degrees: those whose middle lies in it
    or near. One query."""
    outlines = Territory.objects.filter(
        kind="departement",
        outline__isnull=False,
        latitude__range=(south - NEAR, north + NEAR),
        longitude__range=(west - NEAR, east + NEAR),
    ).values_list("outline", flat=True)
    return [ring for outline in outlines for ring in rings(outline)]
