"""Records: one by its identifier, or a filtered list."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from . import conditional, cursors, listing, searching
from .addresses import listed, next_page
from .known import refuse_unknown
from .parameters import RecordQuery, RecordsQuery, field_names
from .problems import Problem
from .reading import one_row
from .schemas import Gone, ProblemDocument, Record, Records
from .state import Totals, state

router = Router(tags=["records"])
totals = Totals()


@router.get(
    "records",
    operation_id="list_records",
    summary=gettext_noop("List records"),
    description=gettext_noop(
        "Public records that pass every filter, a page at a time. `total` counts them "
        "all; follow `next` until it is null: edits in the meantime make no unchanged "
        "record come twice or be missed."
    ),
    response={200: Records, 400: ProblemDocument},
)
def records(request: HttpRequest, query: Query[RecordsQuery]) -> HttpResponse:
    canonical = query.canonical
    key = cursors.unseal(query.cursor, canonical) if query.cursor else None
    if query.q:
        return searching.found(request, query, key)
    fields = field_names(query.fields)
    view = f"{canonical}|{query.limit}|{query.cursor}|{fields}"
    if conditional.asked(request):
        now = state()
        validators = conditional.of_list(now.clock, view, now.modified)
        if validators.not_modified(request):
            return validators.unchanged()
    conditions = query.conditions()
    order = listing.ORDERS[query.ordered_by]
    after = [order.after(key)] if key else []
    page = listing.page([*conditions, *after], order, query.limit, fields)
    total = totals.get(page.state, canonical, lambda: listing.count(conditions))
    refuse_unknown(query, total)
    address = None
    if page.next_key:
        address = next_page(request, query, "cursor", cursors.seal(page.next_key, canonical))
    validators = conditional.of_list(page.state.clock, view, page.state.modified)
    return validators.put_on(listed(total, page.items, address))


@router.get(
    "records/{uid}",
    operation_id="get_record",
    summary=gettext_noop("One record"),
    description=gettext_noop(
        "A public record. One that is no longer public answers 410 with the date and the reason."
    ),
    response={200: Record, 400: ProblemDocument, 404: ProblemDocument, 410: Gone},
)
def record(
    request: HttpRequest,
    uid: Annotated[
        uuid.UUID, Path(description=gettext_noop("The identifier of a record: a UUID."))
    ],
    query: Query[RecordQuery],
) -> HttpResponse:
    fields = field_names(query.fields)
    text, params = listing.some_fields(fields) if fields else ("json", [])
    row = one_row(
        f"""SELECT version, modified_at, gone_at, gone_reason,
                   CASE WHEN gone_at IS NULL THEN convert_to({text}, 'UTF8') END
            FROM cms_catalogue_record WHERE uid = %s""",
        [*params, uid],
    )
    if row is None:
        raise Problem(
            404, "not-found", _("No record has ever had this identifier."), parameter="uid"
        )
    version, modified, gone_at, reason, answer = row
    if gone_at is not None:
        raise gone(uid, gone_at, reason)
    validators = conditional.of_record(version, modified, fields)
    if validators.not_modified(request):
        return validators.unchanged()
    body = listing.absolute(answer)
    return validators.put_on(HttpResponse(body, content_type="application/json"))


_REASONS = {
    "unpublished": _("It has been unpublished."),
    "expired": _("Its date of expiry has passed."),
    "private": _("It is no longer open to everybody."),
    "deleted": _("It has been deleted."),
}


def gone(uid: uuid.UUID, gone_at: Any, reason: str) -> Problem:
    return Problem(
        410,
        "gone",
        _REASONS[reason],
        parameter="uid",
        more={"uid": str(uid), "gone_at": gone_at.isoformat(), "reason": reason},
    )
