"""`/sitemap.xml`: an index, the sections, and the records by parts, from the catalogue.

https://www.sitemaps.org/protocol.html, with `hreflang` alternates where translations are public.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from lxml import etree
from wagtail.models import Page

from cms.catalogue import clock
from cms.catalogue.visibility import public_pages
from cms.core.body import page_address
from cms.core.models import HomePage, SectionPage
from cms.core.reading import reads
from cms.formats.text import writable

from .conditional import etag_of, kept

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
TYPE = "application/xml; charset=utf-8"

# Addresses in a part: the protocol allows 50,000 and 50 MB, with their alternates.
PART = 5_000

_PARTS = """
    SELECT (place - 1) / %(part)s + 1, max(modified_at) FROM (
        SELECT modified_at, row_number() OVER (ORDER BY uid) AS place
        FROM cms_catalogue_record WHERE gone_at IS NULL
    ) numbered GROUP BY 1 ORDER BY 1
"""
_PART = """
    SELECT record.url, record.modified_at, (
        SELECT json_agg(json_build_array(other.locale, other.url) ORDER BY other.locale)
        FROM cms_catalogue_record other
        WHERE other.translation_key = record.translation_key AND other.gone_at IS NULL
    ) FROM (
        SELECT uid FROM cms_catalogue_record WHERE gone_at IS NULL
        ORDER BY uid LIMIT %(part)s OFFSET %(start)s
    ) chosen JOIN cms_catalogue_record record USING (uid) ORDER BY uid
"""


# Changes with whatever is said of sections and home pages, which have no records: their words and
# addresses, who may read them, where sites begin.
_SECTIONS = """
    SELECT (
        SELECT md5(string_agg(concat_ws('|', page.id, page.path, page.url_path, page.title,
            page.live, page.last_published_at, page.locale_id, section.summary, home.summary),
            E'\\x1f' ORDER BY page.path))
        FROM wagtailcore_page page
        LEFT JOIN cms_core_sectionpage section ON section.page_ptr_id = page.id
        LEFT JOIN cms_core_homepage home ON home.page_ptr_id = page.id
        WHERE section.page_ptr_id IS NOT NULL OR home.page_ptr_id IS NOT NULL
    ), (
        SELECT string_agg(concat_ws('|', id, page_id, restriction_type), ' ' ORDER BY id)
        FROM wagtailcore_pageviewrestriction
    ), (
        SELECT string_agg(concat_ws('|', id, root_page_id, hostname, port), ' ' ORDER BY id)
        FROM wagtailcore_site
    )
"""


@reads()
def index(request: HttpRequest) -> HttpResponseBase:
    """The parts, each with the date of its newest change. Two queries."""

    def body() -> bytes:
        root = etree.Element(f"{{{SITEMAP}}}sitemapindex", nsmap={None: SITEMAP})
        _add(etree.SubElement(root, f"{{{SITEMAP}}}sitemap"), reverse("sitemap-sections"))
        for number, modified in _rows(_PARTS, part=PART):
            found = etree.SubElement(root, f"{{{SITEMAP}}}sitemap")
            _add(found, reverse("sitemap-part", args=[number]), modified)
        return _written(root)

    return kept(request, _etag("index"), TYPE, body)


@reads()
def part(request: HttpRequest, number: int) -> HttpResponseBase:
    """A part of the records. Two queries; 404 beyond the last."""
    start = (number - 1) * PART
    if not 0 <= start < 10**9:
        raise Http404

    def body() -> bytes:
        rows = _rows(_PART, part=PART, start=start)
        if not rows:
            raise Http404
        return _addresses(rows)

    return kept(request, _etag(number), TYPE, body)


@reads()
def sections(request: HttpRequest) -> HttpResponseBase:
    """The home pages and the sections, which have no records. One query for a client that has it,
    a constant number for one that has not."""

    def body() -> bytes:
        families: dict[Any, list[tuple[str, str]]] = {}
        found = [(page, address) for page in public_sections() if (address := page_address(page))]
        for page, address in found:
            families.setdefault(page.translation_key, []).append(
                (page.locale.language_code, address)
            )
        return _addresses(
            (address, page.last_published_at, families[page.translation_key])
            for page, address in found
        )

    return kept(request, etag_of("sections", settings.BASE_URL, sections_state()), TYPE, body)


def sections_state() -> object:
    """What changes with sections and home pages. One query."""
    return _rows(_SECTIONS)


def public_sections() -> list[Page]:
    """Home pages and sections that anybody may read, in the order of the tree. Two queries."""
    found = list(
        Page.objects.live().type(HomePage, SectionPage).select_related("locale").order_by("path")
    )
    public = public_pages(page.pk for page in found)
    return [page for page in found if page.pk in public]


def _etag(name: object) -> str:
    return etag_of("sitemap", name, PART, settings.BASE_URL, clock.state())


def _addresses(rows: Iterable[tuple[str, Any, Iterable[tuple[str, str]]]]) -> bytes:
    """(address, date of change or None, [(language, address)] of the family, itself included)."""
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap={None: SITEMAP, "xhtml": XHTML})
    for address, modified, family in rows:
        found = etree.SubElement(root, f"{{{SITEMAP}}}url")
        _add(found, address, modified)
        translations = list(family)
        for language, other in translations if len(translations) > 1 else ():
            link = etree.SubElement(found, f"{{{XHTML}}}link", rel="alternate", hreflang=language)
            link.set("href", writable(settings.BASE_URL + other))
    return _written(root)


def _add(parent: etree._Element, address: str, modified: Any = None) -> None:
    etree.SubElement(parent, f"{{{SITEMAP}}}loc").text = writable(settings.BASE_URL + address)
    if modified is not None:
        lastmod = modified.strftime("%Y-%m-%dT%H:%M:%SZ")
        etree.SubElement(parent, f"{{{SITEMAP}}}lastmod").text = lastmod


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _rows(sql: str, **values: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
