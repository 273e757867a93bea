"""The site's addresses and an empty view on the API's path: the floor of the measurements."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from cms.urls import urlpatterns as site


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"", content_type="application/json")


urlpatterns = [path("api/v1/empty", empty), *site]
