"""The page API, version 1: its operations and its errors."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import ValidationError

from . import about, changes, concepts, records
from .problems import Problem, invalid_parameter

DESCRIPTION = (
    "Everything that the site publishes, for partners: read freely, send back the ETag, follow"
    " the change feed."
)


class PageApi(NinjaAPI):
    """Every operation answers a response of its own: ninja need not prepare one."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        return _UNUSED


_UNUSED = HttpResponse()

api = PageApi(
    title="Relais",
    version=about.VERSION,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
)
for room in (records, changes, concepts, about):
    api.add_router("", room.router)


@api.exception_handler(Problem)
def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return error.response(request)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Only the identifier in the address comes here: StrictQuery speaks for itself."""
    return invalid_parameter("uid", _("The identifier of a record: a UUID.")).response(request)


@api.exception_handler(Exception)
def other(request: HttpRequest, error: Exception) -> HttpResponse:
    """The middleware knows what to do with it."""
    raise error
