"""Addresses of the search."""

from django.urls import path

from . import atlas, views

urlpatterns = [
    path("recherche/", views.results, name="search"),
    path("carte/", atlas.atlas, name="map"),
]
