"""Related terms go both ways, and never between a term and what stands above it (SKOS S27)."""

from collections.abc import Iterable

from .models import Concept, ConceptRelation
from .terms import ancestor_ids


def relate(concept: Concept, others: Iterable[Concept]) -> None:
    """Make these, and only these, the related terms of a stored concept, on both sides."""
    wanted = {other.pk for other in others} - {concept.pk}
    ConceptRelation.objects.filter(concept=concept).exclude(other__in=wanted).delete()
    known = set(ConceptRelation.objects.filter(concept=concept).values_list("other", flat=True))
    ConceptRelation.objects.bulk_create(
        ConceptRelation(concept=concept, other_id=number) for number in sorted(wanted - known)
    )
    mirror(concept)


def mirror(concept: Concept) -> None:
    """Make the other sides of a concept's relations agree with its own."""
    others = set(ConceptRelation.objects.filter(concept=concept).values_list("other", flat=True))
    back = ConceptRelation.objects.filter(other=concept)
    back.exclude(concept__in=others).delete()
    known = set(back.values_list("concept", flat=True))
    ConceptRelation.objects.bulk_create(
        ConceptRelation(concept_id=number, other=concept) for number in sorted(others - known)
    )


def in_line(concept_id: int | None, broader_id: int | None, others: Iterable[int]) -> set[int]:
    """Those of the others that stand above the concept, or under it, or are the concept."""
    wanted = set(others)
    lines = ancestor_ids([*wanted, *([broader_id] if broader_id else [])])
    above = {broader_id, *lines.get(broader_id, ())} if broader_id else set()
    under = {other for other in wanted if concept_id and concept_id in lines.get(other, ())}
    return (wanted & above) | under | (wanted & {concept_id})
