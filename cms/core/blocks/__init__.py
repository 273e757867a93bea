"""The vocabulary of bodies: few blocks, shallow, each able to say itself without a query.

Besides what Wagtail asks, a block answers three questions about its *stored* value:
`references()` (what it points to), `describe()` (its value for readers outside the house,
HTML clean and links resolved) and `text()` (what a search may find in it).
"""

from .base import (
    INLINE,
    PROSE,
    AsPrintedBlock,
    CleanRichTextBlock,
    DegreesBlock,
    DescribedStruct,
    WebAddressBlock,
)
from .highlights import CalloutBlock, FiguresBlock, QuoteBlock, TestimonialBlock, TimelineBlock
from .links import CardsBlock, ContactBlock
from .media import DownloadBlock, GalleryBlock, ImageBlock, MapBlock, VideoBlock
from .prose import HeadingBlock, ListBlock, ParagraphBlock, QuestionBlock, StepBlock, TableBlock
from .translating import SteadyStreamBlock

__all__ = [
    "INLINE",
    "PROSE",
    "AsPrintedBlock",
    "BodyBlock",
    "CleanRichTextBlock",
    "DegreesBlock",
    "DescribedStruct",
    "HeadingBlock",
    "ParagraphBlock",
    "SteadyStreamBlock",
    "WebAddressBlock",
]


class BodyBlock(SteadyStreamBlock):
    """In the order of the editor's menu, group by group."""

    paragraph = ParagraphBlock()
    heading = HeadingBlock()
    list = ListBlock()
    step = StepBlock()
    table = TableBlock()
    question = QuestionBlock()
    image = ImageBlock()
    gallery = GalleryBlock()
    download = DownloadBlock()
    video = VideoBlock()
    map = MapBlock()
    callout = CalloutBlock()
    quote = QuoteBlock()
    figures = FiguresBlock()
    testimonial = TestimonialBlock()
    timeline = TimelineBlock()
    cards = CardsBlock()
    contact = ContactBlock()

    class Meta:
        required = False
