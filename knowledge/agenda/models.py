from .dates import EventDate, Status
from .pages import EventPage
from .rows import EventDocument, EventProgrammeItem, EventSpeaker
from .series import EventSeries

__all__ = [
    "EventDate",
    "EventDocument",
    "EventPage",
    "EventProgrammeItem",
    "EventSeries",
    "EventSpeaker",
    "Status",
]
