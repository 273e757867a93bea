"""Everything at once: one record on each line, streamed."""

import json
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from cms.core.postgresql.reading import all_rows, one_row

from . import conditional
from .listing import absolute
from .schemas import ProblemDocument
from .shapes import DumpHead
from .state import CLOCK, MODIFIED, State
from .strict import LocaleCode, StrictQuery

router = Router(tags=["changes"])
MEDIA_TYPE = "application/x-ndjson"
BATCH = 500

# No record moves below a version that was read: what is edited meanwhile goes above the clock
# with which the dump began, and is told by the change feed from there.
_LINES = """
    SELECT version, convert_to(json, 'UTF8') FROM cms_catalogue_record
    WHERE gone_at IS NULL AND version > %s AND version <= %s AND (%s::text IS NULL OR locale = %s)
    ORDER BY version LIMIT %s
"""
_TOTAL = """
    SELECT count(*) FROM cms_catalogue_record
    WHERE gone_at IS NULL AND version <= %s AND (%s::text IS NULL OR locale = %s)
"""


class DumpQuery(StrictQuery):
    """In which language."""

    locale: LocaleCode | None = Field(
        None, description=gettext_noop("A language of the site: fr, en or es.")
    )


@router.get(
    "dump.ndjson",
    operation_id="dump",
    summary=gettext_noop("Everything"),
    description=gettext_noop(
        "Every public record on a line of its own (NDJSON), in the order of changes. The first line"
        " is `since` and `total`: go on with `changes?since=` that value, and nothing is missed:"
        " what changes while you read comes there. A dump that was cut has fewer lines than total"
        " says and is asked for again."
    ),
    response={200: DumpHead, 400: ProblemDocument},
)
def dump(request: HttpRequest, query: Query[DumpQuery]) -> HttpResponseBase:
    now = State(*one_row(f"SELECT ({CLOCK}), ({MODIFIED})"))
    validators = conditional.of_list(now.clock, f"dump|{query.locale}", now.modified)
    if validators.not_modified(request):
        return validators.unchanged()
    response = StreamingHttpResponse(_lines(now.clock, query.locale), content_type=MEDIA_TYPE)
    return validators.put_on(response)


def _lines(clock: int, locale: str | None) -> Iterator[bytes]:
    """In batches, each a query of its own: no transaction waits for a slow reader. What is gone
    before it was reached is left out, and told by the change feed."""
    total = one_row(_TOTAL, [clock, locale, locale])[0]
    yield json.dumps({"since": clock, "total": total}).encode() + b"\n"
    last = 0
    while rows := all_rows(_LINES, [last, clock, locale, locale, BATCH]):
        yield absolute(b"".join(row[1] + b"\n" for row in rows))
        last = rows[-1][0]
        if len(rows) < BATCH:
            return
