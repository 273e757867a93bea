"""The page API, version 1: its operations, for the contract and as addresses."""

from django.urls import path
from ninja import NinjaAPI

from . import (
    about,
    actors,
    changes,
    concepts,
    dates,
    dump,
    maps,
    paths,
    places,
    record,
    records,
    results,
    suggestions,
    trees,
)
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
ROOMS = (
    records, record, paths, trees, actors, results, suggestions, dates, maps, changes, dump,
    concepts, places, about,
)  # fmt: skip
for room in ROOMS:
    api.add_router("", room.router)

urlpatterns = [
    path("records", view(records.records)),
    path("records/<str:uid>", view(record.record)),
    path("by-path", view(paths.by_path)),
    path("plans/<str:uid>/tree", view(trees.tree)),
    path("organisations", view(actors.organisations)),
    path("search", view(results.results)),
    path("suggest", view(suggestions.suggestions)),
    path("agenda", view(dates.agenda)),
    path("map", view(maps.places)),
    path("changes", view(changes.changes)),
    path("dump.ndjson", view(dump.dump)),
    path("concepts", view(concepts.concepts)),
    path("territories", view(places.territories)),
    path("types", view(about.types)),
    path("status", view(about.status)),
]
