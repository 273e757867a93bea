"""Addresses for machines, the same in every language."""

from django.urls import path

from . import crawlers, sitemaps
from .oai.views import oai

urlpatterns = [
    path("oai", oai, name="oai"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-rubriques.xml", sitemaps.sections, name="sitemap-sections"),
    path("sitemap-<int:number>.xml", sitemaps.part, name="sitemap-part"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("llms.txt", crawlers.llms, name="llms"),
]
