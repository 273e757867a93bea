"""`/formations.xml`: training offers in LHEO, those that are complete."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.catalogue.models import Record
from cms.core.reading import problem, reads
from cms.core.records import record_types
from cms.formats import lheo
from cms.formats.lheo import Offer
from cms.formats.notice import Notice
from search.state import state

from .conditional import etag_of, streamed

SHAPE = 1
BATCH = 100


class _NoneError(Exception):
    """No offer is complete."""


@reads()
def offers(request: HttpRequest) -> HttpResponseBase:
    """Offers in the language of the address; 404 with a problem document where none is complete:
    LHEO has no empty list. One query for a client that has it."""
    now = state()
    locale = (get_language() or "fr").split("-")[0]

    def body() -> Iterable[bytes]:
        parts = lheo.write(every(locale, now.site))
        first = next(parts, None)
        if first is None:
            raise _NoneError
        return _after(first, parts)

    try:
        return streamed(
            request,
            etag_of(SHAPE, "lheo", locale, now.all),
            lheo.MEDIA_TYPE,
            body,
            Content_Disposition='inline; filename="formations.xml"',
            X_Robots_Tag="noindex",
        )
    except _NoneError:
        return problem(404, "not-found", _("Not found"), _("No training is complete in LHEO."))


def _after(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts


def every(locale: str, site: str) -> Iterator[Offer]:
    """All offers in a language, from A to Z. Two queries for each hundred."""
    types = [name for name, kind in record_types().items() if kind.lheo]
    live = Record.objects.filter(gone_at__isnull=True).defer("document")
    uids = list(
        live.filter(type__in=types, locale=locale)
        .order_by("title_key", "uid")
        .values_list("uid", flat=True)
    )
    for start in range(0, len(uids), BATCH):
        part = uids[start : start + BATCH]
        found = live.in_bulk(part)
        alone = [Offer(Notice(found[uid], site), {}) for uid in part if uid in found]
        actors = actors_of(alone, site)
        yield from (Offer(one.notice, actors) for one in alone)


def actors_of(offers: Iterable[Offer], site: str) -> dict[str, Notice]:
    """The records of whom offers name, by uid. One query."""
    uids = {UUID(uid) for one in offers for uid in one.names}
    records = Record.objects.filter(uid__in=uids, gone_at__isnull=True).defer("document")
    return {str(record.uid): Notice(record, site) for record in records}
