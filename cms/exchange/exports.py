"""`/notices.csv`, `/notices.geojson`, `/notices.ris`…: any filtered list in the formats of whoever
works with it."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.core.reading import reads
from cms.formats import bibliography, bibtex, csl, feed, geojson, ris, table
from cms.formats.notice import Notice
from search.state import state

from .conditional import etag_of, streamed
from .lists import ONLY_HERE, briefs, located, moment, notices, number, wanted

SHAPE = 2


@dataclass(frozen=True, slots=True)
class List:
    """What a list is written from: its records in their order, the name of the site, the time of
    the catalogue's newest change, the list's own address and that of the page that shows it."""

    uids: list[UUID]
    site: str
    changed: dt.datetime | None
    address: str
    page: str

    @property
    def notices(self) -> Iterator[Notice]:
        return notices(self.uids, self.site)

    def feed(self, form: str) -> Iterable[bytes]:
        entries = briefs(self.uids)
        title = _("News – %(site)s") % {"site": self.site}
        return feed.write(
            form, entries, title=title, author=self.site, address=self.address, page=self.page,
            when=self.changed,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """A format of lists. `write` gives the parts; `attached`: browsers save it."""

    media_type: str
    write: Callable[[List], Iterable[bytes]]
    attached: bool = True


FORMATS: Mapping[str, Format] = {
    "csv": Format(table.CSV_TYPE, lambda found: table.write_csv(found.notices)),
    "geojson": Format(
        geojson.MEDIA_TYPE, lambda found: geojson.write(located(found.uids)), attached=False
    ),
    "ris": Format(ris.MEDIA_TYPE, lambda found: bibliography.write_ris(found.notices)),
    "bib": Format(bibtex.MEDIA_TYPE, lambda found: bibliography.write_bibtex(found.notices)),
    "csl.json": Format(csl.MEDIA_TYPE, lambda found: bibliography.write_csl(found.notices)),
    "atom": Format(feed.MEDIA_TYPES["atom"], lambda found: found.feed("atom"), attached=False),
    "rss": Format(feed.MEDIA_TYPES["rss"], lambda found: found.feed("rss"), attached=False),
    "xlsx": Format(table.XLSX_TYPE, lambda found: table.write_xlsx(found.notices, _("Records"))),
}
FEEDS = frozenset(feed.MEDIA_TYPES)
EXTENSIONS = tuple(FORMATS)


@reads(checked=False)
def exported(request: HttpRequest, extension: str) -> HttpResponseBase:
    """A list in one of EXTENSIONS; 400 with a problem document for an address that cannot be read.
    One query for a client that has it, one more for each 500 records for one that has not."""
    now, chosen = state(), FORMATS[extension]
    name = _("records") + f".{extension}"

    def body() -> Iterable[bytes]:
        uids = wanted(request).uids(number(request, feed=extension in FEEDS))
        return _eager(chosen.write(List(uids, now.site, now.modified, *_addresses(request))))

    return streamed(
        request,
        etag_of(
            SHAPE, extension, get_language(), request.META.get("QUERY_STRING"), moment(request),
            now.all,
        ),
        chosen.media_type,
        body,
        Content_Disposition=content_disposition_header(chosen.attached, name) or "inline",
        X_Robots_Tag="noindex",
    )  # fmt: skip


def _addresses(request: HttpRequest) -> tuple[str, str]:
    """Of the list itself, and of the page with the same choice."""
    chosen = [(name, value) for name, values in request.GET.lists() for value in values
              if name not in ONLY_HERE]  # fmt: skip
    query = "?" + urlencode(chosen) if chosen else ""
    address = settings.BASE_URL + request.get_full_path()
    return address, settings.BASE_URL + reverse("search") + query


def _eager(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The first part is made now: what goes wrong in it is an answer of its own."""
    found = iter(parts)
    first = next(found, b"")

    def all_parts() -> Iterator[bytes]:
        yield first
        yield from found

    return all_parts()
