"""Records as a table, for who works in a spreadsheet: CSV as Excel in French opens it, and XLSX.

The names of the columns are those of the files, in every language: what was exported is read
back by them (see `cms.exchange.importing`).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from .notice import Notice
from .text import one_line, writable

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

UID, TITLE, SUMMARY = "identifiant", "titre", "résumé"
LICENCE, DESCRIPTORS, MODIFIED = "licence", "descripteurs", "modifié le"
COLUMNS = (
    UID, "type", "langue", TITLE, SUMMARY, "auteurs", "date", DESCRIPTORS, "libellés",
    "territoires", "organisations", "dates", "latitude", "longitude", LICENCE, "fichiers",
    "adresse", "adresse permanente", "publié le", MODIFIED,
)  # fmt: skip

SEPARATOR = " | "  # of several values in a cell
LONGEST = 32_000  # signs of a cell: Excel holds 32,767
BATCH = 200  # rows sent at once
_SHEET = "xl/worksheets/sheet1.xml"

# What a spreadsheet takes for a formula, and what we put before it ourselves: with the apostrophe
# added whenever one is there already, taking one away gives back what was.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEUTRAL = re.compile(r"'+[=+\-@\t\r]")
# What Excel reads in a text as the number of a sign.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

Cell = str | float | None


def row(notice: Notice) -> list[Cell]:
    """The cells of a record, in the order of COLUMNS. Places are numbers, all else is text."""
    item = notice.item
    points = item["points"]
    point = points[0] if len(points) == 1 else None
    several = SEPARATOR.join
    found: list[Cell] = [
        str(notice.record.uid),
        notice.record.type,
        notice.locale,
        notice.title,
        writable(notice.record.summary).replace("\r\n", "\n").replace("\r", "\n"),
        several(one_line(name) for name in item["authors"]),
        item["date"] or "",
        several(f"{one['scheme']}:{one['id']}" for one in item["concepts"]),
        several(one_line(one["label"]) for one in item["concepts"]),
        several(one_line(one["label"]) for one in item["territories"]),
        several(one_line(one["name"]) for one in item["organisations"]),
        several(one["start"] for one in item["occurrences"]),
        point["latitude"] if point else None,
        point["longitude"] if point else None,
        notice.record.licence,
        several(one["url"] for one in item["downloads"]),
        notice.url,
        notice.permalink,
        item["published_at"] or "",
        notice.record.modified_at.isoformat(),
    ]
    return [one[:LONGEST] if isinstance(one, str) else one for one in found]


def write_csv(notices: Iterable[Notice]) -> Iterator[bytes]:
    """With a mark of UTF-8, semicolons, CRLF and decimal commas; no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(COLUMNS)
    for number, one in enumerate(notices, start=1):
        writer.writerow([as_text(cell) for cell in row(one)])
        if number % BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def as_text(cell: Cell) -> str:
    """A cell of a CSV file."""
    if cell is None:
        return ""
    return neutral(cell) if isinstance(cell, str) else str(cell).replace(".", ",")


def neutral(text: str) -> str:
    """The text after an apostrophe where a spreadsheet would reckon."""
    return f"'{text}" if _FORMULA.match(text) else text


def original(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if _NEUTRAL.match(text) else text


def write_xlsx(notices: Iterable[Notice], title: str) -> Iterator[bytes]:
    """A workbook of one sheet, a part at a time. Its texts are stored as texts, which nothing
    reckons, and shown after an apostrophe when they are edited. All but the rows is the library's,
    which keeps a workbook whole until it is written."""
    members, quoted = _empty_book(title)
    before, end, after = members.pop(_SHEET).partition(b"</sheetData>")
    out = _Parts()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        with archive.open(_SHEET, "w", force_zip64=True) as sheet:
            sheet.write(before)
            for number, one in enumerate(notices, start=1):
                sheet.write(_row_xml(row(one), quoted))
                if number % BATCH == 0 and out.parts:
                    yield out.taken()
            sheet.write(end + after)
    yield out.taken()


class _Parts:
    """A file that is only written to, and sent as it grows."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held."""

    def taken(self) -> bytes:
        data = b"".join(self.parts)
        self.parts.clear()
        return data


def _empty_book(title: str) -> tuple[dict[str, bytes], int]:
    """The members of a workbook that has the names of the columns alone, and the number of the
    style of texts that look like formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Notices")
    sheet.freeze_panes = "A2"
    sheet.append(COLUMNS)
    cell = WriteOnlyCell(sheet)
    cell.quotePrefix = True
    quoted: int = cell.style_id
    out = io.BytesIO()
    book.save(out)
    with ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, quoted


def _row_xml(cells: Sequence[Cell], quoted: int) -> bytes:
    return f"<row>{''.join(_cell_xml(one, quoted) for one in cells)}</row>".encode()


def _cell_xml(value: Cell, quoted: int) -> str:
    if value is None:
        return "<c/>"
    if not isinstance(value, str):
        return f"<c><v>{value!r}</v></c>"
    text = escape(_ESCAPE.sub("_x005F_", writable(value)))
    style = f' s="{quoted}"' if _FORMULA.match(value) else ""
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'
