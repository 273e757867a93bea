"""`/concepts/<vocabulary>/<descriptor>`: what a descriptor is called for good. Its address leads to
the page for people or to SKOS for machines, as the request prefers."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from cms.core.reading import reads
from cms.formats import skos
from cms.formats.skos import SYNTAXES
from knowledge.thesaurus.models import Concept, ConceptScheme
from search.state import state

from .conditional import etag_of, kept

SHAPE = 1
HTML = "text/html"


class SeeOther(HttpResponse):
    """303: the address is that of a thing, the answer is about it."""

    status_code = 303


@reads(checked=False)
def thing(request: HttpRequest, scheme: str = "", slug: str = "") -> HttpResponseBase:
    """All vocabularies, one, or a descriptor: 303 to what is said of it. One query at most.
    Whatever hangs on the address is left aside, as at pages."""
    if slug and not Concept.objects.filter(scheme__slug=scheme, slug=slug).exists():
        raise Http404
    if scheme and not slug and not ConceptScheme.objects.filter(slug=scheme).exists():
        raise Http404
    types = {syntax.media_type: extension for extension, syntax in SYNTAXES.items()}
    wanted = request.get_preferred_type([HTML, *types]) or HTML
    if wanted == HTML:
        top = reverse("themes")
        place = reverse("theme", args=[scheme, slug]) if slug else f"{top}#{scheme}".rstrip("#")
    else:
        path = "/".join(filter(None, ["/concepts", scheme, slug]))
        place = f"{path}.{types[wanted]}"
    response = SeeOther(headers={"Location": place, "Access-Control-Allow-Origin": "*"})
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept"])
    return response


@reads()
def document(
    request: HttpRequest, extension: str, scheme: str = "", slug: str = ""
) -> HttpResponseBase:
    """What is said of it, in one of SYNTAXES. One query for a client that has it, five for one
    that has not."""
    vocabularies = state().vocabularies
    return kept(
        request,
        etag_of(SHAPE, "skos", extension, scheme, slug, vocabularies),
        f"{SYNTAXES[extension].media_type}; charset=utf-8",
        lambda: _written(extension, scheme, slug, vocabularies),
        X_Robots_Tag="noindex",
    )


@lru_cache(maxsize=12)
def _written(extension: str, scheme: str, slug: str, vocabularies: tuple[object, ...]) -> bytes:
    """Kept until a vocabulary is edited: a large one takes seconds to write."""
    made = skos.graph(skos.Thesaurus.load(scheme), slug=slug)
    if not len(made) and (scheme or slug):
        raise Http404
    return skos.write(made, extension)
