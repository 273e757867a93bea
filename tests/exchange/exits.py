"""Every address for programs and frames, by the name of its pattern: tests walk them all, and
one that is added must stand here. `{uid}` is a record that has everything."""

from collections.abc import Iterator

from cms.exchange import urls
from cms.exchange.basket import EXPORTS as BASKETS
from cms.exchange.exports import EXTENSIONS
from cms.exchange.notices import EXPORTS
from cms.formats.skos import SYNTAXES

EXITS = {
    "oai": (
        "/oai?verb=Identify", "/oai?verb=ListSets", "/oai?verb=ListMetadataFormats",
        "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc",
        *(f"/oai?verb=ListRecords&metadataPrefix={one}" for one in ("oai_dc", "mods")),
        "/oai?verb=GetRecord&metadataPrefix=mods&identifier=oai:relais.example.org:{uid}",
    ),
    "notice-calendar": ("/notices/{uid}.ics",),
    "notice-export": tuple(f"/notices/{{uid}}.{one}" for one in EXPORTS),
    "concept-document": tuple(
        f"/concepts{part}.{one}" for one in SYNTAXES for part in ("", "/themes", "/themes/sante")
    ),
    "datasets": tuple(f"/donnees-ouvertes.{one}" for one in SYNTAXES),
    "sitemap": ("/sitemap.xml",),
    "sitemap-sections": ("/sitemap-rubriques.xml",),
    "sitemap-part": ("/sitemap-1.xml",),
    "robots": ("/robots.txt",),
    "llms": ("/llms.txt",),
    "basket-export": tuple(f"/panier.{one}?id={{uid}}" for one in BASKETS),
    "embed-list": ("/integrer/liste/", "/integrer/liste/?nombre=9&q=canari", "/en/integrer/liste/"),
    "embed-agenda": ("/integrer/agenda/",),
    "embed-map": ("/integrer/carte/",),
    "offers": ("/formations.xml",),
    "agenda-calendar": ("/agenda.ics", "/en/agenda.ics", "/agenda.ics?annee=2027&type=event"),
    "list-export": tuple(
        f"{prefix}/notices.{one}{query}"
        for one in EXTENSIONS
        for prefix, query in (
            ("", ""), ("/en", ""), ("", "?q=canari"), ("", "?concept=themes:sante&pres-de="),
            ("", "?nombre=2000&carte=1"), ("", "?annee=2027"),
        )
    ),
    "search-feed": tuple(
        f"/recherche/flux.{one}{query}" for one in ("atom", "rss")
        for query in ("", "?q=journee", "?concept=sante&a-venir=1")
    ),
    "type-feed": ("/flux/event.atom", "/flux/guide.rss", "/en/flux/event.rss"),
}  # fmt: skip
# Redirects, and pages with the site's header: nothing of theirs is kept.
PAGES = {"notice", "concept", "open-data", "basket", "embed"}
STREAMED = ("agenda-calendar", "list-export", "offers")


def names() -> set[str]:
    """The names of all patterns."""
    return {str(one.name) for one in (*urls.urlpatterns, *urls.in_languages)}


def addresses(*names: str, uid: object = "") -> Iterator[str]:
    """Those of some exits, of all unless told."""
    for name in names or EXITS:
        yield from (one.replace("{uid}", str(uid)) for one in EXITS[name])
