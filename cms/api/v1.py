"""The page API, version 1: its operations, for the contract and as addresses."""

from django.urls import path
from ninja import NinjaAPI

from . import about, changes, concepts, records, results, submitting, suggestions, usage
from .operations import view

DESCRIPTION = (
    "Everything that the site publishes, for partners: read freely, send back the ETag, follow"
    " the change feed."
)

# Only describes: see `operations`.
api = NinjaAPI(
    title="Relais",
    version=about.VERSION,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
)
for room in (records, results, suggestions, changes, concepts, about, submitting, usage):
    api.add_router("", room.router)

urlpatterns = [
    path("records", view(records.records)),
    path("records/<str:uid>", view(records.record)),
    path("search", view(results.results)),
    path("suggest", view(suggestions.suggestions)),
    path("changes", view(changes.changes)),
    path("concepts", view(concepts.concepts)),
    path("types", view(about.types)),
    path("status", view(about.status)),
    path("submissions", submitting.view),
    path("submissions/kinds", view(submitting.kinds)),
    path("usage", view(usage.usage)),
]
