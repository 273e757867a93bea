"""A bibliography to print or to work on: PDF and DOCX."""

import datetime as dt
import io
import logging
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Cm, Pt
from fpdf import FPDF

from .cited import Entry
from .text import one_line

PDF_TYPE = "application/pdf"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
_MARGIN, _LINE = 20, 5.5  # millimetres
# Files are the same for the same references, whenever they are made.
_WHEN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)

# Signs that the font lacks are shown as a box: nothing to say of it in the log.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def pdf(title: str, entries: Sequence[Entry], *, author: str, language: str) -> bytes:
    """A4, the title and the references."""
    made = FPDF(format="A4")
    made.set_creation_date(_WHEN)
    made.set_title(one_line(title))
    made.set_author(one_line(author))
    made.set_lang(language)
    made.add_font(_FAMILY, "", _FONTS / "DejaVuSans.ttf")
    made.add_font(_FAMILY, "I", _FONTS / "DejaVuSans-Oblique.ttf")
    made.set_margins(_MARGIN, _MARGIN)
    made.set_auto_page_break(True, _MARGIN)
    made.add_page()
    made.set_font(_FAMILY, size=16)
    made.multi_cell(0, 8, one_line(title), new_x="LMARGIN", new_y="NEXT", align="L")
    made.ln(4)
    for entry in entries:
        for run in entry.runs:
            made.set_font(_FAMILY, "I" if run.italic else "", 10)
            made.write(_LINE, run.text)
        made.ln(_LINE + 3)
    return bytes(made.output())


def docx(title: str, entries: Sequence[Entry], *, author: str, language: str) -> bytes:
    """A heading and a paragraph for each reference, its first line outside."""
    made = Document()
    made.core_properties.title = one_line(title)
    made.core_properties.author = one_line(author)
    made.core_properties.language = language
    made.core_properties.created = made.core_properties.modified = _WHEN
    made.add_heading(one_line(title), level=1)
    for entry in entries:
        paragraph = made.add_paragraph()
        form = paragraph.paragraph_format
        form.left_indent, form.first_line_indent = Cm(1), Cm(-1)
        form.space_after, form.line_spacing_rule = Pt(6), WD_LINE_SPACING.SINGLE
        for run in entry.runs:
            paragraph.add_run(run.text).italic = run.italic
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
