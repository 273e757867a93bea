"""RIS, which Zotero, EndNote and Mendeley import."""

from typing import Any

from rispy.writer import RisWriter

from .names import Name
from .notice import Notice

EXTENSION = "ris"
MEDIA_TYPE = "application/x-research-info-systems; charset=utf-8"


class _Writer(RisWriter):
    """Without the numbers that other programs put between references."""

    def set_header(self, count: int) -> str:
        return ""


def write(notice: Notice) -> bytes:
    """One reference, in UTF-8 with CRLF; "TY" comes first, "ER  - " last."""
    entry = {name: value for name, value in _fields(notice).items() if value}
    lines = _Writer().formats([entry]).strip("\n").split("\n")
    return "".join(f"{line}\r\n" for line in lines).encode()


def _fields(notice: Notice) -> dict[str, Any]:
    first, last = notice.pages
    number = notice.text("issn") if notice.text("host_title") else notice.text("isbn")
    return {
        "type_of_reference": notice.kind.ris,
        "authors": [_author(author) for author in notice.authors],
        "title": notice.title,
        "secondary_title": notice.text("host_title"),
        "tertiary_title": notice.text("series"),
        "year": notice.year,
        "date": _date(notice.date),
        "edition": notice.text("edition"),
        "volume": notice.text("volume"),
        "number": notice.text("issue"),
        "start_page": first,
        "end_page": last,
        "publisher": notice.publisher,
        "place_published": notice.text("publisher_place"),
        "issn": number or notice.text("issn"),
        "doi": notice.text("doi"),
        "language": notice.language,
        "abstract": notice.abstract or notice.summary,
        "keywords": notice.keywords,
        "urls": [notice.permalink],
        "id": str(notice.record.uid),
    }


def _author(name: Name) -> str:
    """“Nom, Prénom”; a body with a comma at its end and none within, lest programs take its last
    word for a family name (EndNote), or what follows a comma for a first name (Zotero)."""
    return (
        name.inverted if name.is_person else " ".join(name.printed.replace(",", " ").split()) + ","
    )


def _date(date: str) -> str:
    """As RIS writes it: YYYY/MM/DD/ with what is unknown left empty."""
    if not date:
        return ""
    year, month, day = ([*date.split("-"), "", ""])[:3]
    return f"{year}/{month}/{day}/"
