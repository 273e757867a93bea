"""Records as a feed, Atom (RFC 4287) or RSS 2.0, an entry at a time."""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.xmlutils import SimplerXMLGenerator

from cms.catalogue.models import Record
from cms.core.records import record_types

from .text import writable

BATCH = 50  # entries sent at once


class _Atom(Atom1Feed):
    ROOT, ENTRY = ("feed",), "entry"

    def latest_post_date(self) -> Any:
        return self.feed["when"]


class _Rss(Rss201rev2Feed):
    ROOT, ENTRY = ("rss", "channel"), "item"

    def latest_post_date(self) -> Any:
        return self.feed["when"]


FORMATS: Mapping[str, type[_Atom | _Rss]] = {"atom": _Atom, "rss": _Rss}
MEDIA_TYPES = {name: f"{one.content_type}" for name, one in FORMATS.items()}


def write(
    form: str,
    records: Iterable[Record],
    *,
    title: str,
    author: str,
    address: str,
    page: str,
    when: dt.datetime | None,
) -> Iterator[bytes]:
    """`form` is "atom" or "rss"; `address` is the feed's own, `page` that of the page that shows
    the same, both absolute; `when` the time of the newest change, None where nothing ever was."""
    feed = FORMATS[form](
        title=writable(title),
        link=page,
        description=writable(title),
        language=(get_language() or "fr").split("-")[0],
        author_name=writable(author),
        feed_url=address,
        feed_guid=address,
        when=when or dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
    )
    out = io.StringIO()
    xml: Any = SimplerXMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    attributes = [feed.rss_attributes()] if isinstance(feed, _Rss) else []
    for name, some in zip(feed.ROOT, [*attributes, feed.root_attributes()], strict=True):
        xml.startElement(name, some)
    feed.add_root_elements(xml)
    labels = {name: str(kind.label) for name, kind in record_types().items()}
    for number, record in enumerate(records, start=1):
        _add(feed, xml, record, labels)
        if number % BATCH == 0:
            yield _taken(out)
    for name in reversed(feed.ROOT):
        xml.endElement(name)
    yield _taken(out)


def _add(feed: _Atom | _Rss, xml: Any, record: Record, labels: Mapping[str, str]) -> None:
    feed.items.clear()
    feed.add_item(
        title=writable(record.title),
        link=settings.BASE_URL + record.url,
        description=escape(writable(record.summary)),  # readers take it for HTML
        unique_id=f"urn:uuid:{record.uid}",
        unique_id_is_permalink=False,
        pubdate=record.published_at,
        updateddate=record.modified_at,
        categories=[
            writable(label) for label in (labels.get(record.type, ""), *record.labels) if label
        ],
    )
    [item] = feed.items
    xml.startElement(feed.ENTRY, feed.item_attributes(item))
    feed.add_item_elements(xml, item)
    xml.endElement(feed.ENTRY)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()
