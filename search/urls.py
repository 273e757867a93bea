"""Addresses of the search."""

from django.urls import path

from . import views

urlpatterns = [path("recherche/", views.results, name="search")]
