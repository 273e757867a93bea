"""`/donnees-ouvertes/`: all that may be taken from here, for people, and as DCAT for catalogues of
open data."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.catalogue import listing
from cms.core.licences import Licence
from cms.core.reading import reads
from cms.core.records import RecordType, record_types
from cms.formats import dcat
from cms.formats.dcat import Catalogue, Dataset, Distribution
from cms.formats.skos import SYNTAXES
from knowledge.thesaurus.models import ConceptScheme
from search.state import State, state

from .concepts import HTML, SeeOther
from .conditional import etag_of, kept
from .oai import identity

SHAPE = 1
_TYPES = """
    SELECT record.type, count(*), max(record.modified_at), bool_or(EXISTS (
        SELECT FROM cms_catalogue_place place WHERE place.record_id = record.uid))
    FROM cms_catalogue_record record
    WHERE record.gone_at IS NULL AND record.locale = %(locale)s GROUP BY 1
"""
JSON, CSV = "application/json", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """For people; 303 to DCAT for a request that prefers RDF. A constant number of queries."""
    types = {syntax.media_type: extension for extension, syntax in SYNTAXES.items()}
    wanted = request.get_preferred_type([HTML, *types]) or HTML
    if wanted != HTML:
        response: HttpResponse = SeeOther(
            headers={"Location": reverse("datasets", args=[types[wanted]])}
        )
    else:
        found = catalogue(state(), (get_language() or "fr").split("-")[0])
        context = {
            "page_title": _("Open data"),
            "catalogue": found,
            "syntaxes": [(reverse("datasets", args=[one]), one, SYNTAXES[one]) for one in SYNTAXES],
            "licence": _licence(),
            "licence_url": dcat.licence(),
            "base_url": settings.BASE_URL,
        }
        response = render(request, "exchange/datasets.html", context)
    patch_vary_headers(response, ["Accept"])
    return response


def _licence() -> str:
    """What the licence of the data is called; "" where the centre has not chosen one."""
    chosen = settings.DATA_LICENCE
    return str(dict(Licence.choices).get(chosen, chosen)) if chosen else ""


@reads()
def document(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The catalogue in one of SYNTAXES, in the site's first language. One query for a client that
    has it, three for one that has not."""
    now = state()
    email = identity.admin_email()

    def body() -> bytes:
        with translation.override(settings.LANGUAGE_CODE):
            return dcat.write(dcat.graph(catalogue(now, settings.LANGUAGE_CODE)), extension)

    return kept(
        request,
        etag_of(SHAPE, "dcat", extension, settings.DATA_LICENCE, email, now.all),
        f"{SYNTAXES[extension].media_type}; charset=utf-8",
        body,
    )


def catalogue(now: State, locale: str) -> Catalogue:
    """A dataset for each type with public records, people left out: they agreed to a page here,
    not to a file elsewhere; one for all; one for each vocabulary. Two queries."""
    kinds = record_types()
    rows = listing.rows(_TYPES, {"locale": locale})
    found = [
        _of_type(kinds[name], locale, number, changed, has_places, now.site)
        for name, number, changed, has_places in sorted(rows)
        if name in kinds and kinds[name].actor != "person"
    ]
    return Catalogue(
        title=_("Open data – %(site)s") % {"site": now.site},
        description=_("All that %(site)s publishes, as data: always up to date.")
        % {"site": now.site},
        publisher=now.site,
        email=identity.admin_email(),
        path=reverse("open-data"),
        languages=[code for code, _name in settings.LANGUAGES],
        changed=now.modified,
        datasets=[_everything(locale, now), *found, *_vocabularies()],
    )


def _everything(locale: str, now: State) -> Dataset:
    return Dataset(
        name="notices",
        title=_("All records"),
        description=_("Every public record, with descriptors, territories, dates and places."),
        page=reverse("search"),
        keywords=[_("resources"), _("catalogue")],
        changed=now.modified,
        distributions=[
            Distribution("JSON", "/api/v1/records?" + urlencode({"locale": locale}), JSON),
            _list("CSV", "csv", CSV),
            _list("XLSX", "xlsx", XLSX),
            _list("GeoJSON", "geojson", "application/geo+json", carte=1),
            _list("RIS", "ris", "application/x-research-info-systems"),
            _list("BibTeX", "bib", "application/x-bibtex"),
            Distribution("OAI-PMH", reverse("oai") + "?verb=Identify", "text/xml"),
        ],
    )


def _of_type(
    kind: RecordType, locale: str, number: int, changed: object, has_places: bool, site: str
) -> Dataset:
    query = urlencode({"type": kind.name, "locale": locale})
    forms = [
        Distribution("JSON", f"/api/v1/records?{query}", JSON),
        _list("CSV", "csv", CSV, type=kind.name),
        _list("XLSX", "xlsx", XLSX, type=kind.name),
        Distribution("Atom", reverse("type-feed", args=[kind.name, "atom"]),
                     "application/atom+xml"),
        Distribution("RSS", reverse("type-feed", args=[kind.name, "rss"]), "application/rss+xml"),
    ]  # fmt: skip
    if has_places:
        forms.insert(
            3, _list("GeoJSON", "geojson", "application/geo+json", type=kind.name, carte=1)
        )
    if kind.dated:
        address = reverse("agenda-calendar") + "?" + urlencode({"type": kind.name})
        forms.append(Distribution("iCalendar", address, "text/calendar"))
    if kind.lheo:
        forms.append(Distribution("LHEO 2.3", reverse("offers"), "application/xml"))
    return Dataset(
        name=kind.name,
        title=str(kind.label_plural),
        description=_("%(label)s published by %(site)s: %(number)d records.")
        % {"label": kind.label_plural, "site": site, "number": number},
        page=reverse("search") + "?" + urlencode({"type": kind.name}),
        keywords=[str(kind.label_plural).lower()],
        changed=changed,  # type: ignore[arg-type]
        distributions=forms,
    )


def _vocabularies() -> list[Dataset]:
    """One query."""
    return [
        Dataset(
            name=f"vocabulaire-{one.slug}",
            title=_("Vocabulary: %(title)s") % {"title": one.title},
            description=one.description or _("Descriptors with their names and their tree (SKOS)."),
            page=f"{reverse('themes')}#{one.slug}",
            keywords=[_("thesaurus"), "SKOS"],
            changed=one.updated_at,
            distributions=[
                Distribution(
                    f"SKOS ({syntax.label})",
                    reverse("concept-document", kwargs={"scheme": one.slug, "extension": name}),
                    syntax.media_type,
                )
                for name, syntax in SYNTAXES.items()
            ],
        )
        for one in ConceptScheme.objects.all()
    ]


def _list(name: str, extension: str, media_type: str, **query: object) -> Distribution:
    address = reverse("list-export", args=[extension])
    return Distribution(name, address + ("?" + urlencode(query) if query else ""), media_type)
