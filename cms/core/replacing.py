"""What uses a thing, and giving what uses it another thing instead.

Found through the foreign keys of the installed models: no user is named here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q, QuerySet
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


def uses(thing: models.Model, *, earlier: bool = False) -> list[Any]:
    """The pages and objects that point to a thing, by what is published or by their latest
    version, or name it in a text; each once. `earlier`: by an earlier version too, for things
    without which it could not be opened."""
    return uses_of([thing], earlier=earlier).get(thing.pk, [])


def uses_of(things: Sequence[models.Model], *, earlier: bool = False) -> dict[int, list[Any]]:
    """The same for several things of one type, by their number; only those that are used."""
    if not things:
        return {}
    numbers = {thing.pk for thing in things}
    found: list[tuple[int, Any]] = []
    for key in keys(things[0]):
        found += _owners(key, numbers)
    found += _of_versions(things[0], numbers, earlier)
    found += _of_texts(things[0], numbers)
    whole = {one: one for one in _specific(one for _number, one in found)}
    pages = {one.pk: one for one in whole if isinstance(one, Page)}
    used: dict[int, dict[Any, None]] = {}
    for number, one in found:
        owner = pages[one.pk] if isinstance(one, Page) else whole[one]
        if not (type(owner) is type(things[0]) and owner.pk == number):
            used.setdefault(number, {})[owner] = None
    return {number: list(owners) for number, owners in used.items()}


def _of_versions(
    thing: models.Model, numbers: set[int], earlier: bool
) -> Iterator[tuple[int, Any]]:
    """What points to them in the version that an editor sees or that is scheduled, or in any."""
    ways = [(key, *_path(key)) for key in keys(thing)]
    types = {model: _types(model) for _key, model, _way in ways}
    held: list[tuple[int, int, str]] = []
    ordered = sorted(numbers)
    for start in range(0, len(ordered), 20):
        some = ordered[start : start + 20]
        asked = Q()
        for key, model, path in ways:
            kinds = Q(content_type__in=types[model])
            contents = (Q(content__contains=_holding(path, key.name, one)) for one in some)
            asked |= kinds & reduce(or_, contents)
        rows = Revision.objects.filter(asked).order_by("pk")
        for version in (rows if earlier else _current(rows)).iterator(chunk_size=100):
            held += [
                (number, version.content_type_id, version.object_id)
                for key, _model, path in ways
                for number in _named(version.content, path, key.name) & set(some)
            ]
    owners = _objects((kind, number) for _used, kind, number in held)
    for used, kind, number in held:
        if (kind, number) in owners:
            yield used, owners[kind, number]


def _of_texts(thing: models.Model, numbers: set[int]) -> Iterator[tuple[int, Any]]:
    """What names them, as Wagtail's index of references knows it."""
    rows = list(
        ReferenceIndex.objects.filter(
            to_content_type=_base(thing), to_object_id__in=[str(one) for one in numbers]
        ).values_list("to_object_id", "base_content_type", "object_id")
    )
    owners = _objects((kind, number) for _used, kind, number in rows)
    for used, kind, number in rows:
        if (kind, number) in owners:
            yield int(used), owners[kind, number]


def _base(thing: models.Model) -> ContentType:
    """The content type under which references to such a thing are kept."""
    kinds = [type(thing), *type(thing)._meta.get_parent_list()]
    return ContentType.objects.get_for_model(kinds[-1], for_concrete_model=False)


def _objects(named: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Any]:
    """Objects by their content type and number; those that are gone are left out."""
    wanted: dict[int, set[str]] = {}
    for kind, number in named:
        wanted.setdefault(kind, set()).add(number)
    found = {}
    for kind, numbers in wanted.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is not None:
            for pk, one in model._base_manager.in_bulk(numbers).items():
                found[kind, str(pk)] = one
    return found


def _named(data: Mapping[str, Any], path: list[str], name: str) -> set[int]:
    """The numbers that a version holds under a key."""
    if not path:
        return {data[name]} if data.get(name) else set()
    return {one for row in data.get(path[0]) or [] for one in _named(row, path[1:], name)}


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
        owners += [owner for _number, owner in _owners(key, {old.pk})]
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


def _owners(key: models.ForeignKey, numbers: set[int]) -> list[tuple[int, Any]]:
    """What an editor knows: not the rows that point to these things but the objects to which they
    belong, however deep, each with the number of the thing. One query."""
    model: type[models.Model] = key.model
    names: list[str] = []
    while parent := _parent(model) or _other_end(model, key):
        names.append(parent.name)
        model = parent.remote_field.model
    rows = key.model._base_manager.filter(**{f"{key.name}__in": numbers})
    if names:
        rows = rows.select_related("__".join(names))
    return [(getattr(row, key.attname), reduce(getattr, names, row)) for row in rows]


def _other_end(model: type[models.Model], key: models.ForeignKey) -> models.ForeignKey | None:
    """Of a row that Django keeps for a many-to-many field: the key to the object that has it."""
    if not model._meta.auto_created:
        return None
    fields = model._meta.concrete_fields
    keys = (field for field in fields if isinstance(field, models.ForeignKey))
    return next((field for field in keys if field.name != key.name), None)


def _move(row: Any, key: models.ForeignKey, new: models.Model) -> None:
    rows = type(row)._base_manager
    if row.pk == new.pk and isinstance(new, key.model):  # it would point to itself
        if key.null:
            rows.filter(pk=row.pk).update(**{key.attname: None})
        return
    change = {key.attname: new.pk}
    if not (_parent(type(row)) or row._meta.auto_created):
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
    held = _holding(path, key.name, thing.pk)
    return Revision.objects.filter(content_type__in=_types(model), content__contains=held)


def _holding(path: list[str], name: str, number: int) -> dict[str, Any]:
    """What the content of a version contains that holds a number under a key."""
    held: dict[str, Any] = {name: number}
    for accessor in reversed(path):
        held = {accessor: [held]}
    return held


def _types(model: type[models.Model]) -> list[int]:
    kinds = [kind for kind in apps.get_models() if issubclass(kind, model)]
    return [kind.pk for kind in ContentType.objects.get_for_models(*kinds).values()]


def _current(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Those that an editor sees when she opens the page, and those that wait for their day."""
    latest = Page.objects.exclude(latest_revision=None).values("latest_revision")
    return revisions.filter(Q(pk__in=latest) | Q(approved_go_live_at__isnull=False))


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
