"""Every list of results as a feed, Atom or RSS: what is new first."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.catalogue.models import Record
from cms.core.reading import check, problem, reads
from cms.core.records import record_types

from .query import PARAMETERS, InvalidQuery, SearchQuery, facet_parameters
from .service import ranking
from .state import state

LENGTH = 50  # entries of a feed

# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Dated(SyndicationFeed):
    """A feed without entries is dated too: `when`."""

    def latest_post_date(self) -> Any:
        return self.feed["when"]


class _Atom(_Dated, Atom1Feed):
    pass


class _Rss(_Dated, Rss201rev2Feed):
    pass


FORMATS: Mapping[str, type[_Atom | _Rss]] = {"atom": _Atom, "rss": _Rss}


@reads(checked=False)
def search_feed(request: HttpRequest, extension: str) -> HttpResponseBase:
    """`/recherche/flux.atom`, `/recherche/flux.rss`: the newest results of a search, with the
    parameters of the search page; its order and its page change nothing. 400 with a problem
    document for a parameter that cannot be read."""
    several = {"type", "concept", *facet_parameters()}
    check(request.GET, {*PARAMETERS} - several, several)
    try:
        query = SearchQuery.parse(request.GET, locale=_locale()).with_(order="newest")
        title = _("Search: %(text)s") % {"text": query.q} if query.q else _("Search: everything")
        page = query.with_(order="relevance").as_address()
        return _answer(
            request,
            extension,
            title=title,
            link=reverse("search") + (page if page != "?" else ""),
            address=request.path + (page if page != "?" else ""),
            records=lambda: _newest(query),
            # What is open closes at an hour, without any change of the catalogue.
            moment=timezone.now().strftime("%Y%m%d%H%M") if query.open_only else "",
        )
    except InvalidQuery as invalid:
        return problem(400, "invalid-parameter", _("Value not accepted"), invalid.message,
                       parameter=invalid.parameter[:80])  # fmt: skip


def _newest(query: SearchQuery) -> list[Record]:
    """Two queries besides those of the search."""
    uids = ranking(query, LENGTH)
    found = Record.objects.filter(gone_at__isnull=True).defer("json", "document").in_bulk(uids)
    return [found[uid] for uid in uids if uid in found]


@reads()
def type_feed(request: HttpRequest, kind: str, extension: str) -> HttpResponseBase:
    """`/flux/guide.atom`, `/flux/guide.rss`: the newest records of a type."""
    known = record_types().get(kind)
    if known is None:
        raise Http404
    locale = _locale()
    records = (
        Record.objects.filter(type=kind, locale=locale, gone_at__isnull=True)
        .defer("json", "document")
        .order_by(F("published_at").desc(nulls_last=True), "uid")
    )
    return _answer(
        request,
        extension,
        title=str(known.label_plural),
        link=reverse("search") + SearchQuery(types=(kind,), locale=locale).as_address(),
        address=request.path,
        records=lambda: list(records[:LENGTH]),
    )


def addresses(query: SearchQuery) -> dict[str, str]:
    """The feeds of a search, by format."""
    asked = query.with_(order="relevance").as_address()
    return {
        extension: reverse("search-feed", args=[extension]) + (asked if asked != "?" else "")
        for extension in FORMATS
    }


def _locale() -> str:
    return (get_language() or "fr").split("-")[0]


def _answer(
    request: HttpRequest,
    extension: str,
    *,
    title: str,
    link: str,
    address: str,
    records: Callable[[], Sequence[Record]],
    moment: str = "",
) -> HttpResponseBase:
    """The feed, or 304 to a reader who has it, by one query: `records` are then not asked for."""
    now = state()
    name = now.site
    seen = [request.get_full_path(), get_language(), title, moment, now.all]
    etag = f'W/"{hashlib.blake2b(repr(seen).encode(), digest_size=12).hexdigest()}"'
    answer = HttpResponse(content_type=FORMATS[extension].content_type)
    # No Last-Modified: an entry that is withdrawn makes the newest date older.
    found = get_conditional_response(request, etag=etag, response=answer)
    assert found is not None
    found["ETag"] = etag
    # What is public now may be withdrawn in a minute: readers must ask again.
    found["Cache-Control"] = "no-cache"
    found["Access-Control-Allow-Origin"] = "*"
    if found is answer:
        shown = records()
        feed = FORMATS[extension](
            title=_written(f"{title} – {name}"),
            link=settings.BASE_URL + link,
            description=_written(title),
            language=_locale(),
            author_name=_written(name),
            feed_url=settings.BASE_URL + address,
            feed_guid=settings.BASE_URL + address,
            when=max((one.modified_at for one in shown), default=None)
            or timezone.now().replace(hour=0, minute=0, second=0, microsecond=0),
        )
        for record in shown:
            _add(feed, record)
        answer.content = feed.writeString("utf-8")
    return found


def _add(feed: SyndicationFeed, record: Record) -> None:
    kind = record_types().get(record.type)
    labels = [str(kind.label)] if kind else []
    feed.add_item(
        title=_written(record.title),
        link=settings.BASE_URL + record.url,
        # Readers take it for HTML.
        description=escape(_written(record.summary)),
        unique_id=f"urn:uuid:{record.uid}",
        unique_id_is_permalink=False,
        pubdate=record.published_at,
        updateddate=record.modified_at,
        categories=[_written(label) for label in (*labels, *record.labels)],
    )


def _written(text: str) -> str:
    return _UNWRITABLE.sub("", text)
