"""What Zotero and its like read in a page: COinS and `citation_*` metadata."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from .notice import Kind, Notice
from .text import one_line

PDF = "application/pdf"
_BOOK_GENRES = {"BOOK": "book", "RPRT": "report"}


def of_notice(notice: Notice) -> str:
    """The ContextObject of a record, to stand in a `title`; "" for what one does not cite."""
    first, last = notice.pages
    return context_object(
        notice.kind,
        title=notice.title,
        address=notice.permalink,
        authors=[author.inverted for author in notice.authors],
        date=notice.date,
        host=notice.text("host_title"),
        publisher=notice.publisher,
        language=notice.language,
        more=[
            ("place", notice.text("publisher_place")),
            ("edition", notice.text("edition")),
            ("series", notice.text("series")),
            ("volume", notice.text("volume")),
            ("issue", notice.text("issue")),
            ("spage", first),
            ("epage", last),
            ("isbn", notice.text("isbn")),
            ("issn", notice.text("issn")),
        ],
        identifiers=[f"info:doi/{notice.text('doi')}"] if notice.text("doi") else [],
    )


def context_object(
    kind: Kind,
    *,
    title: str,
    address: str,
    authors: Sequence[str] = (),
    date: str = "",
    host: str = "",
    publisher: str = "",
    language: str = "",
    more: Sequence[tuple[str, str]] = (),
    identifiers: Sequence[str] = (),
) -> str:
    """Z39.88-2004 key/encoded-value, percent-encoded UTF-8; "" for what one does not cite. A
    format has only its own keys: `more` are those of books and articles."""
    if not kind.citable:
        return ""
    form = kind.coins if kind.coins != "journal" or host else "dc"
    pairs = [("ctx_ver", "Z39.88-2004"), ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}")]
    if form == "journal":
        pairs += [("rft.genre", "article"), ("rft.atitle", title), ("rft.jtitle", host)]
    elif form == "book":
        pairs += [("rft.genre", _BOOK_GENRES.get(kind.ris, "document")), ("rft.btitle", title)]
    else:
        pairs += [("rft.title", title), ("rft.identifier", address)]
        pairs += [("rft.type", "webpage"), ("rft.language", language)]
    pairs += [("rft.creator" if form == "dc" else "rft.au", author) for author in authors]
    if form == "dc":
        pairs += [("rft.publisher", publisher)]
    elif form == "book":
        keys = {"place", "edition", "series", "isbn", "issn"}
        pairs += [("rft.pub", publisher)]
        pairs += [(f"rft.{name}", value) for name, value in more if name in keys]
    else:
        keys = {"volume", "issue", "spage", "epage", "issn"}
        pairs += [(f"rft.{name}", value) for name, value in more if name in keys]
    pairs += [("rft.date", date)]
    pairs += [("rft_id", one) for one in (*identifiers, address)]
    return urlencode([(name, one_line(value)) for name, value in pairs if value])


def metadata(notice: Notice) -> Iterator[tuple[str, str]]:
    """(name, content) of the `citation_*` elements of a page's head, one for each author."""
    if not notice.kind.citable:
        return
    first, last = notice.pages
    publisher = {"RPRT": "citation_technical_report_institution",
                 "THES": "citation_dissertation_institution"}.get(
        notice.kind.ris, "citation_publisher")  # fmt: skip
    files = [one["url"] for one in notice.item["downloads"] if one["media_type"] == PDF]
    found = [
        ("citation_title", notice.title),
        *(("citation_author", author.inverted) for author in notice.authors),
        ("citation_publication_date", notice.date.replace("-", "/")),
        ("citation_journal_title", notice.text("host_title")),
        ("citation_volume", notice.text("volume")),
        ("citation_issue", notice.text("issue")),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        (publisher, notice.publisher),
        ("citation_isbn", notice.text("isbn")),
        ("citation_issn", notice.text("issn")),
        ("citation_doi", notice.text("doi")),
        ("citation_language", notice.language),
        *(("citation_keywords", word) for word in notice.keywords),
        ("citation_public_url", notice.permalink),
        ("citation_pdf_url", files[0] if files else ""),
    ]
    yield from ((name, content) for name, content in found if content)
