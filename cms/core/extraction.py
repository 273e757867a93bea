"""Text of uploaded files, page by page, and the check that a file is what its name says."""

import re
import threading
import zipfile
from pathlib import PurePath
from typing import BinaryIO

import filetype
import pypdfium2
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A page of text is a few thousand characters; a million is a file made to hurt.
MAX_PAGE_CHARACTERS = 200_000
MAX_PAGES = 3_000

# A folder or file that the archive must hold, for formats that are zip archives.
OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
PLAIN = {"csv", "txt"}
BY_SIGNATURE = {"pdf": {"application/pdf"}, "mp3": {"audio/mpeg"}, "rtf": {"application/rtf"}}

_CONTROLS = set(range(32)) - {9, 10, 12, 13, 26}
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|\?xml)", re.I)
# PDFium is not safe in several threads at once.
_PDFIUM = threading.Lock()


def check_signature(file: BinaryIO, name: str) -> None:
    """Refuse a file whose content is not what its extension says.

    Raises ValidationError with a sentence for the person who uploads. Leaves the file's
    position at its start.
    """
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension not in {*BY_SIGNATURE, *OFFICE, *OPEN_DOCUMENT, *PLAIN}:
        raise ValidationError(
            _("“.%(extension)s” files are not accepted.") % {"extension": extension},
            code="extension",
        )
    file.seek(0)
    honest = _honest(file, extension)
    file.seek(0)
    if not honest:
        raise ValidationError(
            _("This file is not what its name says: its content is not that of a .%(extension)s.")
            % {"extension": extension},
            code="signature",
        )


def _honest(file: BinaryIO, extension: str) -> bool:
    if extension in OFFICE or extension in OPEN_DOCUMENT:
        return _is_archive_of(file, extension)
    head = file.read(65_536)
    if extension in PLAIN:
        return not _CONTROLS.intersection(head) and not _MARKUP.search(head)
    guess = filetype.guess(head)
    return guess is not None and guess.mime in BY_SIGNATURE[extension]


def _is_archive_of(file: BinaryIO, extension: str) -> bool:
    """Whether a zip archive is the office document that it claims to be. Reads its list of
    contents only, and one short member."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if extension in OFFICE:
                inside = OFFICE[extension]
                return "[Content_Types].xml" in names and any(n.startswith(inside) for n in names)
            with archive.open("mimetype") as member:
                return member.read(100).strip() == OPEN_DOCUMENT[extension]
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError):
        return False


def pdf_pages(file: BinaryIO) -> list[str]:
    """The text of each page of a PDF, in order; a page without text is an empty string.

    Raises ValueError when the file cannot be read (damaged, encrypted).
    """
    file.seek(0)
    content = file.read()
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise ValueError(str(error)) from error
        try:
            return [_page_text(document, place) for place in range(min(len(document), MAX_PAGES))]
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
