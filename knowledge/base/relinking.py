"""Links in texts: those to a page lead to another one, in what is published, in drafts and in what
is scheduled. Nothing else of a draft is touched, and none is published by it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, ReferenceIndex, Revision

_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')


@dataclass(frozen=True, slots=True)
class Relink:
    """From the number of a page to that of another."""

    old: int
    new: int

    def everywhere(self) -> None:
        """All texts that link to the old page."""
        owners = list(_owners(self.old))
        for one in owners:
            self.stored(one)
        pages = {one.pk for one in owners if isinstance(one, Page)}
        for version in _versions(pages).iterator(chunk_size=100):
            model = version.content_type.model_class()
            if model is not None and self.content(model, version.content):
                Revision.objects.filter(pk=version.pk).update(content=version.content)

    def stored(self, one: Any) -> None:
        """The texts of an object and of its child rows, as readers see them."""
        for row in _rows(one):
            changes = {}
            for field in _texts(type(row)):
                before = getattr(row, field.name)
                if isinstance(field, StreamField):
                    raw = [dict(item) for item in before.raw_data]
                    after = self.raw(field.stream_block, raw)
                    if after != raw:
                        changes[field.name] = field.to_python(json.dumps(after))
                elif (after := self.rich(before)) != before:
                    changes[field.name] = after
            if changes:
                type(row)._base_manager.filter(pk=row.pk).update(**changes)
                for name, value in changes.items():
                    setattr(row, name, value)
        ReferenceIndex.create_or_update_for_object(one)

    def content(self, model: Any, content: dict[str, Any]) -> bool:
        """The same in the content of a version, changed in place; whether anything was."""
        changed = False
        for field in _texts(model):
            before = content.get(field.name)
            if not isinstance(before, str):
                continue
            if isinstance(field, StreamField):
                raw = json.loads(before or "[]")
                after = self.raw(field.stream_block, raw)
                text = json.dumps(after) if after != raw else before
            else:
                text = self.rich(before)
            changed |= text != before
            content[field.name] = text
        for relation in get_all_child_relations(model):
            for child in content.get(relation.get_accessor_name()) or []:
                changed |= self.content(relation.related_model, child)
        return changed

    def raw(self, block: blocks.Block, value: Any) -> Any:
        """The stored value of a block."""
        match block, value:
            case blocks.RichTextBlock(), str():
                return self.rich(value)
            case blocks.PageChooserBlock(), int():
                return self.new if value == self.old else value
            case blocks.StructBlock(), dict():
                known = block.child_blocks
                return {
                    name: self.raw(known[name], part) if name in known else part
                    for name, part in value.items()
                }
            case blocks.StreamBlock(), list():
                known = block.child_blocks
                return [
                    {**item, "value": self.raw(known[item["type"]], item["value"])}
                    if item.get("type") in known
                    else item
                    for item in value
                ]
            case blocks.ListBlock(), list():
                return [self._item(block.child_block, item) for item in value]
        return value

    def _item(self, block: blocks.Block, item: Any) -> Any:
        """An element of a list: bare, or with its number."""
        if isinstance(item, dict) and item.get("type") == "item" and "value" in item:
            return {**item, "value": self.raw(block, item["value"])}
        return self.raw(block, item)

    def rich(self, html: str) -> str:
        """The links of a rich text."""
        own, other = f' id="{self.old}"', f' id="{self.new}"'
        return _LINK.sub(lambda link: link[0].replace(own, other), html)


def mentions(page: Page) -> set[int]:
    """The pages that use a page, in whatever way: a row or a link in a text."""
    base = ContentType.objects.get_for_model(Page)
    found = ReferenceIndex.get_references_to(page).filter(base_content_type=base)
    published = {int(number) for number in found.values_list("object_id", flat=True)}
    # To nowhere: what would be changed is counted, and nothing is written.
    probe = Relink(page.pk, 0)
    drafted = {
        int(version.object_id)
        for version in _versions().iterator(chunk_size=100)
        if (model := version.content_type.model_class()) and probe.content(model, version.content)
    }
    return (published | drafted) - {page.pk}


def _owners(number: int) -> Iterator[Any]:
    """Pages and other objects that name a page, as Wagtail's index of references knows them."""
    found = ReferenceIndex.get_references_to(Page.objects.get(pk=number))
    for kind, key in set(found.values_list("base_content_type", "object_id")):
        model = ContentType.objects.get_for_id(kind).model_class()
        one = model._base_manager.filter(pk=key).first() if model else None
        if one is not None:
            yield one.specific if isinstance(one, Page) else one


def _versions(page_ids: Iterable[int] = ()) -> Any:
    """What an editor sees of these pages and of those with changes that are not published, and
    the versions that wait for their hour."""
    asked = Page.objects.filter(Q(pk__in=page_ids) | Q(has_unpublished_changes=True))
    latest = asked.exclude(latest_revision=None).values("latest_revision")
    return (
        Revision.page_revisions.filter(Q(pk__in=latest) | Q(approved_go_live_at__isnull=False))
        .select_related("content_type")
        .order_by("pk")
    )


def _rows(one: Any) -> Iterator[Any]:
    """An object and its child rows, however deep."""
    yield one
    for relation in get_all_child_relations(type(one)):
        for child in getattr(one, relation.get_accessor_name()).all():
            yield from _rows(child)


def _texts(model: Any) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, StreamField | RichTextField)
    ]
