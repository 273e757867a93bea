"""Builds the demo centre from the YAML beside it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from cms.core.models import HomePage, SectionPage
from knowledge.base.models import PageAuthor, PageDescriptor, PageDownload, PageRelated
from knowledge.guides.models import GuideChapter, GuidePage

from .blocks import stream
from .library import CONTENT, LICENCES, Library, read

HOME_SLUG = "accueil"


def existing_home() -> HomePage | None:
    """The demo's home page if it was loaded before."""
    return HomePage.objects.filter(slug=HOME_SLUG).first()


@transaction.atomic
def load(say: Callable[[str], Any]) -> HomePage:
    """Everything or nothing; `say` is told each step."""
    library = Library()
    say("  pictures and files…")
    library.load_images()
    library.load_documents()
    say("  vocabulary…")
    library.load_schemes()
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
    content = read("home.yaml")
    _publish(home, content["introduction"], stream(content["body"], library), library, content)
    for entry in read("sections.yaml"):
        body = stream(entry.get("body") or [], library)
        _publish(sections[entry["slug"]], entry.get("introduction", ""), body, library, entry)
    return home


def _home() -> HomePage:
    """The home page under the root, in place of Wagtail's welcome page."""
    content = read("home.yaml")
    root = Page.get_first_root_node()
    locale, _ = Locale.objects.get_or_create(language_code="fr")
    Page.objects.child_of(root).filter(slug=HOME_SLUG).delete()
    home = HomePage(title=content["title"], slug=HOME_SLUG, locale=locale)
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.hostname, site.port = site.hostname or "localhost", site.port or 80
    site.site_name, site.root_page = content["site_name"], home
    site.save()
    if welcome is not None and not welcome.get_children().exists():
        welcome.delete()
    return HomePage.objects.get(pk=home.pk)


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
    page.refresh_from_db()
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
    published = dt.datetime.combine(entry["published"], dt.time(9), timezone.get_current_timezone())
    page.first_published_at = published
    page.save_revision().publish()
