"""Giving a descriptor's place to another one of its vocabulary.

The old descriptor stays, unused, as "replaced by": its identifier goes on leading to the new one,
in addresses and in the API. Its names become non-descriptors of the new one.
"""

from django.db import transaction

from cms.core import replacing

from .models import Concept, ConceptLabel, ConceptRelation
from .relations import in_line, relate


@transaction.atomic
def merge(old: Concept, new: Concept) -> None:
    """Make everything that uses `old` use `new`, without saying it twice. ValueError for two
    vocabularies, or for a descriptor that is itself replaced."""
    if old.pk == new.pk or old.scheme_id != new.scheme_id or new.replaced_by_id:
        raise ValueError(f"{old} cannot be replaced by {new}")
    others = [row.other for row in (*new.relations.all(), *old.relations.all())]
    replacing.replace(old, new, leave=[ConceptRelation])
    new.refresh_from_db()
    relate(old, [])
    wrong = in_line(new.pk, new.broader_id, [other.pk for other in others])
    kept = {o.pk: o for o in others if o.pk not in {old.pk, new.pk, *wrong}}
    relate(new, list(kept.values()))
    _take_names(old, new)
    Concept.objects.filter(pk=old.pk).update(replaced_by=new, broader=None)
    old.refresh_from_db()
    for concept in (new, old):  # their state, which caches watch
        concept.save()


def _take_names(old: Concept, new: Concept) -> None:
    last = new.labels.count()
    for place, label in enumerate(ConceptLabel.objects.filter(concept=old), start=last):
        if label.kind == ConceptLabel.Kind.PREFERRED:
            label.kind = ConceptLabel.Kind.ALTERNATIVE
            spoken = ConceptLabel.objects.filter(
                concept=new, language=label.language, kind=ConceptLabel.Kind.PREFERRED
            )
            if not spoken.exists():
                label.kind = ConceptLabel.Kind.PREFERRED
        label.concept, label.sort_order = new, place
        label.save()
