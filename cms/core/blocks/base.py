"""What every block of a body is made of: fields that can say their stored value.

A block with `references`, `describe` and `text` of its own is asked; of Wagtail's own kinds
the functions here know the answer. Stored values are trusted in shape, never in content.
"""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText
from wagtail_localize.segments import StringSegmentValue

from cms.core import richtext
from cms.core.body import Reference, References

from . import translating

INLINE = ["bold", "italic", "link", "document-link", "superscript"]
PROSE = [*INLINE, "ul", "ol"]

# The groups of the editor's menu; they stand in it as they first come in the vocabulary.
TEXT = _("Text")
MEDIA = _("Images and files")
HIGHLIGHTS = _("Highlights")
LINKS = _("Links")

_CHOOSERS = {
    ImageChooserBlock: "image",
    DocumentChooserBlock: "document",
    blocks.PageChooserBlock: "page",
}


def references(block: Any, raw: Any) -> set[Reference]:
    """What a stored value points to."""
    if hasattr(block, "references"):
        return block.references(raw)
    if kind := _CHOOSERS.get(type(block)):
        return {(kind, raw)} if raw else set()
    if isinstance(block, blocks.ListBlock):
        return set().union(*(references(block.child_block, value) for value in _items(raw)))
    return set()


def describe(block: Any, raw: Any, targets: References) -> Any:
    """A stored value for readers outside the house: JSON, HTML clean, links resolved."""
    if hasattr(block, "describe"):
        return block.describe(raw, targets)
    if kind := _CHOOSERS.get(type(block)):
        if kind == "page":
            return targets.link(raw)
        found = targets.picture(raw) if kind == "image" else targets.download(raw)
        return asdict(found) if found else None
    if isinstance(block, blocks.ListBlock):
        return [describe(block.child_block, value, targets) for value in _items(raw)]
    return bool(raw) if isinstance(block, blocks.BooleanBlock) else raw


def text(block: Any, raw: Any) -> str:
    """What a search may find in a stored value."""
    if hasattr(block, "text"):
        return block.text(raw)
    if isinstance(block, blocks.ListBlock):
        return " ".join(filter(None, (text(block.child_block, value) for value in _items(raw))))
    return str(raw or "") if isinstance(block, blocks.CharBlock | blocks.TextBlock) else ""


def _items(raw: Any) -> list[Any]:
    """The values of a stored list, wrapped with their ids or, as older ones are, bare."""
    return [
        item["value"] if isinstance(item, dict) and item.get("type") == "item" else item
        for item in raw or []
    ]


class CleanRichTextBlock(blocks.RichTextBlock):
    """Rich text that is cleaned whenever it is read, wherever it was written."""

    def to_python(self, value: Any) -> RichText:
        return super().to_python(richtext.clean(value or ""))

    def bulk_to_python(self, values: list[Any]) -> list[RichText]:
        return [self.to_python(value) for value in values]

    def value_from_form(self, value: Any) -> RichText:
        """The editor leaves an empty paragraph where a text was taken out: that is no text."""
        found = super().value_from_form(value)
        written = self.required or richtext.plain(found.source)
        return found if written else RichText("")

    def get_prep_value(self, value: Any) -> Any:
        stored = super().get_prep_value(value)
        return richtext.clean(stored) if isinstance(stored, str) else stored

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return translating.rich_text_segments(value)

    def references(self, raw: str) -> set[Reference]:
        return richtext.links(raw or "")

    def describe(self, raw: str, targets: References) -> str:
        return richtext.resolve(raw or "", targets.addresses)

    def text(self, raw: str) -> str:
        return richtext.plain(richtext.clean(raw or ""))


class AsPrintedBlock(blocks.CharBlock):
    """A number or a date as its source prints it: "1 240", "12 à 15", "mars 2024". Translators
    see it only when it has letters."""

    def get_translatable_segments(self, value: str) -> list[StringSegmentValue]:
        return [StringSegmentValue("", value)] if translating.linguistic(value) else []

    def restore_translated_segments(self, value: str, segments: Sequence[Any]) -> str:
        return segments[0].render_text()


class WebAddressBlock(blocks.URLBlock):
    """An address on the web; whatever else was stored in its place reads as nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.field.validators.append(URLValidator(schemes=["http", "https"]))

    def to_python(self, value: Any) -> str:
        return value if str(value or "").lower().startswith(("http://", "https://")) else ""

    def describe(self, raw: Any, targets: References) -> str:
        return self.to_python(raw)


class DegreesBlock(blocks.DecimalBlock):
    """A latitude or a longitude in decimal degrees (WGS 84), from -`limit` to `limit`."""

    def __init__(self, limit: int = 180, **options: Any) -> None:
        self.limit = limit
        super().__init__(min_value=-limit, max_value=limit, **options)

    def to_python(self, value: Any) -> Decimal | None:
        try:
            degrees = Decimal(value) if value not in (None, "") else None
        except (InvalidOperation, TypeError, ValueError):
            return None
        known = degrees is not None and degrees.is_finite() and abs(degrees) <= self.limit
        return degrees if known else None

    def describe(self, raw: Any, targets: References) -> float | None:
        degrees = self.to_python(raw)
        return None if degrees is None else float(degrees)


class DescribedStruct(translating.TranslatedStruct):
    """A struct that says its fields, each by its name."""

    def references(self, raw: dict[str, Any]) -> set[Reference]:
        parts = (references(block, raw.get(name)) for name, block in self.child_blocks.items())
        return set().union(*parts)

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        return {
            name: describe(block, raw.get(name), targets)
            for name, block in self.child_blocks.items()
        }

    def text(self, raw: dict[str, Any]) -> str:
        parts = (text(block, raw.get(name)) for name, block in self.child_blocks.items())
        return " ".join(filter(None, parts))


# Migrations know these by the name of the package, whatever file they stand in.
DECONSTRUCT_ALIASES = {
    kind: f"cms.core.blocks.{kind.__name__}"
    for kind in (CleanRichTextBlock, AsPrintedBlock, WebAddressBlock, DegreesBlock)
}
