"""Concepts as the catalogue stores them: every label, every broader term, in two queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from cms.core.records import Term

from .models import ConceptLabel

# `distance` also ends the walk should a cycle ever have been written behind the forms' back.
_LINES = """
    WITH RECURSIVE line (start, distance, id) AS (
        SELECT id, 0, id FROM knowledge_thesaurus_concept WHERE id = ANY(%s)
        UNION ALL
        SELECT line.start, line.distance + 1, concept.broader_id
        FROM line JOIN knowledge_thesaurus_concept concept ON concept.id = line.id
        WHERE concept.broader_id IS NOT NULL AND line.distance < 50
    )
    SELECT line.start, line.id, concept.slug, scheme.slug,
        ARRAY(SELECT old.slug FROM knowledge_thesaurus_concept old
              WHERE old.replaced_by_id = concept.id ORDER BY old.slug)
    FROM line
    JOIN knowledge_thesaurus_concept concept ON concept.id = line.id
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    ORDER BY line.start, line.distance
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A concept in a line: its key and its identifiers, and those that it replaces."""

    pk: int
    slug: str
    scheme: str
    replaces: tuple[str, ...] = ()


Lines = Mapping[int, Sequence[Node]]


def lines(concept_ids: Iterable[int]) -> Lines:
    """Each concept followed by all that is broader, nearest first, by id. Unknown ids are left
    out. One query."""
    wanted = sorted(set(concept_ids))
    if not wanted:
        return {}
    found: dict[int, list[Node]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [wanted])
        for start, number, slug, scheme, replaces in cursor.fetchall():
            found.setdefault(start, []).append(Node(number, slug, scheme, tuple(replaces)))
    return found


def ancestor_ids(concept_ids: Iterable[int]) -> dict[int, list[int]]:
    """The keys of what is broader than each concept, nearest first. One query."""
    return {start: [node.pk for node in line[1:]] for start, line in lines(concept_ids).items()}


def terms_many(concept_ids: Iterable[int], known: Lines | None = None) -> dict[int, Term]:
    """The concepts as terms, by key. Two queries, or one with lines `known` already. They are
    filtered by the identifiers of what they replace too."""
    found = lines(concept_ids) if known is None else known
    preferred: dict[int, dict[str, str]] = {}
    others: dict[int, dict[str, list[str]]] = {}
    if found:
        rows = ConceptLabel.objects.filter(concept__in=found).order_by("sort_order", "pk")
        for number, language, kind, label in rows.values_list(
            "concept", "language", "kind", "label"
        ):
            if kind == ConceptLabel.Kind.PREFERRED:
                preferred.setdefault(number, {})[language] = label
            else:
                others.setdefault(number, {}).setdefault(language, []).append(label)
    return {
        number: Term(
            scheme=line[0].scheme,
            id=line[0].slug,
            labels=preferred.get(number, {}),
            alternatives={k: tuple(v) for k, v in others.get(number, {}).items()},
            ancestors=(
                *(node.slug for node in line[1:]),
                *(old for node in line for old in node.replaces),
            ),
        )
        for number, line in found.items()
    }
