"""Vocabularies as pages and partners read them, in a constant number of queries."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from .labels import normalise
from .models import Concept, ConceptLabel, ConceptRelation, ConceptScheme


@dataclass(slots=True)
class Branch:
    """A concept with what stands under it. `id`, `broader`, `related` and `replaced_by` are
    identifiers inside the scheme; `depth` is 0 at the top; `labels` are the preferred labels by
    language, `label` the one of the language asked for; `alternatives` are in that language."""

    id: str
    uuid: uuid.UUID
    label: str
    labels: dict[str, str]
    pk: int
    depth: int = 0
    alternatives: list[str] = field(default_factory=list)
    scope_note: str = ""
    broader: str | None = None
    related: list[str] = field(default_factory=list)
    exact_match: list[str] = field(default_factory=list)
    replaced_by: str | None = None
    narrower: list["Branch"] = field(default_factory=list)

    def walk(self) -> Iterator["Branch"]:
        """This concept, then all that stands under it, depth first."""
        yield self
        for branch in self.narrower:
            yield from branch.walk()


def facets(record_type: str | None = None) -> list[ConceptScheme]:
    """The schemes by which visitors filter, in their order; of a type where given. One query."""
    schemes = ConceptScheme.objects.filter(is_facet=True)
    if record_type is not None:
        schemes = schemes.filter(applies_to__contains=[record_type])
    return list(schemes)


def tree(scheme: ConceptScheme, locale: str) -> list[Branch]:
    """The top concepts of a scheme with all below, each level in alphabetical order. Three
    queries whatever the size."""
    rows = list(Concept.objects.filter(scheme=scheme).order_by("pk"))
    slugs = {row.pk: row.slug for row in rows}
    branches = {
        row.pk: Branch(
            id=row.slug,
            uuid=row.uuid,
            label=row.slug,
            labels={},
            pk=row.pk,
            scope_note=row.scope_note,
            broader=slugs.get(row.broader_id),
            exact_match=list(row.exact_match),
            replaced_by=slugs.get(row.replaced_by_id),
        )
        for row in rows
    }
    _name(branches, scheme, locale)
    relations = ConceptRelation.objects.filter(concept__scheme=scheme).order_by("pk")
    for number, other in relations.values_list("concept", "other"):
        if other in slugs:
            branches[number].related.append(slugs[other])
    return _grow(branches, {row.pk: row.broader_id for row in rows})


def _name(branches: dict[int, Branch], scheme: ConceptScheme, locale: str) -> None:
    labels = ConceptLabel.objects.filter(scheme=scheme).order_by("sort_order", "pk")
    for number, language, kind, label in labels.values_list("concept", "language", "kind", "label"):
        branch = branches[number]
        if kind == ConceptLabel.Kind.PREFERRED:
            branch.labels[language] = label
        elif kind == ConceptLabel.Kind.ALTERNATIVE and language == locale:
            branch.alternatives.append(label)
    for branch in branches.values():
        branch.label = (
            branch.labels.get(locale)
            or branch.labels.get("fr")
            or next(iter(branch.labels.values()), branch.id)
        )


def _grow(branches: dict[int, Branch], broader: dict[int, int | None]) -> list[Branch]:
    tops: list[Branch] = []
    for number, branch in branches.items():
        above = branches.get(broader[number] or 0)
        (above.narrower if above else tops).append(branch)
    _order(tops, 0)
    # What stands in a circle, written behind the forms, has no top: cut it where it begins.
    reached = {branch.pk for top in tops for branch in top.walk()}
    for number, branch in branches.items():
        if number not in reached:
            branches[broader[number] or 0].narrower.remove(branch)
            _order([branch], 0)
            reached |= {below.pk for below in branch.walk()}
            tops.append(branch)
    return tops


def _order(level: list[Branch], depth: int) -> None:
    level.sort(key=lambda branch: (normalise(branch.label), branch.id))
    for branch in level:
        branch.depth = depth
        _order(branch.narrower, depth + 1)
