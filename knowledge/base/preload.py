"""What an edit form or a page needs, in a few queries whatever the number of rows: the child rows
of a page, the pages that its choosers name, and what of an old revision is still there."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.functions import Left, Length
from modelcluster.models import get_all_child_relations
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.fields import StreamField
from wagtail.models import Page, Revision, WorkflowPage

from knowledge.thesaurus.finding import with_names
from knowledge.thesaurus.models import Concept

_FORGIVING = (models.CASCADE, models.PROTECT)  # a row without its target goes


def children(pages: Sequence[Any], module: str = "knowledge.") -> None:
    """Read all child rows of saved pages of one type at once, those with a body excepted. One
    query; what was read already, or edited, stays. `module`: only those of a room."""
    saved = {page.pk: page for page in pages if page.pk}
    if not saved:
        return
    wanted = {
        relation.get_accessor_name(): relation
        for relation in get_all_child_relations(type(pages[0]))
        if relation.related_model.__module__.startswith(module)
        and not any(isinstance(f, StreamField) for f in relation.related_model._meta.fields)
    }
    if not wanted:
        return
    quote = connection.ops.quote_name
    selects = [
        f"SELECT {place}, {quote(relation.field.column)}, to_jsonb(t)"
        f" FROM {quote(relation.related_model._meta.db_table)} t"
        f" WHERE {quote(relation.field.column)} = ANY(%(pages)s)"
        for place, relation in enumerate(wanted.values())
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), {"pages": list(saved)})
        found = cursor.fetchall()
    names = list(wanted)
    rows: dict[tuple[int, str], list[Any]] = {(pk, name): [] for pk in saved for name in names}
    for place, pk, columns in found:
        model = wanted[names[place]].related_model
        rows[pk, names[place]].append(_row(model, json.loads(columns)))
    for (pk, name), objects in rows.items():
        objects.sort(key=lambda row: (getattr(row, "sort_order", None) or 0, row.pk))
        saved[pk].__dict__.setdefault("_cluster_related_objects", {}).setdefault(name, objects)


def _row(model: Any, columns: dict[str, Any]) -> Any:
    values = {field.attname: field.to_python(columns[field.column]) for field in model._meta.fields}
    row = model(**values)
    row._state.adding, row._state.db = False, connection.alias
    return row


def chosen(forms: Iterable[Any]) -> None:
    """Tell the choosers of some forms what is chosen: one query for each kind of thing, one more
    for the names of descriptors."""
    places: dict[Any, list[tuple[Any, int]]] = {}
    for form in forms:
        for name, field in form.fields.items():
            value = form.initial.get(name)
            if isinstance(field.widget, BaseChooser) and isinstance(value, int):
                kind = field.widget.model_class
                kind = Page if issubclass(kind, Page) else kind
                places.setdefault(kind, []).append((field.widget, value))
    for kind, chosen_here in places.items():
        ids = {value for _widget, value in chosen_here}
        found = _pages(ids) if kind is Page else _others(kind, ids)
        for widget, value in chosen_here:
            if value in found:
                _remember(widget, value, found[value])


def _pages(ids: set[int]) -> dict[int, Page]:
    """The pages with those above them. What a chooser shows is in the base page."""
    up = Left("path", Length("path") - Page.steplen)
    above = Page.objects.filter(pk__in=ids).order_by().values_list(up, flat=True)
    found = list(Page.objects.filter(models.Q(pk__in=ids) | models.Q(path__in=above)))
    by_path = {page.path: page for page in found}
    for page in found:
        page.__dict__["specific"] = page
        page._cached_parent_obj = by_path.get(page.path[: -Page.steplen])
    return {page.pk: page for page in found}


def _others(kind: Any, ids: set[int]) -> dict[int, Any]:
    rows = with_names(Concept.objects.all()) if kind is Concept else kind._default_manager.all()
    return {row.pk: row for row in rows.filter(pk__in=ids)}


def _remember(widget: Any, key: int, instance: Any) -> None:
    fetch = widget.get_instance
    widget.get_instance = lambda value: instance if value == key else fetch(value)


def revisions(page: Any) -> None:
    """Read the latest and the live revision of a page, mostly the same one. One query."""
    names = ("latest_revision", "live_revision")
    ids = {getattr(page, f"{name}_id") for name in names} - {None}
    found = Revision.objects.select_related("user").in_bulk(ids) if ids else {}
    for name in names:
        if revision := found.get(getattr(page, f"{name}_id")):
            setattr(page, name, revision)


def workflow(page: Any) -> None:
    """Find the workflow of a page, the nearest active one, and where it stands in it, once for
    all who ask this instance. Two queries."""
    paths = [page.path[:end] for end in range(Page.steplen, len(page.path) + 1, Page.steplen)]
    row = (
        WorkflowPage.objects.filter(page__path__in=paths, workflow__active=True)
        .select_related("workflow")
        .order_by("-page__depth")
        .first()
    )
    page.known_workflow = (row.workflow if row else None,)
    if not hasattr(page, "_current_workflow_states"):
        states = page.workflow_states.active().select_related("current_task_state__task")
        page._current_workflow_states = list(states)


def still_there(model: Any, data: dict[str, Any]) -> dict[str, Any]:
    """The data of a revision without what it points to that is gone since: a key that may be
    empty becomes so, a row that makes no sense without its target goes. One query for each
    kind of target."""
    lists = {
        relation.get_accessor_name(): relation.related_model
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() in data
    }
    used: dict[Any, set[Any]] = {}
    for name, kind in lists.items():
        for row in data[name]:
            for field in _keys(kind):
                if row.get(field.name) is not None:
                    used.setdefault(field.related_model, set()).add(row[field.name])
    for field in _keys(model):
        if data.get(field.name) is not None:
            used.setdefault(field.related_model, set()).add(data[field.name])
    there = _existing(used)
    kept = {name: _kept(kind, data[name], there) for name, kind in lists.items()}
    own = {
        field.name: None
        for field in _keys(model)
        if data.get(field.name) is not None
        and data[field.name] not in there[field.related_model]
        and field.remote_field.on_delete in (models.SET_NULL, models.CASCADE)
    }
    return {**data, **kept, **own}


def _existing(used: dict[Any, set[Any]]) -> dict[Any, set[Any]]:
    """Which of these keys are there, by model. One query."""
    found: dict[Any, set[Any]] = {target: set() for target in used}
    if not used:
        return found
    targets = list(used)
    quote = connection.ops.quote_name
    selects = [
        f"SELECT {place}, {quote(target._meta.pk.column)}"
        f" FROM {quote(target._meta.db_table)}"
        f" WHERE {quote(target._meta.pk.column)} = ANY(%(ids{place})s)"
        for place, target in enumerate(targets)
    ]
    values = {f"ids{place}": list(used[target]) for place, target in enumerate(targets)}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), values)
        for place, key in cursor.fetchall():
            found[targets[place]].add(key)
    return found


def _keys(model: Any) -> list[Any]:
    """The foreign keys of a model, but those to its own page or parent, and those of `Page`:
    what a revision says of these is replaced by what the page says now."""
    return [
        field
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey)
        and field.model is not Page
        and not field.remote_field.parent_link
        and type(field).__name__ != "ParentalKey"
    ]


def _kept(kind: Any, rows: list[dict[str, Any]], there: dict[Any, set[Any]]) -> list[Any]:
    found = []
    for row in rows:
        gone = [
            field
            for field in _keys(kind)
            if row.get(field.name) is not None and row[field.name] not in there[field.related_model]
        ]
        if any(field.remote_field.on_delete in _FORGIVING for field in gone):
            continue
        found.append({**row, **{field.name: None for field in gone}})
    return found
