"""What a page shows of other pages: menu, breadcrumb, languages, lists. Only what is public."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, gettext
from wagtail.models import Page, Site

from cms.catalogue import sections
from cms.catalogue.models import Record
from cms.catalogue.visibility import public_pages
from cms.core.body import page_address
from cms.core.models import SectionPage

register = template.Library()

# Pages of the footer, by the slug under which a centre keeps them.
LEGAL = ("accessibilite", "donnees-personnelles", "mentions-legales")
HOME_DEPTH = 2  # a home page stands right under the root of the tree
_LISTED = (
    "uid", "type", "locale", "title", "summary", "url", "date", "date_precision", "published_at",
    "open_from", "open_until",
)  # fmt: skip


@dataclass(slots=True)
class Link:
    """An entry of the menu, the footer or the languages. `current` is the value of aria-current,
    or ""; `missing`: the page is not in this language, the home page is."""

    title: str
    url: str
    current: str = ""
    language: str = ""
    slug: str = ""
    missing: bool = False


@dataclass(slots=True)
class Shelf:
    """A section as its parent shows it; `count` is the number of records in it, all levels."""

    title: str
    url: str
    summary: str
    count: int


@dataclass(slots=True)
class Furniture:
    """What surrounds every page, read once for each request."""

    name: str
    home: str
    search: str
    map: str
    themes: str
    menu: list[Link]
    legal: dict[str, Link]
    languages: list[Link]
    alternates: list[Link]
    api: str = "/api/v1/docs"  # answered before Django's own addresses


@register.simple_tag(takes_context=True)
def furniture(context: dict[str, Any]) -> Furniture:
    """Name, menu, footer and languages. Three queries at most, then kept on the request."""
    request: HttpRequest = context["request"]
    kept = vars(request)
    if "_furniture" not in kept:
        kept["_furniture"] = _furniture(request, context.get("page"))
    return kept["_furniture"]


def _furniture(request: HttpRequest, page: Any) -> Furniture:
    page = page if isinstance(page, Page) else None
    site = Site.find_for_request(request)
    language = (get_language() or "fr").split("-")[0]
    homes, family, entries = _around(site, page)
    home = homes.get(language) or next(iter(homes.values()), None)
    prefix = (home.get_url(request) if home else None) or "/"
    known = Furniture(
        name=site.site_name if site and site.site_name else "Relais",
        home=prefix,
        search=f"{prefix}recherche/",
        map=f"{prefix}carte/",
        themes=f"{prefix}themes/",
        menu=[],
        legal={},
        languages=_languages(request, page, homes, family),
        alternates=_alternates(request, family),
    )
    if home is None:
        return known
    for child in entries:
        if not child.path.startswith(home.path):
            continue
        link = Link(
            child.title, child.get_url(request) or "", _current(child, page), slug=child.slug
        )
        if child.slug in LEGAL:
            known.legal[child.slug.replace("-", "_")] = link
        else:
            known.menu.append(link)
    return known


Pages = dict[str, Page]  # by language, French first


def _around(site: Site | None, page: Page | None) -> tuple[Pages, Pages, list[Page]]:
    """The home pages, and the page itself, in each language in which anybody may read them, and
    what menus and footers may name. Two queries."""
    if site is None:
        return {}, {}, []
    keys = {site.root_page.translation_key}
    if page is not None and page.pk:
        keys.add(page.translation_key)
    named = Q(show_in_menus=True) | Q(slug__in=LEGAL)
    # Both by an index: any other form reads the whole tree of pages.
    wanted = Q(translation_key__in=keys) | Q(depth=HOME_DEPTH + 1) & named
    homes: Pages = {}
    family: Pages = {}
    found = _public(Page.objects.filter(wanted))
    for one in sorted(found, key=lambda one: one.locale.language_code != settings.LANGUAGE_CODE):
        if one.depth == HOME_DEPTH:
            homes[one.locale.language_code] = one
        if page is not None and one.translation_key == page.translation_key:
            family[one.locale.language_code] = one
    entries = [
        one
        for one in found
        if one.depth == HOME_DEPTH + 1 and (one.show_in_menus or one.slug in LEGAL)
    ]
    return homes, family, entries


def _public(pages: QuerySet[Page]) -> list[Page]:
    """Those that an anonymous visitor may read, in the order of the tree. Two queries."""
    found = list(pages.filter(live=True).select_related("locale").order_by("path"))
    public = public_pages([page.pk for page in found])
    return [page for page in found if page.pk in public]


def _current(entry: Page, page: Page | None) -> str:
    if page is None or not page.path or not page.path.startswith(entry.path):
        return ""
    return "page" if page.pk == entry.pk else "true"


def _languages(request: HttpRequest, page: Any, homes: Pages, family: Pages) -> list[Link]:
    """The same content in each language of the site, or its home page where it is not translated;
    nothing where the site has one language. No query."""
    if len(homes) < 2:
        return []
    here = (get_language() or "fr").split("-")[0]
    match = request.resolver_match
    fixed = page is None and match is not None and match.url_name != "wagtail_serve"
    found = []
    for code, home in homes.items():
        target = family.get(code)
        address = translate_url(request.get_full_path(), code) if fixed else ""
        found.append(
            Link(
                title=home.locale.language_name_local.capitalize(),
                url=address or (target or home).get_url(request) or "",
                current="page" if code == here else "",
                language=code,
                missing=not fixed and target is None and page is not None,
            )
        )
    return found


def _alternates(request: HttpRequest, family: Pages) -> list[Link]:
    """`hreflang`: every language of the page, itself included, with French for all others. Only
    what is in the catalogue's sense a page of its language. No query."""
    if len(family) < 2:
        return []
    found = [
        Link(one.title, f"{settings.BASE_URL}{page_address(one)}", language=code)
        for code, one in family.items()
    ]
    return [*found, Link(found[0].title, found[0].url, language="x-default")]


@register.simple_tag
def canonical(page: Any, number: int = 1) -> str:
    """The one absolute address of a page, with the number of its list from the second on; ""
    for what is not a page or has no address. No query."""
    address = page_address(page) if isinstance(page, Page) else None
    if not address:
        return ""
    return f"{settings.BASE_URL}{address}" + (f"?page={number}" if number > 1 else "")


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def breadcrumb(context: dict[str, Any], page: Page | None = None) -> dict[str, Any]:
    """The way from the home page to this one, through what is public. Two queries; nothing for
    the home page itself."""
    request = context["request"]
    if page is None or page.pk is None:
        return {"links": [], "title": ""}
    above = _public(page.get_ancestors().filter(depth__gt=1))
    links = [
        Link(gettext("Home") if one.depth == HOME_DEPTH else one.title, one.get_url(request) or "")
        for one in above
    ]
    return {"links": links, "title": page.title}


@register.simple_tag(takes_context=True)
def section_list(context: dict[str, Any], section: Page) -> sections.SectionList:
    """The list of a section as the address asks for it: see `sections.section_list`. Made once
    for each request."""
    request: HttpRequest = context["request"]
    kept = vars(request).setdefault("_shelves", {})
    if section.pk not in kept:
        kept[section.pk] = sections.section_list(section, request.GET)
    return kept[section.pk]


@register.simple_tag(takes_context=True)
def shelves(context: dict[str, Any], page: Page, *, in_menus: bool = False) -> list[Shelf]:
    """The sections right under a page, each with the number of its records. Four queries."""
    children = Page.objects.child_of(page).type(SectionPage).exclude(slug__in=LEGAL)
    found = _public(children.in_menu() if in_menus else children)
    ids = [child.pk for child in found]
    summaries = dict(SectionPage.objects.filter(pk__in=ids).values_list("pk", "summary"))
    counts = _counts(ids)
    return [
        Shelf(
            child.title,
            child.get_url(context["request"]) or "",
            summaries.get(child.pk, ""),
            counts.get(child.pk, 0),
        )
        for child in found
    ]


def _counts(section_ids: list[int]) -> dict[int, int]:
    """The number of records below each section, sections without any left out."""
    with connection.cursor() as cursor:
        # The bounds let the index on paths find the pages: steps of a path are digits and capital
        # letters, 'ZZZZ' the last of them in any collation.
        cursor.execute(
            """
            SELECT section.id, count(*) FROM wagtailcore_page section
            JOIN wagtailcore_page page ON page.path >= section.path
                AND page.path <= section.path || 'ZZZZ' AND starts_with(page.path, section.path)
            JOIN cms_catalogue_record record ON record.page_id = page.id
            JOIN wagtailcore_page parent ON parent.path = left(page.path, -4)
            JOIN cms_core_sectionpage shelf ON shelf.page_ptr_id = parent.id
            WHERE section.id = ANY(%s) AND record.gone_at IS NULL GROUP BY section.id
            """,
            [section_ids],
        )
        return dict(cursor.fetchall())


@register.simple_tag
def latest(language: str, number: int = 6) -> QuerySet[Record]:
    """The newest records in a language, newest first. One query."""
    return (
        Record.objects.filter(locale=language, gone_at__isnull=True, published_at__isnull=False)
        .order_by("-published_at", "uid")
        .only(*_LISTED)[:number]
    )
