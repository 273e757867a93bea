"""What uses a thing, and giving what uses it another thing instead.

Found through the foreign keys of the installed models: no user is named here.
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from modelcluster.fields import ParentalKey
from wagtail.models import Page, ReferenceIndex, Revision

# Of Wagtail's own tables only old addresses follow: locks, logs and tasks are about the past.
_FOLLOWING = {"wagtailredirects.redirect"}


def keys(thing: models.Model) -> Iterator[models.ForeignKey]:
    """Every foreign key by which something else points to an object of this type; what belongs
    to the object itself (its child rows) is left out."""
    for relation in type(thing)._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        key = relation.field
        model = key.model._meta
        foreign = model.app_config.name.split(".")[0] in ("wagtail", "wagtail_localize")
        if isinstance(key, ParentalKey) or model.proxy or relation.parent_link:
            continue
        if not foreign or model.label_lower in _FOLLOWING:
            yield key


def uses(thing: models.Model) -> list[Any]:
    """The pages and objects that point to a thing, by what is published or by their latest
    version, or name it in a text; each once."""
    found: list[Any] = []
    for key in keys(thing):
        found += _owners(key, thing)
        held: dict[int, list[str]] = {}
        rows = _latest(_revisions(key, thing)).values_list("content_type", "object_id")
        for kind, number in rows:
            held.setdefault(kind, []).append(number)
        for kind, numbers in held.items():
            model = ContentType.objects.get_for_id(kind).model_class()
            if model is not None:
                found += model._base_manager.in_bulk(numbers).values()
    for source, _references in ReferenceIndex.get_references_to(thing).group_by_source_object():
        found.append(source)
    return [one for one in _specific(found) if one != thing]


def must_be_replaced(thing: models.Model) -> bool:
    """Whether something points to the thing by a key that does not let it go."""
    return any(
        key.remote_field.on_delete is models.PROTECT
        and key.model._base_manager.filter(**{key.name: thing.pk}).exists()
        for key in keys(thing)
    )


@transaction.atomic
def replace(old: models.Model, new: models.Model, *, leave: Iterable[Any] = ()) -> None:
    """Make all that points to `old` point to `new`: rows, drafts and earlier versions; the models
    in `leave` excepted. A child row that would stand twice is dropped. What stood above `old`
    stands above `new` where `new` stood below it. `old` stays, and no key leads to it any more."""
    left = tuple(leave)
    owners: list[Any] = []
    for key in keys(old):
        if key.model in left:
            continue
        if isinstance(new, key.model):
            _climb(old, new, key)
        owners += _owners(key, old)
        for row in key.model._base_manager.filter(**{key.name: old.pk}):
            _move(row, key, new)
        for revision in _revisions(key, old):
            _change(revision.content, _path(key)[1], key.name, old.pk, new.pk)
            Revision.objects.filter(pk=revision.pk).update(content=revision.content)
    for owner in _specific(owners):
        ReferenceIndex.create_or_update_for_object(owner)


def _climb(old: Any, new: Any, key: models.ForeignKey) -> None:
    """A replacement that stands below what it replaces takes its place: nothing may end up
    standing under itself."""
    above, seen = getattr(new, key.attname, None), set()
    while above and above not in seen and above != old.pk:
        seen.add(above)
        above = key.model._base_manager.filter(pk=above).values_list(key.attname, flat=True).first()
    if above == old.pk:
        higher = getattr(old, key.attname)
        key.model._base_manager.filter(pk=new.pk).update(**{key.attname: higher})
        setattr(new, key.attname, higher)


def _specific(objects: Iterable[Any]) -> list[Any]:
    """Each object once, pages as what they are."""
    rows = list(objects)
    numbers = {row.pk for row in rows if isinstance(row, Page)}
    pages = {page.pk: page for page in Page.objects.filter(pk__in=numbers).specific()}
    whole = (pages.get(row.pk, row) if isinstance(row, Page) else row for row in rows)
    return list(dict.fromkeys(whole))


def _parent(model: type[models.Model]) -> ParentalKey | None:
    """The key by which the model's rows belong to another object, and are edited with it."""
    fields = model._meta.concrete_fields
    return next((field for field in fields if isinstance(field, ParentalKey)), None)


def _owners(key: models.ForeignKey, thing: models.Model) -> list[Any]:
    """What an editor knows: not the rows that point to the thing but the objects to which they
    belong, however deep. One query."""
    model: type[models.Model] = key.model
    names: list[str] = []
    while parent := _parent(model):
        names.append(parent.name)
        model = parent.remote_field.model
    rows = key.model._base_manager.filter(**{key.name: thing.pk})
    if not names:
        return list(rows)
    return [reduce(getattr, names, row) for row in rows.select_related("__".join(names))]


def _move(row: Any, key: models.ForeignKey, new: models.Model) -> None:
    rows = type(row)._base_manager
    if row.pk == new.pk and isinstance(new, key.model):  # it would point to itself
        if key.null:
            rows.filter(pk=row.pk).update(**{key.attname: None})
        return
    change = {key.attname: new.pk}
    if not _parent(type(row)):
        rows.filter(pk=row.pk).update(**change)
        return
    own = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.unique and field.name not in {key.name, "sort_order", "translation_key"}
    }
    parent = _parent(type(row))
    itself = parent is not None and getattr(row, parent.attname) == new.pk
    try:
        with transaction.atomic():
            if itself or rows.filter(**own, **change).exists():
                raise IntegrityError
            rows.filter(pk=row.pk).update(**change)
            connection.check_constraints()
    except IntegrityError:  # its owner has the other one already, or is the other one
        rows.filter(pk=row.pk).delete()


def _path(key: models.ForeignKey) -> tuple[type[models.Model], list[str]]:
    """The model that is edited as a whole, and the way from it to the key's rows."""
    model: type[models.Model] = key.model
    path: list[str] = []
    while parent := _parent(model):
        path.insert(0, parent.remote_field.get_accessor_name())
        model = parent.remote_field.model
    return model, path


def _revisions(key: models.ForeignKey, thing: models.Model) -> QuerySet[Revision]:
    """The drafts and earlier versions that hold the thing's number in their own copy."""
    model, path = _path(key)
    held: dict[str, Any] = {key.name: thing.pk}
    for accessor in reversed(path):
        held = {accessor: [held]}
    kinds = [kind for kind in apps.get_models() if issubclass(kind, model)]
    types = ContentType.objects.get_for_models(*kinds).values()
    return Revision.objects.filter(content_type__in=types, content__contains=held)


def _latest(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Those that an editor sees when she opens the page."""
    current = Page.objects.exclude(latest_revision=None).values("latest_revision")
    return revisions.filter(pk__in=current)


def _change(data: dict[str, Any], path: list[str], name: str, old: int, new: int) -> None:
    if not path:
        if data.get(name) == old:
            data[name] = new if data.get("pk") != new else None
        return
    rows = data.get(path[0]) or []
    if len(path) == 1:
        kept: list[dict[str, Any]] = []
        for row in rows:
            moved = {**row, name: new} if row.get(name) == old else row
            if moved is row or not any(_same(moved, other) for other in [*kept, *rows]):
                kept.append(moved)
        data[path[0]] = kept
        return
    for row in rows:
        _change(row, path[1:], name, old, new)


def _same(row: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two child rows of a version say the same."""
    apart = {"pk", "sort_order", "translation_key"}
    return {k: v for k, v in row.items() if k not in apart} == {
        k: v for k, v in other.items() if k not in apart
    }
