"""Organisations: the records of the types that pages name with a role."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router

from cms.core.records import record_types

from .listing import Condition
from .parameters import RecordsQuery
from .records import listed_records
from .schemas import ProblemDocument, Records

router = Router(tags=["records"])


@router.get(
    "organisations",
    operation_id="list_organisations",
    summary=gettext_noop("List organisations"),
    description=gettext_noop(
        "The records of organisations, with the parameters of lists of records. Their `uid` is what"
        " `organisation` filters by; `identifiers` hold their official numbers."
    ),
    response={200: Records, 400: ProblemDocument},
)
def organisations(request: HttpRequest, query: Query[RecordsQuery]) -> HttpResponse:
    kinds = [one.name for one in record_types().values() if one.actor == "organisation"]
    return listed_records(request, query, [Condition("type = ANY(%s)", (kinds,))], "organisations|")
