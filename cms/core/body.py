"""From stored blocks to typed, clean blocks and plain text, a whole batch of pages at a time.

Blocks are read as raw data and never bound: binding fetches pictures page by page, and
queries must not grow with the batch.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.utils import generate_signature
from wagtail.models import CollectionViewRestriction, Page

from .records import Dependency, Download, Picture

Reference = tuple[str, int]  # ("page" | "document" | "image", id)
PICTURE_WIDTH = 1200
RENDITION_WIDTHS = (400, 800, PICTURE_WIDTH)


def everything(page_ids: Iterable[int]) -> set[int]:
    return set(page_ids)


# Which of some pages anybody may read: a text that links to another one keeps the address to
# itself. The rule stands a floor above, in the catalogue, which puts it here.
visible_pages: Callable[[Iterable[int]], set[int]] = everything
_PICTURE_ADDRESS = re.compile(r"/images/[^/]+/(?P<id>\d+)/")


@dataclass
class References:
    """What a batch of bodies points to, fetched with one query for each kind."""

    images: dict[int, Any] = field(default_factory=dict)
    documents: dict[int, Any] = field(default_factory=dict)
    addresses: dict[Reference, str] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)  # of the pages that have an address
    # Of the pages pointed to, in each language in which anybody may read them: title, address.
    families: dict[int, dict[str, tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def load(cls, wanted: Iterable[Reference], *, texts: bool = False) -> "References":
        """Fetch the targets. `texts`: also the pages' texts of the documents."""
        ids: dict[str, set[int]] = {"page": set(), "document": set(), "image": set()}
        for kind, number in wanted:
            ids[kind].add(number)
        found = cls()
        if ids["image"] or ids["document"]:
            closed = _restricted_collections()
        if ids["image"]:
            found.images = get_image_model().objects.exclude(closed).in_bulk(ids["image"])
        if ids["document"]:
            documents = get_document_model().objects.exclude(closed)
            if texts:
                documents = documents.prefetch_related("pages")
            found.documents = documents.in_bulk(ids["document"])
        if ids["page"]:
            found._load_pages(ids["page"])
        for document in found.documents.values():
            found.addresses["document", document.pk] = document.url
        return found

    def _load_pages(self, ids: set[int]) -> None:
        """Two queries, translations included."""
        keys = Page.objects.filter(pk__in=ids).values("translation_key")
        pages = list(Page.objects.filter(translation_key__in=keys).select_related("locale"))
        public = visible_pages([page.pk for page in pages])
        families: dict[Any, dict[str, tuple[str, str]]] = {}
        for page in pages:
            family = families.setdefault(page.translation_key, {})
            if page.pk in ids:
                self.families[page.pk] = family
            if page.pk in public and (address := page_address(page)):
                family[page.locale.language_code] = page.title, address
                if page.pk in ids:
                    self.addresses["page", page.pk] = address
                    self.titles[page.pk] = page.title

    def spoken(self, language: str) -> "References":
        """The same, each page in a language where anybody may read it there."""
        here = {pk: family[language] for pk, family in self.families.items() if language in family}
        if not here:
            return self
        addresses = {("page", pk): address for pk, (_title, address) in here.items()}
        titles = {pk: title for pk, (title, _address) in here.items()}
        return replace(self, addresses=self.addresses | addresses, titles=self.titles | titles)

    def link(self, page_id: int | None) -> dict[str, str] | None:
        """Title and address of a page that anybody may read; None for any other."""
        address = self.addresses.get(("page", page_id)) if page_id else None
        return {"title": self.titles.get(page_id or 0, ""), "url": address} if address else None

    def picture(self, image_id: int | None) -> Picture | None:
        image = self.images.get(image_id) if image_id else None
        if image is None:
            return None
        width = min(PICTURE_WIDTH, image.width)
        return Picture(
            image_id=image.pk,
            url=picture_address(image, width),
            width=width,
            height=round(image.height * width / image.width),
            alt=image.default_alt_text,
            credit=image.credit,
            licence=image.licence,
        )

    def download(self, document_id: int | None, title: str = "") -> Download | None:
        document = self.documents.get(document_id) if document_id else None
        if document is None:
            return None
        return Download(
            document_id=document.pk,
            title=title or document.title,
            url=document.url,
            filename=document.filename,
            media_type=document.media_type,
            size=document.file_size or 0,
            pages=document.page_count,
            language=document.language,
            checksum=document.checksum,
        )


def _restricted_collections() -> Q:
    """Files of a restricted collection, or of one below it: never part of a public record."""
    paths = CollectionViewRestriction.objects.values_list("collection__path", flat=True)
    return reduce(or_, (Q(collection__path__startswith=path) for path in paths), Q(pk__in=()))


def page_address(page: Page) -> str | None:
    """The relative address of a page, or None for a page outside every site. No query: the
    site roots are cached, the locale must be fetched already."""
    parts = page.get_url_parts()
    return parts[2] if parts else None


def picture_address(image: Any, width: int) -> str:
    """The relative address of a picture at a width in pixels, made on first demand."""
    return _signed(image.pk, f"width-{width}|format-webp")


def _signed(image_id: int, spec: str) -> str:
    return reverse("wagtailimages_serve", args=(generate_signature(image_id, spec), image_id, spec))


def renditions(image_id: int, width: int, height: int) -> list[dict[str, Any]]:
    """The sizes in which a picture of that size in pixels is offered, the smallest first: never
    larger than it is. Made on first demand."""
    widths = sorted({min(wanted, width) for wanted in RENDITION_WIDTHS})
    return [
        {
            "width": one,
            "height": round(height * one / width),
            "media_type": "image/webp",
            "url": _signed(image_id, f"width-{one}|format-webp"),
        }
        for one in widths
        if width
    ]


def thumbnail_address(address: str) -> str:
    """The address of the same picture, cut to fit a list of results (288 × 204 pixels)."""
    match = _PICTURE_ADDRESS.match(address)
    if match is None:
        return address
    spec = "fill-288x204|format-webp|webpquality-60"
    return _signed(int(match["id"]), spec)


def references(stream_block: Any, raw: Iterable[dict[str, Any]]) -> set[Reference]:
    """What a stored body points to."""
    found: set[Reference] = set()
    for item, block in _known(stream_block, raw):
        found |= block.references(item["value"])
    return found


def describe(
    stream_block: Any, raw: Iterable[dict[str, Any]], targets: References
) -> list[dict[str, Any]]:
    """A stored body as typed blocks with clean HTML, for readers outside the house."""
    return [
        {"type": item["type"], "value": block.describe(item["value"], targets)}
        for item, block in _known(stream_block, raw)
    ]


def texts(stream_block: Any, raw: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """The plain text of a stored body as (weight, text): weight is "heading" or "body"."""
    return [
        ("heading" if item["type"] == "heading" else "body", text)
        for item, block in _known(stream_block, raw)
        if (text := block.text(item["value"]))
    ]


def dependencies(found: Iterable[Reference]) -> set[Dependency]:
    return {Dependency(kind, number) for kind, number in found}


def _known(stream_block: Any, raw: Iterable[dict[str, Any]]):
    for item in raw:
        if block := stream_block.child_blocks.get(item["type"]):
            yield item, block
