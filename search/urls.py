"""Addresses of the search."""

from django.urls import path, re_path

from . import atlas, communes, feeds, themes, views
from .desk import counting

urlpatterns = [
    path("recherche/", views.results, name="search"),
    path("recherche/ouvert/", counting.click, name="search-click"),
    re_path(r"^recherche/flux\.(?P<extension>atom|rss)$", feeds.search_feed, name="search-feed"),
    re_path(
        r"^flux/(?P<kind>[a-z0-9_-]{1,40})\.(?P<extension>atom|rss)$",
        feeds.type_feed,
        name="type-feed",
    ),
    path("carte/", atlas.atlas, name="map"),
    path("carte/communes/", communes.communes, name="map-communes"),
    path("themes/", themes.themes, name="themes"),
    path("themes/<slug:scheme>/<slug:slug>/", themes.theme, name="theme"),
]
