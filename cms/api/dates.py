"""The agenda: dates of records in the order of time, whatever they are dates of."""

import datetime as dt
import json
from typing import Self

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field, model_validator

from cms.catalogue.agenda import today

from .filters import RecordFilters, refused
from .listing import Condition
from .rows import Rows, listed_rows
from .schemas import ProblemDocument
from .shapes import Agenda
from .strict import CursorText, Limit, Moment

router = Router(tags=["agenda"])


class AgendaQuery(RecordFilters):
    """Which dates."""

    after: Moment | None = Field(
        None,
        alias="from",
        description=gettext_noop(
            "Ends after that time: an ISO 8601 date or time; today unless said."
        ),
    )
    to: Moment | None = Field(
        None,
        description=gettext_noop(
            "Begins before that time: an ISO 8601 date or time, not before from."
        ),
    )
    limit: Limit = Field(
        100, description=gettext_noop("Items in a page: a whole number from 1 to 100.")
    )
    cursor: CursorText | None = Field(
        None, description=gettext_noop("Where the page begins: comes from next.")
    )

    @model_validator(mode="after")
    def _time_goes_forward(self) -> Self:
        if self.to and self.after and self.to < self.after:
            raise refused(self, "to")
        return self

    def in_time(self, begin: dt.datetime) -> list[Condition]:
        """What is not over at that time, and begins before the end."""
        found = [Condition('("end" > %s OR start >= %s)', (begin, begin))]
        return found + ([Condition("start < %s", (self.to,))] if self.to else [])


def _local(items: bytes) -> bytes:
    """In the time zone of the site, so that a whole day begins at its own midnight."""
    zone = timezone.get_default_timezone()
    found = json.loads(b"[%b]" % items)
    for one in found:
        for name in ("start", "end"):
            one[name] = dt.datetime.fromisoformat(one[name]).astimezone(zone).isoformat()
    return ",".join(json.dumps(one, ensure_ascii=False) for one in found).encode()


DATES = Rows(
    source="cms_catalogue_occurrence JOIN cms_catalogue_record ON uid = record_id",
    keys=(
        ("start", "timestamptz"), ("record_id", "uuid"), ('"end"', "timestamptz"),
        ("status", "text"), ("place", "text"), ("all_day", "boolean"),
    ),
    item="""json_build_object('uid', uid, 'type', type, 'locale', locale, 'title', title,
        'summary', summary, 'url', %s || url, 'start', start, 'end', "end",
        'all_day', all_day, 'status', status, 'place', place)""",
    finished=_local,
)  # fmt: skip


@router.get(
    "agenda",
    operation_id="list_dates",
    summary=gettext_noop("The agenda"),
    description=gettext_noop(
        "Dates of records in the order of time, each an item of its own; without from, what is to"
        " come or lasts. The filters are those of lists of records."
    ),
    response={200: Agenda, 400: ProblemDocument},
)
def agenda(request: HttpRequest, query: Query[AgendaQuery]) -> HttpResponse:
    # Until the day is over, the same list: cursors and tags are good for a day.
    begin = query.after or today()
    view = f"agenda|{query.narrowed}|{begin.isoformat()}|{query.to}"
    return listed_rows(request, query, DATES, query.in_time(begin), view, settings.BASE_URL)
