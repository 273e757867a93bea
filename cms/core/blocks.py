"""The vocabulary of bodies: few blocks, shallow, each able to say itself without a query.

Besides what Wagtail asks, a block answers three questions about its *stored* value:
`references()` (what it points to), `describe()` (its value for readers outside the house,
HTML clean and links resolved) and `text()` (what a search may find in it).
"""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from . import richtext
from .body import Reference, References
from .records import Download, Picture

INLINE = ["bold", "italic", "link", "document-link", "superscript"]
PROSE = [*INLINE, "ul", "ol"]


class CleanRichTextBlock(blocks.RichTextBlock):
    """Rich text that is cleaned whenever it is read, wherever it was written."""

    def to_python(self, value: Any) -> RichText:
        return super().to_python(richtext.clean(value or ""))

    def bulk_to_python(self, values: list[Any]) -> list[RichText]:
        return [self.to_python(value) for value in values]

    def get_prep_value(self, value: Any) -> Any:
        stored = super().get_prep_value(value)
        return richtext.clean(stored) if isinstance(stored, str) else stored

    def references(self, raw: str) -> set[Reference]:
        return richtext.links(raw or "")

    def describe(self, raw: str, targets: References) -> str:
        return richtext.resolve(raw or "", targets.addresses)

    def text(self, raw: str) -> str:
        return richtext.plain(richtext.clean(raw or ""))


class ParagraphBlock(CleanRichTextBlock):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"features": PROSE, "label": _("Paragraph"), **options})

    class Meta:
        icon = "pilcrow"
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
        template = "core/blocks/heading.html"


class DescribedStruct(blocks.StructBlock):
    """A struct whose rich texts, pictures and documents are known by the names of its fields."""

    def _rich(self) -> list[str]:
        return [n for n, b in self.child_blocks.items() if isinstance(b, CleanRichTextBlock)]

    def _choosers(self) -> dict[str, str]:
        kinds = {ImageChooserBlock: "image", DocumentChooserBlock: "document"}
        return {n: kinds[type(b)] for n, b in self.child_blocks.items() if type(b) in kinds}

    def references(self, raw: dict[str, Any]) -> set[Reference]:
        found = {(kind, raw[name]) for name, kind in self._choosers().items() if raw.get(name)}
        for name in self._rich():
            found |= richtext.links(raw.get(name) or "")
        return found

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        value = {name: raw.get(name) for name in self.child_blocks}
        for name in self._rich():
            value[name] = richtext.resolve(raw.get(name) or "", targets.addresses)
        for name, kind in self._choosers().items():
            found: Picture | Download | None
            if kind == "image":
                found = targets.picture(raw.get(name))
            else:
                found = targets.download(raw.get(name), raw.get("title") or "")
            value[name] = asdict(found) if found else None
        return value

    def text(self, raw: dict[str, Any]) -> str:
        rich = set(self._rich())
        parts = []
        for name, block in self.child_blocks.items():
            stored = raw.get(name)
            if name in rich:
                parts.append(richtext.plain(richtext.clean(stored or "")))
            elif isinstance(block, blocks.CharBlock | blocks.TextBlock) and stored:
                parts.append(str(stored))
        return " ".join(filter(None, parts))


class ListBlock(DescribedStruct):
    ordered = blocks.BooleanBlock(required=False, label=_("Numbered"))
    items = blocks.ListBlock(CleanRichTextBlock(features=INLINE, label=_("Item")), label=_("Items"))

    @staticmethod
    def _items(raw: dict[str, Any]) -> list[str]:
        stored = raw.get("items") or []
        return [item["value"] if isinstance(item, dict) else item for item in stored]

    def references(self, raw: dict[str, Any]) -> set[Reference]:
        return set().union(*(richtext.links(item) for item in self._items(raw)))

    def describe(self, raw: dict[str, Any], targets: References) -> dict[str, Any]:
        items = [richtext.resolve(item, targets.addresses) for item in self._items(raw)]
        return {"ordered": bool(raw.get("ordered")), "items": items}

    def text(self, raw: dict[str, Any]) -> str:
        return richtext.plain_all(richtext.clean(item) for item in self._items(raw))

    class Meta:
        icon = "list-ul"
        label = _("List")
        label_format = _("List")
        template = "core/blocks/list.html"


class QuoteBlock(DescribedStruct):
    text_quoted = blocks.TextBlock(label=_("Quotation"))
    source = blocks.CharBlock(required=False, label=_("Source"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "core/blocks/quote.html"


class CalloutBlock(DescribedStruct):
    kind = blocks.ChoiceBlock(
        choices=[
            ("remember", _("To remember")),
            ("warning", _("Attention")),
            ("example", _("Example")),
        ],
        default="remember",
        label=_("Kind"),
    )
    title = blocks.CharBlock(required=False, label=_("Title"))
    content = CleanRichTextBlock(features=PROSE, label=_("Text"))

    class Meta:
        icon = "info-circle"
        label = _("Call-out")
        template = "core/blocks/callout.html"


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
        template = "core/blocks/step.html"


class TableBlock(TypedTableBlock):
    """Rows of short texts under headings, with a caption."""

    def __init__(self, **options: Any) -> None:
        super().__init__([("text", blocks.CharBlock(required=False, label=_("Text")))], **options)

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
        template = "core/blocks/table.html"


class ImageBlock(DescribedStruct):
    image = ImageChooserBlock(label=_("Image"))
    caption = blocks.CharBlock(required=False, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        template = "core/blocks/image.html"


class DownloadBlock(DescribedStruct):
    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(required=False, label=_("Title"))

    class Meta:
        icon = "download"
        label = _("Download")
        template = "core/blocks/download.html"


class VideoBlock(DescribedStruct):
    """A link to a video, never an embed: no third party sees who reads the page."""

    url = blocks.URLBlock(label=_("Address"))
    title = blocks.CharBlock(label=_("Title"))
    transcript = CleanRichTextBlock(features=PROSE, required=False, label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Video")
        template = "core/blocks/video.html"


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    list = ListBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()
    step = StepBlock()
    table = TableBlock()
    image = ImageBlock()
    download = DownloadBlock()
    video = VideoBlock()

    class Meta:
        required = False
