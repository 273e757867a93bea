"""Running text and what orders it: headings, lists, tables, steps, questions."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from cms.core.body import Reference, References

from . import translating
from .base import INLINE, PROSE, TEXT, CleanRichTextBlock, DescribedStruct


class ParagraphBlock(CleanRichTextBlock):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"features": PROSE, "label": _("Paragraph"), **options})

    class Meta:
        icon = "pilcrow"
        group = TEXT
        template = "core/blocks/paragraph.html"


class HeadingBlock(blocks.CharBlock):
    """A heading below the title of its chapter."""

    def references(self, raw: str) -> set[Reference]:
        return set()

    def describe(self, raw: str, targets: References) -> str:
        return raw

    def text(self, raw: str) -> str:
        return raw

    class Meta:
        icon = "title"
        label = _("Heading")
        group = TEXT
        template = "core/blocks/heading.html"


class ListBlock(DescribedStruct):
    ordered = blocks.BooleanBlock(required=False, label=_("Numbered"))
    items = blocks.ListBlock(CleanRichTextBlock(features=INLINE, label=_("Item")), label=_("Items"))

    class Meta:
        icon = "list-ul"
        label = _("List")
        label_format = _("List")
        group = TEXT
        template = "core/blocks/list.html"


class TableBlock(TypedTableBlock):
    """Rows of short texts under headings, with a caption."""

    def __init__(self, **options: Any) -> None:
        super().__init__([("text", blocks.CharBlock(required=False, label=_("Text")))], **options)

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return translating.table_segments(value)

    def restore_translated_segments(self, value: Any, segments: Sequence[Any]) -> Any:
        return translating.restored_table(value, segments)

    def references(self, raw: dict[str, Any]) -> set[Reference]:
        return set()

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        return {
            "caption": raw.get("caption") or "",
            "header": [column["heading"] for column in raw.get("columns") or []],
            "rows": [row["values"] for row in raw.get("rows") or []],
        }

    def text(self, raw: dict[str, Any]) -> str:
        value = self.describe(raw, References())
        cells = [cell for row in value["rows"] for cell in row]
        return " ".join(filter(None, [value["caption"], *value["header"], *cells]))

    class Meta:
        icon = "table"
        label = _("Table")
        group = TEXT
        template = "core/blocks/table.html"


class StepBlock(DescribedStruct):
    title = blocks.CharBlock(label=_("Title"))
    duration = blocks.CharBlock(
        required=False,
        label=_("Duration"),
        help_text=_("As you would say it: two weeks."),
    )
    content = CleanRichTextBlock(features=PROSE, label=_("Text"))

    class Meta:
        icon = "tasks"
        label = _("Step")
        group = TEXT
        template = "core/blocks/step.html"


class QuestionBlock(DescribedStruct):
    """A question whose answer unfolds."""

    question = blocks.CharBlock(label=_("Question"))
    answer = CleanRichTextBlock(features=PROSE, label=_("Answer"))

    class Meta:
        icon = "help"
        label = _("Question and answer")
        group = TEXT
        template = "core/blocks/question.html"


# Migrations know these by the name of the package, whatever file they stand in.
DECONSTRUCT_ALIASES = {
    kind: f"cms.core.blocks.{kind.__name__}" for kind in (ParagraphBlock, HeadingBlock)
}
