"""Builds the demo centre from the YAML beside it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from cms.core.models import Contact, HomePage, SectionPage
from knowledge.base.models import PageAuthor, PageDescriptor, PageDownload, PageRelated
from knowledge.guides.models import GuideChapter, GuideCheck, GuidePage, GuideTool
from knowledge.thesaurus.models import ConceptScheme

from . import languages, types
from .blocks import stream
from .centre import Centre
from .library import CONTENT, LICENCES, Library, read


def existing_home() -> HomePage | None:
    """The home page if the demo was loaded before: its vocabulary is there. Sections would not
    tell, an editor may rename them."""
    loaded = ConceptScheme.objects.filter(slug="themes").exists()
    return HomePage.objects.filter(depth=2).first() if loaded else None


@transaction.atomic
def load(say: Callable[[str], Any], regions: Sequence[str] = ()) -> HomePage:
    """Everything or nothing; `say` is told each step. `regions`: the codes of the regions whose
    territories are loaded, all by default; the content needs 11, 24, 52 and 75."""
    library = Library()
    say("  images et fichiers…")
    library.load_images()
    library.load_documents()
    say("  vocabulaires…")
    library.load_schemes()
    say("  territoires…")
    call_command("load_territories", verbosity=0, region=list(regions) or None)
    say("  pages…")
    home = _home()
    sections = {entry["slug"]: _section(home, entry) for entry in read("sections.yaml")}
    guides = [read(f"guides/{path.name}") for path in sorted((CONTENT / "guides").glob("*.yaml"))]
    guides.sort(key=lambda entry: str(entry["published"]))
    pages = {}
    for entry in guides:
        page = pages[entry["slug"]] = _guide(sections["guides"], entry, library)
        library.guides[entry["slug"]] = page.pk
    for entry in guides:
        _fill(pages[entry["slug"]], entry, library)
    centre = Centre(library, home, sections)
    centre.pages |= {f"guide:{slug}": page for slug, page in pages.items()}
    for load_type in types.LOADERS:
        load_type(centre, say)
    content = read("home.yaml")
    _publish(home, content["introduction"], stream(content["body"], library), library, content)
    for entry in read("sections.yaml"):
        body = stream(entry.get("body") or [], library)
        _publish(sections[entry["slug"]], entry.get("introduction", ""), body, library, entry)
    languages.load(home, sections, pages, library, say)
    return home


def _home() -> HomePage:
    """The site's home page, made by the first migration."""
    content = read("home.yaml")
    site = Site.objects.get(is_default_site=True)
    site.site_name = content["site_name"]
    site.save()
    Contact.objects.create(email=content["email"])
    home = HomePage.objects.get(pk=site.root_page_id)
    home.title = content["title"]
    return home


def name_site() -> None:
    """The demo's site has the port of BASE_URL, so that links from the admin lead to the pages. A
    site that stands elsewhere than on this machine is left alone."""
    address = urlsplit(settings.BASE_URL)
    site = Site.objects.get(is_default_site=True)
    port = address.port or (443 if address.scheme == "https" else 80)
    if site.hostname == address.hostname == "localhost" and site.port != port:
        site.port = port
        site.save()


def _section(home: HomePage, entry: dict[str, Any]) -> SectionPage:
    section = SectionPage(
        title=entry["title"],
        slug=entry["slug"],
        show_in_menus=bool(entry.get("in_menu")),
        locale=home.locale,
    )
    home.add_child(instance=section)
    return section


def _publish(
    page: Any, summary: str, body: list[Any], library: Library, entry: dict[str, Any]
) -> None:
    page.refresh_from_db(fields=["numchild", "path"])
    page.summary = " ".join(summary.split())
    page.hero_image_id = library.images.get(entry.get("image", ""))
    page.body = body
    page.save_revision().publish()


def _guide(section: SectionPage, entry: dict[str, Any], library: Library) -> GuidePage:
    """The page with everything but its chapters, which may link to guides not yet made."""
    page = GuidePage(
        title=entry["title"],
        slug=entry["slug"],
        summary=" ".join(entry["summary"].split()),
        abstract=" ".join((entry.get("abstract") or "").split()),
        hero_image_id=library.images.get(entry.get("image", "")),
        edition=entry.get("edition") or "",
        edition_date=str(entry["published"])[:7],
        review_date=entry.get("review_date"),
        licence=LICENCES[entry["licence"]],
        citation_text=entry.get("citation") or "",
        locale=section.locale,
        live=False,
    )
    section.add_child(instance=page)
    return page


def _fill(page: GuidePage, entry: dict[str, Any], library: Library) -> None:
    names = [
        name
        for scheme in ("themes", "audiences", "stages", "settings")
        for name in entry.get(scheme) or []
    ]
    page.descriptors = [
        PageDescriptor(concept=library.concepts[name], sort_order=place)
        for place, name in enumerate(names)
    ]
    page.authors = [
        PageAuthor(name=name, sort_order=place)
        for place, name in enumerate(entry.get("authors") or [])
    ]
    page.downloads = [
        PageDownload(
            document_id=library.documents[download["file"]],
            title=download.get("title", ""),
            sort_order=place,
        )
        for place, download in enumerate(entry.get("downloads") or [])
    ]
    page.related_pages = [
        PageRelated(related_id=library.guides[slug], sort_order=place)
        for place, slug in enumerate(entry.get("related") or [])
    ]
    page.chapters = [
        GuideChapter(
            title=chapter["title"],
            body=stream(chapter["blocks"], library),
            sort_order=place,
            locale=page.locale,
        )
        for place, chapter in enumerate(entry["chapters"])
    ]
    page.tools = [
        GuideTool(
            title=tool["title"],
            document_id=library.documents[tool["file"]] if "file" in tool else None,
            tool_page_id=library.guides[tool["guide"]] if "guide" in tool else None,
            link=tool.get("link", ""),
            sort_order=place,
            locale=page.locale,
        )
        for place, tool in enumerate(entry.get("tools") or [])
    ]
    page.checks = [
        GuideCheck(text=text, sort_order=place, locale=page.locale)
        for place, text in enumerate(entry.get("checklist") or [])
    ]
    published = dt.datetime.combine(entry["published"], dt.time(9), timezone.get_current_timezone())
    page.first_published_at = published
    page.save_revision().publish()
