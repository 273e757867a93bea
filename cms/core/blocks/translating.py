"""What of a body translators are given, at any depth: words, never addresses, files or places.

wagtail-localize asks a block for its segments and gives them back translated. Its own way through
structs offers what they point to, forgets tables, and loses lists whose items were stored without
identifiers: the blocks here answer for themselves.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from wagtail import blocks
from wagtail.rich_text import RichText
from wagtail_localize.segments import StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.ingest import organise_template_segments
from wagtail_localize.strings import extract_strings, restore_strings

_IDS = uuid.UUID("5b6d5a0e-93a4-4f0c-9d0e-6f9f4f3f8d11")


def linguistic(text: str | None) -> bool:
    """Whether a printed value has words in it: "12 à 15" has, "1 240" has not."""
    return any(sign.isalpha() for sign in text or "")


def segments(block: Any, value: Any) -> list[Any]:
    """The segments of one value, empty ones included; none for what is no language."""
    if hasattr(block, "get_translatable_segments"):
        return block.get_translatable_segments(value)
    if isinstance(block, blocks.CharBlock | blocks.TextBlock):
        return [StringSegmentValue("", value or "")]
    if isinstance(block, blocks.ListBlock):
        return [
            segment.wrap(child.id)
            for child in value.bound_blocks
            for segment in segments(child.block, child.value)
        ]
    return []


def restored(block: Any, value: Any, found: Sequence[Any]) -> Any:
    """The value with these segments put back, translated."""
    if hasattr(block, "restore_translated_segments"):
        return block.restore_translated_segments(value, found)
    if isinstance(block, blocks.RichTextBlock):
        _format, template, strings = organise_template_segments(list(found))
        return RichText(restore_strings(template, strings))
    if isinstance(block, blocks.ListBlock):
        by_child = _by_part(found)
        for child in value.bound_blocks:
            if child.id in by_child:
                child.value = restored(child.block, child.value, by_child[child.id])
        return value
    return found[0].render_text()


def _by_part(found: Iterable[Any]) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = {}
    for segment in found:
        name, rest = segment.unwrap()
        parts.setdefault(name, []).append(rest)
    return parts


class TranslatedStruct(blocks.StructBlock):
    """A struct whose words alone are offered to translators."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return [
            segment.wrap(name)
            for name, block in self.child_blocks.items()
            for segment in segments(block, value.get(name))
        ]

    def restore_translated_segments(self, value: Any, found: Sequence[Any]) -> Any:
        for name, own in _by_part(found).items():
            if name in self.child_blocks:
                value[name] = restored(self.child_blocks[name], value.get(name), own)
        return value


def rich_text_segments(value: Any) -> list[Any]:
    """The strings of a rich text with their template; where its links lead is not offered."""
    template, strings = extract_strings(value.source if value else "")
    return [
        TemplateSegmentValue("", "html", template, len(strings)),
        *(StringSegmentValue("", string, attrs=attrs) for string, attrs in strings),
    ]


def table_segments(table: Any) -> list[Any]:
    """The caption, the headings and the cells that have words, row by row. They stand under one
    path: a row that moves keeps its translation."""
    return [StringSegmentValue("", text) for _put, text in _slots(table)]


def restored_table(table: Any, found: Sequence[Any]) -> Any:
    """The table with these texts in the same order."""
    in_order = sorted(found, key=lambda segment: segment.order)
    for (put, _text), segment in zip(list(_slots(table)), in_order, strict=False):
        put(segment.render_text())
    return table


def _slots(table: Any) -> Iterator[tuple[Callable[[str], None], str]]:
    """(how to write a text back, the text) of all that has words."""
    if linguistic(table.caption):
        yield lambda text: setattr(table, "caption", text), table.caption
    for column in table.columns:
        if linguistic(column["heading"]):
            yield _writer(column, "heading"), column["heading"]
    for row in table.row_data:
        for place, cell in enumerate(row["values"]):
            if linguistic(cell):
                yield _writer(row["values"], place), cell


def _writer(target: Any, place: Any) -> Callable[[str], None]:
    def write(text: str) -> None:
        target[place] = text

    return write


class SteadyStreamBlock(blocks.StreamBlock):
    """A stream whose blocks and items keep their identifiers: those stored without any (written
    by a program) are given the same ones at every reading, so that translations find them."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                return super().to_python(value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = steady(self, value)
        return super().to_python(value)


def steady(stream: Any, raw: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A stored stream in which each block and each item of a list has an identifier."""
    found = []
    seen: dict[str, int] = {}
    for item in raw:
        block = stream.child_blocks.get(item.get("type"))
        if block is None or "value" not in item:
            found.append(item)
            continue
        known = item if item.get("id") else {**item, "id": _id(item, seen)}
        found.append({**known, "value": _steady_value(block, known["value"])})
    return found


def _steady_value(block: Any, raw: Any) -> Any:
    if isinstance(block, blocks.StructBlock) and isinstance(raw, dict):
        return {
            name: _steady_value(block.child_blocks[name], value)
            if name in block.child_blocks
            else value
            for name, value in raw.items()
        }
    if isinstance(block, blocks.ListBlock) and isinstance(raw, list):
        seen: dict[str, int] = {}
        return [_steady_item(block.child_block, item, seen) for item in raw]
    return raw


def _steady_item(block: Any, item: Any, seen: dict[str, int]) -> dict[str, Any]:
    wrapped = isinstance(item, dict) and item.get("type") == "item" and "value" in item
    whole = item if wrapped else {"type": "item", "value": item}
    known = whole if whole.get("id") else {**whole, "id": _id(whole, seen)}
    return {**known, "value": _steady_value(block, known["value"])}


def _id(item: Any, seen: dict[str, int]) -> str:
    """Made of what the item says; equal ones are numbered."""
    said = json.dumps(item, sort_keys=True, default=str)
    seen[said] = number = seen.get(said, 0) + 1
    return str(uuid.uuid5(_IDS, f"{number}:{said}"))
