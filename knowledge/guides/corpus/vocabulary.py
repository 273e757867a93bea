"""The themes and audiences of a corpus as two vocabularies of their own."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.text import slugify

from knowledge.thesaurus.labels import normalise
from knowledge.thesaurus.models import Concept, ConceptLabel, ConceptScheme

from .reading import Doc

SCHEMES = {"corpus-themes": "Thèmes du corpus", "corpus-audiences": "Publics du corpus"}


class Vocabulary:
    """The concepts of one scheme by label; what is missing is made."""

    def __init__(self, slug: str) -> None:
        self.scheme, _created = ConceptScheme.objects.get_or_create(
            slug=slug,
            defaults={"title": SCHEMES[slug], "applies_to": ["guide"], "sort_order": 90},
        )
        labels = ConceptLabel.objects.filter(scheme=self.scheme, language="fr")
        self.known = dict(labels.values_list("normalized", "concept"))
        self.slugs = set(self.scheme.concepts.values_list("slug", flat=True))

    def concept(self, way: Iterable[str]) -> int:
        """The key of the last concept of a path of labels, broadest first. A label that stands
        elsewhere already keeps its place: a name is one concept."""
        broader: int | None = None
        for label in way:
            key = normalise(label)
            if key not in self.known:
                self.known[key] = self._make(label, broader)
            broader = self.known[key]
        assert broader is not None
        return broader

    def _make(self, label: str, broader: int | None) -> int:
        base = slugify(label)[:90] or "theme"
        slug, number = base, 1
        while slug in self.slugs:
            number += 1
            slug = f"{base}-{number}"
        self.slugs.add(slug)
        concept = Concept.objects.create(scheme=self.scheme, slug=slug, broader_id=broader)
        ConceptLabel.objects.create(concept=concept, language="fr", label=label[:200])
        return concept.pk


@transaction.atomic
def concepts(docs: Iterable[Doc]) -> dict[str, list[int]]:
    """The concepts of each document, by its id."""
    themes, audiences = (Vocabulary(slug) for slug in SCHEMES)
    return {
        doc.id: list(
            dict.fromkeys(
                [themes.concept(way) for way in doc.themes]
                + [audiences.concept([name]) for name in doc.audiences]
            )
        )
        for doc in docs
    }
