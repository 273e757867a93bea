"""One module for each room of content types: what it puts into the demo, in order: a later one
may point to the pages of those before it."""

from . import (
    agenda,
    calls,
    consultations,
    directory,
    library,
    news,
    plans,
    projects,
    searches,
    trainings,
)

LOADERS = tuple(
    module.load
    for module in (
        directory, agenda, consultations, plans, projects, trainings, calls, news, library,
        searches,
    )
)  # fmt: skip
