"""Addresses for machines: `urlpatterns` are the same in every language, `in_languages` not."""

import re

from django.urls import path, re_path

from cms.formats.skos import SYNTAXES

from . import (
    basket,
    calendars,
    concepts,
    crawlers,
    datasets,
    embeds,
    exports,
    notices,
    offers,
    sitemaps,
)
from .oai.views import oai

_UID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# All vocabularies, one, or one of its descriptors.
_SLUGS = "(?:/(?P<scheme>[-a-zA-Z0-9_]{1,60})(?:/(?P<slug>[-a-zA-Z0-9_]{1,100}))?)?"

urlpatterns = [
    path("oai", oai, name="oai"),
    path("notices/<uuid:uid>", notices.notice, name="notice"),
    re_path(rf"^notices/(?P<uid>{_UID})\.ics$", calendars.one, name="notice-calendar"),
    re_path(
        rf"^notices/(?P<uid>{_UID})\.(?P<extension>{'|'.join(map(re.escape, notices.EXPORTS))})$",
        notices.export,
        name="notice-export",
    ),
    re_path(rf"^concepts{_SLUGS}$", concepts.thing, name="concept"),
    re_path(
        rf"^concepts{_SLUGS}\.(?P<extension>{'|'.join(SYNTAXES)})$",
        concepts.document,
        name="concept-document",
    ),
    re_path(
        rf"^donnees-ouvertes\.(?P<extension>{'|'.join(SYNTAXES)})$",
        datasets.document,
        name="datasets",
    ),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-rubriques.xml", sitemaps.sections, name="sitemap-sections"),
    path("sitemap-<int:number>.xml", sitemaps.part, name="sitemap-part"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("llms.txt", crawlers.llms, name="llms"),
]

in_languages = [
    path("donnees-ouvertes/", datasets.page, name="open-data"),
    path("panier/", basket.basket, name="basket"),
    re_path(
        rf"^panier\.(?P<extension>{'|'.join(map(re.escape, basket.EXPORTS))})$",
        basket.export,
        name="basket-export",
    ),
    path("integrer/", embeds.snippets, name="embed"),
    path("integrer/liste/", embeds.records, name="embed-list"),
    path("integrer/agenda/", embeds.dates, name="embed-agenda"),
    path("integrer/carte/", embeds.atlas, name="embed-map"),
    path("formations.xml", offers.offers, name="offers"),
    path("agenda.ics", calendars.agenda, name="agenda-calendar"),
    re_path(
        rf"^notices\.(?P<extension>{'|'.join(map(re.escape, exports.EXTENSIONS))})$",
        exports.exported,
        name="list-export",
    ),
]
