"""Text of uploaded files, page by page, and the check that a file is what its name says."""

from pathlib import PurePath
from typing import BinaryIO

import filetype
import pypdfium2
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A page of text is a few thousand characters; a million is a file made to hurt.
MAX_PAGE_CHARACTERS = 200_000
MAX_PAGES = 3_000

# What the first bytes must say for each accepted extension; None: plain text, no signature.
SIGNATURES: dict[str, set[str] | None] = {
    "pdf": {"application/pdf"},
    "docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    "xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    "pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    "odt": {"application/vnd.oasis.opendocument.text", "application/zip"},
    "ods": {"application/vnd.oasis.opendocument.spreadsheet", "application/zip"},
    "odp": {"application/vnd.oasis.opendocument.presentation", "application/zip"},
    "mp3": {"audio/mpeg"},
    "csv": None,
    "txt": None,
    "rtf": {"application/rtf"},
}


def check_signature(file: BinaryIO, name: str) -> None:
    """Refuse a file whose content is not what its extension says.

    Raises ValidationError with a sentence for the person who uploads. Leaves the file's
    position at its start.
    """
    extension = PurePath(name).suffix.lower().lstrip(".")
    file.seek(0)
    head = file.read(8192)
    file.seek(0)
    if extension not in SIGNATURES:
        raise ValidationError(
            _("“.%(extension)s” files are not accepted.") % {"extension": extension},
            code="extension",
        )
    expected = SIGNATURES[extension]
    guess = filetype.guess(head)
    found = guess.mime if guess else None
    if expected is None:
        honest = found is None and b"\0" not in head and not _looks_like_markup(head)
    else:
        honest = found in expected or (found == "application/zip" and "zip" in str(expected))
        # Office files are zip archives; a guess from the first bytes may stop at that.
        honest = honest or (found == "application/zip" and extension in {"docx", "xlsx", "pptx"})
    if not honest:
        raise ValidationError(
            _("This file is not what its name says: its content is not that of a .%(extension)s.")
            % {"extension": extension},
            code="signature",
        )


def _looks_like_markup(head: bytes) -> bool:
    start = head.lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml"))


def pdf_pages(file: BinaryIO) -> list[str]:
    """The text of each page of a PDF, in order; a page without text is an empty string.

    Raises ValueError when the file cannot be read (damaged, encrypted).
    """
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file.read())
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from error
    try:
        return [_page_text(document, number) for number in range(min(len(document), MAX_PAGES))]
    finally:
        document.close()


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        text_page = page.get_textpage()
        text = text_page.get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    text_page.close()
    page.close()
    # PostgreSQL refuses NUL; U+FFFE marks a hyphen that ends a line.
    text = text.replace("\0", "").replace("\ufffe\r\n", "").replace("\ufffe", "")
    return text.replace("\u00ad\r\n", "").replace("\r\n", "\n").strip()[:MAX_PAGE_CHARACTERS]
