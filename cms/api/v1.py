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
    preview,
    record,
    records,
    results,
    submitting,
    suggestions,
    trees,
    usage,
)
from .operations import View, view

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
    concepts, places, about, submitting, usage,
    preview,
)  # fmt: skip
for room in ROOMS:
    api.add_router("", room.router)

_NAMES = {
    one.view_func: one.operation_id or ""
    for room in ROOMS
    for found in room.router.path_operations.values()
    for one in found.operations
}


def _view(operation: View) -> View:
    return view(operation, _NAMES[operation])


urlpatterns = [
    path("records", _view(records.records)),
    path("records/<str:uid>", _view(record.record)),
    path("by-path", _view(paths.by_path)),
    path("plans/<str:uid>/tree", _view(trees.tree)),
    path("organisations", _view(actors.organisations)),
    path("search", _view(results.results)),
    path("suggest", _view(suggestions.suggestions)),
    path("agenda", _view(dates.agenda)),
    path("map", _view(maps.places)),
    path("changes", _view(changes.changes)),
    path("dump.ndjson", _view(dump.dump)),
    path("concepts", _view(concepts.concepts)),
    path("territories", _view(places.territories)),
    path("types", _view(about.types)),
    path("status", _view(about.status)),
    path("submissions", submitting.view),
    path("submissions/kinds", _view(submitting.kinds)),
    path("preview", _view(preview.preview)),
    path("usage", _view(usage.usage)),
]
