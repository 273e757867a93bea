"""`/robots.txt` and `/llms.txt`: what crawlers and language models are told."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cms.core import vocabularies
from cms.core.body import page_address
from cms.core.models import HomePage, SectionPage
from cms.core.reading import reads
from cms.core.records import record_types
from cms.formats.text import one_line
from search.state import state

from .conditional import etag_of, kept
from .sitemaps import public_sections, sections_state

SHAPE = 1

# Parameters of lists that are not filters: the same records in another cut.
_CUTS = ("type", "lettre", "annee", "a-venir", "order", "facet")
# Lists in other formats, frames and baskets: nothing that is not found elsewhere.
_AWAY = ("notices.", "integrer/", "panier")


@reads()
def robots(request: HttpRequest) -> HttpResponseBase:
    """Everything may be read but the admin, and lists that only repeat others (RFC 9309)."""
    parameters = {scheme.parameter for scheme in vocabularies.schemes(edited=False).values()}
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /*recherche/?"]
    lines += [f"Disallow: /*{name}" for name in _AWAY]
    lines += [f"Disallow: /*?*{name}=" for name in sorted({*parameters, "concept", *_CUTS})]
    text = "\n".join([*lines, "", f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}", ""])
    return kept(request, etag_of(text), "text/plain; charset=utf-8", lambda: text)


@reads()
def llms(request: HttpRequest) -> HttpResponseBase:
    """What the site is and where it says it plainly, in Markdown (llmstxt.org), in the site's
    first language."""
    site = state().site

    def body() -> str:
        with translation.override(settings.LANGUAGE_CODE):
            return _llms(site)

    etag = etag_of(SHAPE, "llms", settings.BASE_URL, site, sections_state())
    return kept(request, etag, "text/markdown; charset=utf-8", body)


def _llms(site: str) -> str:
    pages = [one for one in public_sections() if one.locale.language_code == settings.LANGUAGE_CODE]
    ids = [page.pk for page in pages]
    summaries = dict(SectionPage.objects.filter(pk__in=ids).values_list("pk", "summary"))
    homes = dict(HomePage.objects.filter(pk__in=ids).values_list("pk", "summary"))
    said = one_line(next(iter(homes.values()), "")) or _("A documentary resource centre.")
    lines = [f"# {one_line(site)}", "", f"> {said}", ""]
    lines += [_("Each resource has an address for good, %(address)s, and the same in Markdown "
                "under %(markdown)s.") % {
        "address": f"{settings.BASE_URL}/notices/<uid>",
        "markdown": f"{settings.BASE_URL}/notices/<uid>.md",
    }, ""]  # fmt: skip
    lines += ["## " + _("Sections"), ""]
    lines += [
        _link(page.title, page_address(page) or "", summaries[page.pk])
        for page in pages
        if page.pk in summaries
    ]
    lines += ["", "## " + _("Data"), ""]
    lines += [
        _link(_("Page API"), "/api/v1/docs", _("every resource as JSON, with filters and search")),
        _link("OpenAPI", "/api/v1/openapi.json", _("the API described for programs")),
        _link("OAI-PMH", reverse("oai") + "?verb=Identify", _("harvesting, with deletions")),
        _link(_("Open data"), reverse("open-data"), _("files, feeds and vocabularies")),
        _link(_("Sitemap"), reverse("sitemap"), _("every address, with its date of change")),
    ]
    lines += ["", "## " + _("What is new, by type"), ""]
    lines += [
        _link(str(kind.label_plural), reverse("type-feed", args=[kind.name, "atom"]), "")
        for kind in record_types().values()
    ]
    return "\n".join([*lines, ""])


def _link(title: str, address: str, summary: str) -> str:
    name = one_line(title).replace("[", "\\[").replace("]", "\\]")
    note = f": {one_line(summary)}" if summary else ""
    return f"- [{name}]({settings.BASE_URL}{address}){note}"
