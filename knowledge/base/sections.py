"""What a text with a heading of its own is made of: running text and what orders it."""

from cms.core.blocks import ParagraphBlock, SteadyStreamBlock
from cms.core.blocks.highlights import CalloutBlock, QuoteBlock
from cms.core.blocks.prose import ListBlock, TableBlock


class SectionBlock(SteadyStreamBlock):
    """Some of the body's own blocks: a section has no headings below its own."""

    paragraph = ParagraphBlock()
    list = ListBlock()
    table = TableBlock()
    callout = CalloutBlock()
    quote = QuoteBlock()

    class Meta:
        required = False
