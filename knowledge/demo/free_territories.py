"""Territories made of others, which no official list has."""

from typing import Any

from knowledge.territories.inclusion import mark_partial
from knowledge.territories.models import Inclusion, Territory

from .library import read


def load() -> None:
    """Make those that are not there yet; their communes must be."""
    for entry in read("free_territories.yaml"):
        _make(entry)


def _make(entry: dict[str, Any]) -> None:
    made = Territory(
        name=entry["name"],
        other_names=entry.get("other_names") or [],
        latitude=entry["latitude"],
        longitude=entry["longitude"],
    )
    if Territory.objects.filter(slug=made.make_slug()).exists():
        return
    made.full_clean(exclude=["slug"])
    made.save()
    parts = list(Territory.objects.defer("outline").filter(slug__in=entry["parts"]))
    Inclusion.objects.bulk_create(Inclusion(outer=made, inner=part) for part in parts)
    mark_partial([part.pk for part in parts])
