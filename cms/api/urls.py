"""Addresses under /api/. What no operation answers is a problem document, never a page."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from . import docs, news, openapi, problems
from .strict import no_parameters


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where to begin."""
    no_parameters(request)
    names = (
        "records", "organisations", "search", "suggest", "agenda", "map", "changes",
        "dump.ndjson", "concepts", "territories", "types", "status", "openapi.json", "news.atom",
        "docs",
    )  # fmt: skip
    addresses = {name: f"{settings.BASE_URL}{request.path}{name}" for name in names}
    return HttpResponse(json.dumps(addresses).encode(), content_type="application/json")


def missing(request: HttpRequest) -> HttpResponse:
    return problems.of_status(404).response(request)


urlpatterns = [
    path("v1/", include("cms.api.v1")),
    path("v1/openapi.json", openapi.document, name="api-openapi"),
    path("v1/news.atom", news.feed, name="api-news"),
    path("v1/docs", docs.page, name="api-docs"),
    path("v1/", index, name="api-index"),
    re_path("", missing),
]
