"""`/panier/`: records that a reader has put aside. What is in it stands in the address, so that it
is a link to share and works without JavaScript; the browser alone remembers it (`basket.js`). No
account, no cookie."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.catalogue.models import Record
from cms.core.reading import BadAddress, check, reads
from cms.core.records import record_types
from cms.formats import bibliography, bibtex, cited, csl, paper, ris
from cms.formats.notice import Notice
from search.query import InvalidQuery, SearchQuery, clean_text
from search.service import ranking
from search.state import state

from .conditional import etag_of, kept
from .lists import notices

SHAPE = 1
MOST = 100  # records: addresses of 4,000 bytes go everywhere
FOUND = 10  # results of the search in the page
ID, STYLE, WORDS = "id", "style", "q"


@dataclass(frozen=True, slots=True)
class Export:
    """A format of the basket; `styled`: it follows a style of citation."""

    label: Any
    media_type: str
    write: Callable[[Sequence[Notice], str, str], bytes]
    styled: bool = False


def _paper(write: Callable[..., bytes]) -> Callable[[Sequence[Notice], str, str], bytes]:
    def written(found: Sequence[Notice], style: str, site: str) -> bytes:
        locale = _locale()
        entries = cited.bibliography(found, style, locale)
        return write(_("Bibliography"), entries, author=site, language=locale)

    return written


EXPORTS: Mapping[str, Export] = {
    "pdf": Export("PDF", paper.PDF_TYPE, _paper(paper.pdf), styled=True),
    "docx": Export("Word (DOCX)", paper.DOCX_TYPE, _paper(paper.docx), styled=True),
    "ris": Export("RIS (Zotero, EndNote)", ris.MEDIA_TYPE,
                  lambda found, _style, _site: b"".join(bibliography.write_ris(found))),
    "bib": Export("BibTeX", bibtex.MEDIA_TYPE,
                  lambda found, _style, _site: b"".join(bibliography.write_bibtex(found))),
    "csl.json": Export("CSL-JSON", csl.MEDIA_TYPE,
                       lambda found, _style, _site: b"".join(bibliography.write_csl(found))),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A record in the basket; `without` is the address of the basket without it."""

    record: Record
    label: str
    citation: str
    without: str


@dataclass(frozen=True, slots=True)
class Found:
    """A result of the search; `added` is the address of the basket with it."""

    record: Record
    added: str


@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """The records of the address, in its order; what is none, or public no longer, is said and
    left out. With `q`, what a search finds to add. Always 200."""
    asked = _uids(request)
    uids = asked[:MOST]
    found = list(notices(uids, state().site)) if uids else []
    here = [one.record.uid for one in found]
    kinds = record_types()
    words = clean_text(request.GET.get(WORDS, ""))
    context = {
        "page_title": _("Basket"),
        "kept": [
            Kept(
                one.record,
                str(kinds[one.record.type].label) if one.record.type in kinds else "",
                one.citation if one.kind.citable else "",
                address([uid for uid in here if uid != one.record.uid]),
            )
            for one in found
        ],
        "uids": here,
        "address": request.build_absolute_uri(address(here)),
        "lost": len(uids) - len(here) + _unreadable(request),
        "too_many": len(asked) > MOST,
        "most": MOST,
        "words": words,
        "results": _results(words, here) if words else [],
        "exports": [
            (extension, one.label, reverse("basket-export", args=[extension]))
            for extension, one in EXPORTS.items()
            if not one.styled
        ],
        "papers": [
            (extension, one.label, reverse("basket-export", args=[extension]))
            for extension, one in EXPORTS.items()
            if one.styled
        ],
        "styles": cited.STYLES.items(),
        "query": address(here).partition("?")[2],
        "joined": ",".join(map(str, here)),
    }
    response = render(request, "exchange/basket.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@reads(checked=False)
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The basket of the address in a format of EXPORTS; 400 with a problem document for what cannot
    be read. Two queries at most, one for a client that has it."""
    uids, style = _strictly(request)
    now, chosen = state(), EXPORTS[extension]
    name = _("bibliography") + f".{extension}"
    return kept(
        request,
        etag_of(SHAPE, extension, style, _locale(), uids, now.all),
        chosen.media_type,
        lambda: chosen.write(list(notices(uids, now.site)), style, now.site),
        Content_Disposition=f'attachment; filename="{name}"',
        X_Robots_Tag="noindex",
    )


def address(uids: Sequence[UUID]) -> str:
    """The basket that holds these."""
    return reverse("basket") + (f"?{ID}={','.join(map(str, uids))}" if uids else "")


def _strictly(request: HttpRequest) -> tuple[list[UUID], str]:
    check(request.GET, {STYLE}, {ID})
    uids = _uids(request)
    if not uids or _unreadable(request):
        raise BadAddress(ID, _("Give the identifiers of records, separated by commas."))
    if len(uids) > MOST:
        raise BadAddress(ID, _("A basket holds %(most)d records.") % {"most": MOST})
    style = request.GET.get(STYLE, cited.DEFAULT)
    if style not in cited.STYLES:
        message = _("This is one of %(names)s.") % {"names": ", ".join(cited.STYLES)}
        raise BadAddress(STYLE, message)
    return uids, style


def _texts(request: HttpRequest) -> list[str]:
    return [one for text in request.GET.getlist(ID) for one in text.split(",") if one.strip()]


def _uids(request: HttpRequest) -> list[UUID]:
    """Each once, in the order of the address."""
    return list(dict.fromkeys(uid for text in _texts(request) if (uid := _uid(text))))


def _unreadable(request: HttpRequest) -> int:
    return sum(_uid(text) is None for text in _texts(request))


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _results(words: str, here: Sequence[UUID]) -> list[Found]:
    """What a search finds that is not in the basket."""
    try:
        found = ranking(SearchQuery(q=words, locale=_locale()), FOUND + len(here))
    except InvalidQuery:
        return []
    others = [uid for uid in found if uid not in set(here)][:FOUND]
    records = Record.objects.filter(gone_at__isnull=True).defer("json", "document").in_bulk(others)
    return [Found(records[uid], address([*here, uid])) for uid in others if uid in records]


def _locale() -> str:
    return (get_language() or "fr").split("-")[0]
