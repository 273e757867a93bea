"""BibTeX, for whoever writes in LaTeX."""

import re

from bibtexparser import BibtexFormat, Library, write_string
from bibtexparser.model import Entry, Field

from .names import Name
from .notice import Notice
from .text import ascii_only

EXTENSION = "bib"
MEDIA_TYPE = "application/x-bibtex; charset=utf-8"

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "#": r"\#",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}&%#_$~^]")
_MONTHS = [  # BibTeX's own words
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
]  # fmt: skip


def write(notice: Notice) -> bytes:
    """One entry, in UTF-8."""
    fields = [Field(name, value) for name, value in _fields(notice) if value]
    style = BibtexFormat()
    style.indent = "  "
    entry = Entry(notice.kind.bibtex, key(notice), fields)
    return write_string(Library([entry]), bibtex_format=style).strip().encode() + b"\n"


def key(notice: Notice) -> str:
    """Who, when, what: ASCII, and unique by the beginning of the record's identifier."""
    author = notice.authors[0] if notice.authors else Name(notice.publisher)
    who = _word(author.family or author.printed)
    what = next((word for word in notice.title.split() if len(_word(word)) > 3), "")
    return f"{who}{notice.year}{_word(what)}-{str(notice.record.uid)[:8]}"


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", ascii_only(text).casefold())[:20]


def _fields(notice: Notice) -> list[tuple[str, str]]:
    kind = notice.kind.bibtex
    month = notice.date[5:7]
    publisher = {"techreport": "institution", "phdthesis": "school"}.get(kind, "publisher")
    first, last = notice.pages
    return [
        ("author", " and ".join(_author(one) for one in notice.authors)),
        ("title", escape(notice.title)),
        ("journal", escape(notice.text("host_title"))),
        ("year", notice.year),
        ("month", _MONTHS[int(month) - 1] if month else ""),
        ("edition", escape(notice.text("edition"))),
        ("series", escape(notice.text("series"))),
        ("volume", escape(notice.text("volume"))),
        ("number", escape(notice.text("issue") or notice.text("series_number"))),
        ("pages", "--".join(filter(None, [first, last]))),
        (publisher, escape(notice.publisher)),
        ("address", escape(notice.text("publisher_place"))),
        ("isbn", escape(notice.text("isbn"))),
        ("issn", escape(notice.text("issn"))),
        # Read as it is, so without what could end the field.
        ("doi", re.sub(r"[{}\\%]", "", notice.text("doi"))),
        ("url", notice.permalink),
        ("language", escape(notice.language)),
        ("abstract", escape(notice.abstract or notice.summary)),
        ("keywords", ", ".join(escape(word.replace(",", " ")) for word in notice.keywords)),
    ]


def escape(text: str) -> str:
    """Text in which nothing is a command."""
    return _SPECIAL.sub(lambda sign: _ESCAPES[sign[0]], text)


def _author(name: Name) -> str:
    """“Nom, Prénom”; a body in braces of its own, lest its last word be taken for its name."""
    if name.is_person:
        return f"{escape(name.family)}, {escape(name.given)}"
    return f"{{{escape(name.printed)}}}"
