"""Deleting a territory whose place another takes."""

from typing import Any

from django.db import models, transaction

from cms.core import replacing

from .inclusion import covering, inside, mark_partial
from .models import Inclusion, Territory

_OFFICIAL = ("region", "departement", "epci", "commune")
# From the widest kind to the narrowest; a free territory may hold or lie in any.
_ORDER = ("region", "departement", "epci", "commune", "qpv")


def uses(territory: Territory) -> list[Any]:
    """What points to the territory: pages and objects, also by a draft or an earlier version
    (which could not be opened without it), the free territories made of it, and what lies in it
    unless it is itself a free one."""
    used = replacing.uses(territory, earlier=True)
    found = [one for one in used if not isinstance(one, Territory)]
    within = territory.wholes.filter(outer__kind=Territory.Kind.FREE).select_related("outer")
    found += [row.outer for row in within]
    if territory.kind != Territory.Kind.FREE:
        found += [row.inner for row in territory.parts.select_related("inner")]
    return list(dict.fromkeys(found))


@transaction.atomic
def replace(old: Territory, new: Territory) -> None:
    """Make all that points to `old` point to `new`: rows, drafts and earlier versions, inclusions.
    A child row that would stand twice is dropped. `old` stays, and nothing uses it any more.
    IntegrityError where an object of its own may not point to `new`."""
    replacing.replace(old, new)
    _move_inclusions(old, new)


def _move_inclusions(old: Territory, new: Territory) -> None:
    below = {node.pk for node in inside([new.pk], without=old.pk).get(new.pk, [])} | {new.pk}
    above = {node.pk for node in covering([new.pk], without=old.pk).get(new.pk, [])} | {new.pk}
    moved = [new.pk]
    for row in old.parts.select_related("inner"):
        if row.inner_id not in below | above and _fits(row.inner.kind, new.kind):
            Inclusion.objects.filter(pk=row.pk).update(outer=new)
            moved.append(row.inner_id)
    below |= set(moved)
    for row in old.wholes.select_related("outer"):
        # An official territory keeps its own place among the official ones.
        known = row.outer.kind in _OFFICIAL and new.kind in _OFFICIAL
        if not known and row.outer_id not in below | above and _fits(new.kind, row.outer.kind):
            Inclusion.objects.filter(pk=row.pk).update(inner=new)
    Inclusion.objects.filter(models.Q(outer=old) | models.Q(inner=old)).delete()
    mark_partial(moved)


def _fits(inner: str, outer: str) -> bool:
    """Whether a territory of one kind may lie in one of another."""
    if Territory.Kind.FREE in (inner, outer):
        return True
    return _ORDER.index(inner) > _ORDER.index(outer)
