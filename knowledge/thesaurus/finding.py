"""Finding concepts by any of their names, and listing them as trees, for the admin."""

import re
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from .labels import normalise
from .models import Concept, ConceptLabel, ConceptScheme

_ELISION = re.compile(r"^(?:[cdjlmnst]|qu)'(?=.)")


def words(text: str) -> list[str]:
    """The words of a query as labels are compared, without articles: "l’accès" asks for accès,
    a lone apostrophe for nothing."""
    bare = (_ELISION.sub("", word).strip("'") for word in normalise(text).split())
    return [word for word in bare if word]


def named(concepts: QuerySet[Concept], text: str) -> QuerySet[Concept]:
    """Those of the concepts whose labels hold every word, whatever case and accents; the ones
    that bear exactly this name first."""
    for word in words(text):
        labels = ConceptLabel.objects.filter(concept=OuterRef("pk"), normalized__contains=word)
        concepts = concepts.filter(Exists(labels))
    exact = ConceptLabel.objects.filter(concept=OuterRef("pk"), normalized=normalise(text))
    preferred = ConceptLabel.objects.filter(concept=OuterRef("pk"), kind="preferred")
    return concepts.annotate(
        exact=Exists(exact), name_key=Subquery(preferred.values("normalized")[:1])
    ).order_by("-exact", "name_key", "pk")


def with_names(concepts: QuerySet[Concept]) -> QuerySet[Concept]:
    """Fetch with the concepts all that their display needs."""
    return concepts.select_related("scheme", "broader").prefetch_related(
        "labels", "broader__labels"
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a concept stands in the list of all trees: from 0; depth 0 is the top of a scheme."""

    position: int
    depth: int


def places(language: str) -> dict[int, Place]:
    """The place of every concept, scheme after scheme, each level in alphabetical order; those
    that stand in a circle come last, where an editor finds them to mend it. Three queries."""
    names: dict[int, str] = {}
    labels = ConceptLabel.objects.filter(kind="preferred")
    for number, spoken, key in labels.values_list("concept", "language", "normalized"):
        if number not in names or spoken == language:
            names[number] = key
    rank = {pk: n for n, pk in enumerate(ConceptScheme.objects.values_list("pk", flat=True))}
    children: dict[int | None, list[tuple[int, str, int]]] = {}
    for number, scheme, broader in Concept.objects.values_list("pk", "scheme", "broader"):
        children.setdefault(broader, []).append((rank[scheme], names.get(number, ""), number))
    found: dict[int, Place] = {}

    def walk(level: list[tuple[int, str, int]], depth: int) -> None:
        for _rank, _name, number in sorted(level):
            if number not in found:
                found[number] = Place(len(found), depth)
                walk(children.get(number, []), depth + 1)

    walk(children.get(None, []), 0)
    walk([row for level in children.values() for row in level], 0)
    return found


def in_tree_order(concepts: QuerySet[Concept], found: dict[int, Place]) -> QuerySet[Concept]:
    """The concepts in the order of their places."""
    ordered = sorted(found, key=lambda number: found[number].position)
    place = RawSQL("array_position(%s::bigint[], knowledge_thesaurus_concept.id)", [ordered])
    return concepts.order_by(place, "pk")
