"""What is set apart so that a reader sees it: quotations, call-outs, figures, milestones."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .base import HIGHLIGHTS, PROSE, AsPrintedBlock, CleanRichTextBlock, DescribedStruct


class QuoteBlock(DescribedStruct):
    text_quoted = blocks.TextBlock(label=_("Quotation"))
    source = blocks.CharBlock(required=False, label=_("Source"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        group = HIGHLIGHTS
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
        group = HIGHLIGHTS
        template = "core/blocks/callout.html"


class FigureBlock(DescribedStruct):
    value = AsPrintedBlock(
        label=_("Figure"), help_text=_("As the source prints it: 1 240, 4,5, 12 to 15.")
    )
    unit = blocks.CharBlock(
        required=False, label=_("Unit"), help_text=_("What is counted: %, hours, euros.")
    )
    label = blocks.CharBlock(label=_("What it measures"))
    source = blocks.CharBlock(
        required=False, label=_("Source"), help_text=_("Who counted, and when.")
    )

    class Meta:
        icon = "order"
        label = _("Key figure")
        label_format = "{value} {unit}"


class FiguresBlock(DescribedStruct):
    items = blocks.ListBlock(FigureBlock(), min_num=1, label=_("Figures"))

    class Meta:
        icon = "order"
        label = _("Key figures")
        label_format = _("Key figures")
        group = HIGHLIGHTS
        template = "core/blocks/figures.html"


class TestimonialBlock(DescribedStruct):
    text_quoted = blocks.TextBlock(label=_("What was said"))
    author = blocks.CharBlock(
        required=False,
        label=_("Who said it"),
        help_text=_("With the person’s agreement only; a first name may be enough."),
    )
    role = blocks.CharBlock(required=False, label=_("Function or role"))
    territory = blocks.CharBlock(required=False, label=_("Territory"))

    class Meta:
        icon = "comment"
        label = _("Testimonial")
        group = HIGHLIGHTS
        template = "core/blocks/testimonial.html"


class MilestoneBlock(DescribedStruct):
    date = AsPrintedBlock(
        required=False, label=_("Date"), help_text=_("As the source prints it: March 2024.")
    )
    title = blocks.CharBlock(label=_("Title"))
    content = CleanRichTextBlock(features=PROSE, required=False, label=_("Text"))

    class Meta:
        icon = "date"
        label = _("Milestone")
        label_format = "{date} {title}"


class TimelineBlock(DescribedStruct):
    """Milestones in the order in which the editor puts them: dates as printed do not sort."""

    items = blocks.ListBlock(MilestoneBlock(), min_num=1, label=_("Milestones"))

    class Meta:
        icon = "history"
        label = _("Timeline")
        label_format = _("Timeline")
        group = HIGHLIGHTS
        template = "core/blocks/timeline.html"
