"""Addresses for machines, the same in every language."""

from django.urls import re_path

from .oai.views import oai

urlpatterns = [
    re_path(r"^oai/?$", oai, name="oai"),
]
