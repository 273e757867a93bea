"""`/themes/`: the vocabularies as a reader browses them, and for each descriptor what it means,
what stands around it and the records that carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.catalogue import listing, sections
from cms.catalogue.listing import Choice, Scope
from cms.catalogue.rendering import title_key
from knowledge.thesaurus.models import Concept, ConceptLabel, ConceptScheme

DEEPEST = 20  # levels of a tree: a cycle made behind the forms' back ends there

_CARRIES = "record.terms_broader && ARRAY[%(concept)s]::text[]"


@dataclass(slots=True)
class Branch:
    """A descriptor with the number of records that carry it or one below it."""

    label: str
    address: str
    count: int
    under: list["Branch"] = field(default_factory=list)
    language: str = ""  # of the label


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    title: str


@dataclass(slots=True)
class Tree:
    """A vocabulary from its top."""

    title: str
    description: str
    slug: str
    branches: list[Branch]


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """Every vocabulary that readers filter by, with what at least one record carries. A constant
    number of queries."""
    locale = _language()
    schemes = {found.pk: found for found in ConceptScheme.objects.filter(is_facet=True)}
    counts = _counts(locale, [found.slug for found in schemes.values()])
    under: dict[tuple[int, int | None], list[Concept]] = {}
    concepts = Concept.objects.filter(scheme__in=schemes, replaced_by=None)
    for concept in concepts.select_related("scheme").prefetch_related("labels"):
        under.setdefault((concept.scheme_id, concept.broader_id), []).append(concept)
    trees = [
        Tree(found.title, found.description, found.slug, _branches(under, pk, None, counts, locale))
        for pk, found in schemes.items()
    ]
    context = {"page_title": _("Themes"), "trees": [tree for tree in trees if tree.branches]}
    return render(request, "search/themes.html", context)


@require_safe
def theme(request: HttpRequest, scheme: str, slug: str) -> HttpResponse:
    """A descriptor. One that was replaced leads to the one that stands for it now. The other
    parameters are the filters of every list."""
    concept = _concept(scheme, slug)
    seen = 0
    if concept.replaced_by_id:
        while concept.replaced_by is not None and seen < DEEPEST:
            concept, seen = concept.replaced_by, seen + 1
        return redirect(address(concept), permanent=True)
    locale = _language()
    term = f"{concept.scheme.slug}:{concept.slug}"
    shelf = sections.scoped_list(Scope(locale, _CARRIES, {"concept": term}), request.GET)
    around = [*concept.narrower.all(), *concept.related.all()]
    counts = _counts(locale, {concept.scheme.slug, *(one.scheme.slug for one in around)})
    context = {
        "page_title": concept.label(),
        "concept": concept,
        "term": term,
        "links": _above(concept),
        "names": _names(concept, locale),
        "narrower": _named(concept.narrower.all(), counts),
        "related": _named(concept.related.all(), counts),
        "shelf": shelf,
    }
    return render(request, "search/theme.html", context)


def address(concept: Concept) -> str:
    """Where a descriptor is browsed."""
    return reverse("theme", args=[concept.scheme.slug, concept.slug])


def _language() -> str:
    return (get_language() or "fr").split("-")[0]


def _concept(scheme: str, slug: str) -> Concept:
    near = ("narrower__labels", "narrower__scheme", "related__labels", "related__scheme")
    found = (
        Concept.objects.filter(scheme__slug=scheme, slug=slug)
        .select_related("scheme", "broader", "replaced_by__scheme")
        .prefetch_related("labels", *near)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _counts(locale: str, schemes: Sequence[str] | set[str]) -> Mapping[str, int]:
    """Records by term, of some vocabularies. One query."""
    condition, values = listing.where(Scope(locale), Choice())
    found = listing.rows(
        "SELECT term, count(*) FROM cms_catalogue_record record,"
        " unnest(record.terms_broader) term"
        f" WHERE {condition} AND split_part(term, ':', 1) = ANY(%(schemes)s) GROUP BY term",
        {**values, "schemes": list(schemes)},
    )
    return dict(found)


def _branches(
    under: Mapping[tuple[int, int | None], Sequence[Concept]],
    scheme: int,
    above: int | None,
    counts: Mapping[str, int],
    locale: str,
    depth: int = 0,
) -> list[Branch]:
    found = [
        Branch(
            concept.label(locale),
            address(concept),
            count,
            _branches(under, scheme, concept.pk, counts, locale, depth + 1),
            concept.spoken(locale),
        )
        for concept in (under.get((scheme, above), ()) if depth < DEEPEST else ())
        if (count := counts.get(f"{concept.scheme.slug}:{concept.slug}", 0))
    ]
    return sorted(found, key=lambda branch: title_key(branch.label))


def _named(concepts: Any, counts: Mapping[str, int]) -> list[Branch]:
    found = [
        Branch(
            one.label(),
            address(one),
            counts.get(f"{one.scheme.slug}:{one.slug}", 0),
            language=one.spoken(_language()),
        )
        for one in concepts
        if not one.replaced_by_id
    ]
    return sorted(found, key=lambda branch: title_key(branch.label))


def _above(concept: Concept) -> list[Link]:
    """The way from all themes to the parent."""
    found: list[Link] = []
    parent = concept.broader
    while parent is not None and len(found) < DEEPEST:
        found.insert(0, Link(address(parent), parent.label()))
        parent = parent.broader
    top, scheme = reverse("themes"), concept.scheme
    ways = [Link(top, _("Themes")), Link(f"{top}#{scheme.slug}", scheme.title)]
    return [*(ways[1:] if ways[0].title == ways[1].title else ways), *found]


def _names(concept: Concept, locale: str) -> list[str]:
    """What else it is called in the reader's language."""
    kind = ConceptLabel.Kind.ALTERNATIVE
    return [one.label for one in concept.labels.all() if (one.kind, one.language) == (kind, locale)]
