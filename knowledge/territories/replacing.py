"""Deleting a territory whose place another takes."""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from modelcluster.fields import ParentalKey
from wagtail.models import Page, ReferenceIndex, Revision

from .inclusion import covering, inside, mark_partial
from .models import Inclusion, Territory

_OFFICIAL = ("region", "departement", "epci", "commune")
# From the widest kind to the narrowest; a free territory may hold or lie in any.
_ORDER = ("region", "departement", "epci", "commune", "qpv")


def relations() -> Iterator[models.ForeignKey]:
    """Every foreign key of an installed model to a territory, those of many-to-many tables too,
    inclusions left out."""
    for relation in Territory._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            key = relation.remote_field
            if not key.model._meta.proxy and key.model is not Inclusion:
                yield key


def uses(territory: Territory) -> list[Any]:
    """What points to the territory: pages and objects, also by a draft or an earlier version
    (which could not be opened without it), the free territories made of it, and what lies in it
    unless it is itself a free one."""
    found: list[Any] = []
    for key in relations():
        found += _owners(key, territory)
        held: dict[Any, list[Any]] = {}
        for kind, number in _revisions(key, territory).values_list("content_type", "object_id"):
            held.setdefault(kind, []).append(number)
        for kind, numbers in held.items():
            model = ContentType.objects.get_for_id(kind).model_class()
            if model is not None:
                found += model._base_manager.in_bulk(numbers).values()
    within = territory.wholes.filter(outer__kind=Territory.Kind.FREE).select_related("outer")
    found += [row.outer for row in within]
    if territory.kind != Territory.Kind.FREE:
        found += [row.inner for row in territory.parts.select_related("inner")]
    return _specific(found)


@transaction.atomic
def replace(old: Territory, new: Territory) -> None:
    """Make all that points to `old` point to `new`: rows, drafts and earlier versions, inclusions.
    A child row that would stand twice is dropped. `old` stays, and nothing uses it any more.
    IntegrityError where an object of its own may not point to `new`."""
    owners: list[Any] = []
    for key in relations():
        owners += _owners(key, old)
        for row in key.model._base_manager.filter(**{key.name: old}):
            _move(row, key, new)
        _in_revisions(key, old, new)
    _move_inclusions(old, new)
    for owner in _specific(owners):
        ReferenceIndex.create_or_update_for_object(owner)


def _specific(objects: Iterable[Any]) -> list[Any]:
    """Each object once, pages as what they are: a child row knows only that it is on a page."""
    rows = list(objects)
    numbers = {row.pk for row in rows if isinstance(row, Page)}
    pages = {page.pk: page for page in Page.objects.filter(pk__in=numbers).specific()}
    whole = (pages.get(row.pk, row) if isinstance(row, Page) else row for row in rows)
    return list(dict.fromkeys(whole))


def _parent(model: type[models.Model]) -> ParentalKey | None:
    """The key by which the model's rows belong to another object, and are edited with it."""
    fields = model._meta.concrete_fields
    return next((field for field in fields if isinstance(field, ParentalKey)), None)


def _owners(key: models.ForeignKey, territory: Territory) -> list[Any]:
    """What a reader of the admin knows: not the rows that point to the territory but the objects
    to which they belong, however deep. One query."""
    model: type[models.Model] = key.model
    names: list[str] = []
    while parent := _parent(model) or _other_end(model, key):
        names.append(parent.name)
        model = parent.remote_field.model
    rows = key.model._base_manager.filter(**{key.name: territory})
    if not names:
        return list(rows)
    return [reduce(getattr, names, row) for row in rows.select_related("__".join(names))]


def _other_end(model: type[models.Model], key: models.ForeignKey) -> models.ForeignKey | None:
    """Of a row that Django keeps for a many-to-many field: the key to the object that has it."""
    if not model._meta.auto_created:
        return None
    fields = model._meta.concrete_fields
    keys = (field for field in fields if isinstance(field, models.ForeignKey))
    return next((field for field in keys if field.name != key.name), None)


def _move(row: Any, key: models.ForeignKey, new: Territory) -> None:
    rows = type(row)._base_manager
    change = {key.attname: new.pk}
    if not (_parent(type(row)) or row._meta.auto_created):
        rows.filter(pk=row.pk).update(**change)
        return
    own = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.unique and field.name not in {key.name, "sort_order", "translation_key"}
    }
    try:
        with transaction.atomic():
            if rows.filter(**own, **change).exists():
                raise IntegrityError
            rows.filter(pk=row.pk).update(**change)
            connection.check_constraints()
    except IntegrityError:  # its owner has the other one already
        rows.filter(pk=row.pk).delete()


def _path(key: models.ForeignKey) -> tuple[type[models.Model], list[str]]:
    """The model that is edited as a whole, and the way from it to the key's rows."""
    model: type[models.Model] = key.model
    path: list[str] = []
    while parent := _parent(model):
        path.insert(0, parent.remote_field.get_accessor_name())
        model = parent.remote_field.model
    return model, path


def _revisions(key: models.ForeignKey, territory: Territory) -> QuerySet[Revision]:
    """The drafts and earlier versions that hold the territory's number in their own copy."""
    model, path = _path(key)
    held: dict[str, Any] = {key.name: territory.pk}
    for accessor in reversed(path):
        held = {accessor: [held]}
    kinds = [kind for kind in apps.get_models() if issubclass(kind, model)]
    types = ContentType.objects.get_for_models(*kinds).values()
    return Revision.objects.filter(content_type__in=types, content__contains=held)


def _in_revisions(key: models.ForeignKey, old: Territory, new: Territory) -> None:
    for revision in _revisions(key, old):
        _change(revision.content, _path(key)[1], key.name, old.pk, new.pk)
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def _change(data: dict[str, Any], path: list[str], name: str, old: int, new: int) -> None:
    if not path:
        data[name] = new if data.get(name) == old else data.get(name)
        return
    rows = data.get(path[0]) or []
    if len(path) == 1:
        there = any(row.get(name) == new for row in rows)
        rows = [row for row in rows if not (there and row.get(name) == old)]
        data[path[0]] = rows
    for row in rows:
        _change(row, path[1:], name, old, new)


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
