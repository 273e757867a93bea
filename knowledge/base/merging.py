"""Two pages about the same thing become one: what one knew goes to the other, which its readers
and the pages that pointed to it then find.

The duplicate is unpublished, never deleted: an editor may look at it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex, Revision

from cms.catalogue.visibility import public_pages
from cms.core import body
from cms.core.records import record_uid

from .pages import KnowledgePage
from .relations import PageIdentifier
from .relinking import Relink, mentions

# What the kept page receives where it lacks it, and by what two rows are the same.
SHARED: dict[str, tuple[str, ...]] = {
    "descriptors": ("concept_id",),
    "territories": ("territory_id",),
    "organisations": ("organisation_id", "name", "role"),
    "related_pages": ("related_id",),
    "identifiers": ("scheme", "value"),
}

ACTION = "relais.duplicate"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A row that points to a page by one of its fields. `owner_id` is the page that it belongs
    to (None for what belongs to no page); `path` the child relations that lead from there to the
    row, empty for a field of the page itself."""

    row: Any
    name: str
    owner_id: int | None
    path: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What a merge would do, for the editor to confirm: rows by the name of their relation, the
    pages whose ties are moved, those in whose texts links are; `translations` of the duplicate
    that are merged likewise, and those that stay, each with the reason."""

    duplicate: Any
    kept: Any
    address: str
    rows: dict[str, list[Any]] = field(default_factory=dict)
    owners: list[Page] = field(default_factory=list)
    mentions: list[Page] = field(default_factory=list)
    translations: list["Plan"] = field(default_factory=list)
    staying: list[tuple[Page, str]] = field(default_factory=list)


def refusal(duplicate: Any, kept: Any) -> str:
    """Why these two pages cannot be merged; "" where they can."""
    if duplicate.pk == kept.pk:
        return _("A page is not a duplicate of itself.")
    if type(duplicate) is not type(kept):
        return _("Choose a page of the same type.")
    if duplicate.locale_id != kept.locale_id:
        return _("Choose a page in the same language.")
    if kept.pk not in public_pages([kept.pk]):
        return _("The page to keep must be public: readers are led to it.")
    if duplicate.get_children().exists():
        return _("Move the pages that stand under this one first.")
    return ""


def may_merge(user: Any, *pages: Page) -> bool:
    """Whether a user may edit and publish these pages, none of which is locked for them."""
    found = [page.permissions_for_user(user) for page in pages]
    return all(one.can_edit() and one.can_publish() and not one.page_locked() for one in found)


def plan(duplicate: Any, kept: Any, user: Any) -> Plan:
    """What `merge` would do now. Reads only."""
    found = _plan(duplicate, kept)
    own = {page.locale_id: page for page in kept.get_translations()}
    for page in duplicate.get_translations().filter(alias_of=None).select_related("locale"):
        like = own.get(page.locale_id)
        other = like.specific if like else None
        if reason := _stays(page.specific, other, user):
            found.staying.append((page, reason))
        else:
            found.translations.append(_plan(page.specific, other))
    return found


def _stays(page: Any, other: Any, user: Any) -> str:
    """Why a translation of the duplicate is not merged into that of the page that is kept; ""
    where it is."""
    if other is None or other.alias_of_id:
        return _("The page to keep has no translation in this language.")
    if not may_merge(user, page, other):
        return _("You may not publish both.")
    return refusal(page, other)


def _plan(duplicate: Any, kept: Any) -> Plan:
    pointers = [one for one in _pointers(duplicate) if one.owner_id != duplicate.pk]
    owners = {one.owner_id for one in pointers if one.owner_id}
    return Plan(
        duplicate,
        kept,
        (body.page_address(duplicate) or "") if duplicate.first_published_at else "",
        {name: rows for name, rows in _lacking(duplicate, kept).items() if rows},
        list(Page.objects.filter(pk__in=owners).order_by("title")),
        list(Page.objects.filter(pk__in=mentions(duplicate) - owners).order_by("title")),
    )


@transaction.atomic
def merge(duplicate: Any, kept: Any, user: Any) -> Plan:
    """Make `kept` the one page of both, all or nothing. ValueError where `refusal` says why."""
    ids = [duplicate.pk, kept.pk]
    list(Page.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    duplicate = Page.objects.get(pk=duplicate.pk).specific
    kept = Page.objects.get(pk=kept.pk).specific
    if reason := refusal(duplicate, kept):
        raise ValueError(reason)
    done = plan(duplicate, kept, user)
    for one in (done, *done.translations):
        _merge(one, user)
    return done


def _merge(done: Plan, user: Any) -> None:
    """One page into another of its language."""
    duplicate, kept = done.duplicate, done.kept
    rows = _lacking(duplicate, kept)
    pointers = [one for one in _pointers(duplicate) if one.owner_id != duplicate.pk]
    for pointer in pointers:
        _move(pointer, duplicate.pk, kept.pk)
    _index_again(pointers)
    Relink(duplicate.pk, kept.pk).everywhere()
    kept = Page.objects.get(pk=kept.pk).specific
    _give(kept, rows, duplicate.pk, user)
    if duplicate.live:
        duplicate.unpublish(user=user, log_action=True)
    if done.address:
        _lead(done.address, kept)
    log(instance=duplicate, action=ACTION, user=user, data={"kept": kept.pk, "title": kept.title})


def _key(row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _lacking(duplicate: Any, kept: Any) -> dict[str, list[Any]]:
    """The rows that `kept` lacks, unsaved, by relation."""
    found: dict[str, list[Any]] = {}
    for name, names in SHARED.items():
        rows = list(getattr(duplicate, name).all())
        if name == "identifiers":
            rows += _traces(duplicate)
        found[name] = _new(rows, list(getattr(kept, name).all()), names, duplicate.pk, kept.pk)
    _drop_second_choices(found["descriptors"], kept)
    return found


def _new(
    rows: list[Any], own: list[Any], names: tuple[str, ...], duplicate_id: int, kept_id: int
) -> list[Any]:
    known = {_key(row, names) for row in own}
    found = []
    for row in rows:
        key = _key(row, names)
        if key not in known and getattr(row, "related_id", None) not in (duplicate_id, kept_id):
            known.add(key)
            fields = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
            del fields["id"], fields["page_id"]
            found.append(type(row)(**{**fields, "sort_order": len(known)}))
    return found


def _drop_second_choices(rows: list[Any], kept: Any) -> None:
    """A vocabulary that takes one descriptor keeps the one that the kept page has."""
    chosen = {row.concept.scheme_id for row in kept.descriptors.all()}
    for row in list(rows):
        scheme = row.concept.scheme
        if not scheme.multiple and scheme.pk in chosen:
            rows.remove(row)
        chosen.add(scheme.pk)


def _traces(duplicate: Any) -> list[PageIdentifier]:
    """The address and the identifier by which the duplicate was known, if it ever was public."""
    if not duplicate.first_published_at:
        return []
    uid = record_uid(duplicate.translation_key, duplicate.locale.language_code)
    found = [PageIdentifier(scheme="relais", value=str(uid))]
    if address := duplicate.full_url:
        found.append(PageIdentifier(scheme="url", value=address[:300]))
    return found


def _give(kept: Any, rows: dict[str, list[Any]], duplicate_id: int, user: Any) -> None:
    """Add the rows to the page. What an editor is writing there stays a draft, with the rows in
    it; a page without a draft is published with them."""
    pending = kept.has_unpublished_changes
    if pending:
        for row in (row for some in rows.values() for row in some):
            row.page_id = kept.pk
            row.save()
    draft = kept.get_latest_revision_as_object() if kept.latest_revision_id else kept
    for name, some in rows.items():
        own = list(getattr(draft, name).all())
        known = {_key(row, SHARED[name]) for row in own}
        for row in some:
            if _key(row, SHARED[name]) not in known:
                getattr(draft, name).add(row)
    revision = draft.save_revision(user=user, clean=False, log_action=True)
    if not pending:
        revision.publish(user=user, skip_permission_checks=True)


def _lead(address: str, kept: Any) -> None:
    """The old address, and those that led to it, lead to the page."""
    path = Redirect.normalise_path(address)
    Redirect.objects.filter(old_path=path).delete()
    Redirect.add_redirect(path, redirect_to=kept, is_permanent=True)


def _pointers(page: Any) -> Iterator[Pointer]:
    """Every row that points to a page: of our models, and redirects."""
    seen = set()
    for relation in type(page)._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and relation.one_to_many):
            continue
        foreign, model = relation.field, relation.related_model
        if isinstance(foreign, ParentalKey) or (model, foreign.name) in seen:
            continue
        seen.add((model, foreign.name))
        module = model.__module__
        if module.startswith(("wagtail.", "wagtail_localize.")) and model is not Redirect:
            continue
        for row in model._base_manager.filter(**{foreign.name: page.pk}):
            owner, path = _owner(row)
            yield Pointer(row, foreign.name, owner, path)


def _owner(row: Any) -> tuple[int | None, tuple[str, ...]]:
    """The page to which a row belongs, and the child relations that lead to the row."""
    if isinstance(row, Page):
        return row.pk, ()
    for own in row._meta.concrete_fields:
        if isinstance(own, ParentalKey):
            accessor = own.remote_field.get_accessor_name()
            if issubclass(own.related_model, Page):
                return getattr(row, own.attname), (accessor,)
            owner, path = _owner(getattr(row, own.name))
            return owner, (*path, accessor)
    return None, ()


def _move(pointer: Pointer, old: int, new: int) -> None:
    """Point to the page that is kept. A row that would say nothing new, or tie that page to
    itself, goes."""
    row, name = pointer.row, pointer.name
    itself = pointer.owner_id == new
    rows = type(row)._base_manager.filter(pk=row.pk)
    if not pointer.path:
        rows.update(**{name: None if itself and row._meta.get_field(name).null else new})
    elif itself or _said_already(row, name, new):
        rows.delete()
    else:
        try:
            with transaction.atomic():
                rows.update(**{name: new})
        except IntegrityError:  # a constraint of its own: the other is there
            rows.delete()
    if pointer.owner_id:
        _rewrite(pointer, old, None if itself else new)


def _index_again(pointers: list[Pointer]) -> None:
    """What Wagtail knows of who uses whom, for the owners of the rows that were moved."""
    owners = {one.owner_id for one in pointers if one.owner_id}
    for page in Page.objects.filter(pk__in=owners).specific():
        ReferenceIndex.create_or_update_for_object(page)
    for row in (one.row for one in pointers if not one.owner_id):
        if ReferenceIndex.model_is_indexable(type(row)):
            row.refresh_from_db()
            ReferenceIndex.create_or_update_for_object(row)


def _said_already(row: Any, name: str, new: int) -> bool:
    """Whether a sister of the row, under the same parent, points to the page and says the same."""
    ignored = {"id", "sort_order", "translation_key", name}
    same = {
        own.attname: getattr(row, own.attname)
        for own in row._meta.concrete_fields
        if own.name not in ignored and not isinstance(own, models.UUIDField)
    }
    return type(row)._base_manager.filter(**same, **{name: new}).exclude(pk=row.pk).exists()


def _rewrite(pointer: Pointer, old: int, new: int | None) -> None:
    """The same in the owner's draft and in what is scheduled: a later publication must not
    bring the old tie back."""
    revisions = Revision.page_revisions.filter(object_id=str(pointer.owner_id))
    latest = Page.objects.filter(pk=pointer.owner_id).values("latest_revision")
    wanted = revisions.filter(models.Q(pk__in=latest) | models.Q(approved_go_live_at__isnull=False))
    for revision in wanted:
        if _replace(revision.content, pointer.path, pointer.name, old, new):
            revision.save(update_fields=["content"])


def _replace(
    content: dict[str, Any], path: tuple[str, ...], name: str, old: int, new: int | None
) -> bool:
    """Replace a key in a revision's content; child rows go where there is no new one."""
    if not path:
        changed = content.get(name) == old
        if changed:
            content[name] = new
        return changed
    children = content.get(path[0]) or []
    if new is None and len(path) == 1:
        content[path[0]] = [child for child in children if child.get(name) != old]
        return len(content[path[0]]) < len(children)
    done = [_replace(child, path[1:], name, old, new) for child in children]
    return any(done)


def mergeable(page: Any) -> bool:
    """Whether pages of this type may be merged."""
    model = page.specific_class
    return bool(model and issubclass(model, KnowledgePage))
