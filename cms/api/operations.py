"""Operations as plain Django views: ninja describes them, nothing of it runs in a request.

Measured in the process, without the database: an operation through ninja 33 µs, so 26; a list of
records with its ten parameters 65 µs, so 20.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils.translation import gettext_lazy as _

from .news import announce, deprecations
from .problems import invalid_parameter
from .strict import StrictQuery, no_parameters

View = Callable[..., HttpResponseBase]


def view(operation: View, operation_id: str) -> View:
    """The view of an operation. Its annotations say what it takes: `query`, a StrictQuery, and
    `uid`, from the address. `operation_id` is its name in the contract: see `news`."""
    hints = get_type_hints(operation)
    query_class: type[StrictQuery] | None = hints.get("query")

    @wraps(operation)
    def answer(request: HttpRequest, **path: Any) -> HttpResponseBase:
        if request.method != "GET":  # HEAD comes as GET, see the middleware
            return HttpResponseNotAllowed(["GET"])
        if "uid" in path:
            path["uid"] = identifier(path["uid"])
        if query_class is None:
            no_parameters(request)
        else:
            path["query"] = query_class.read(request)
        response = operation(request, **path)
        if noted := deprecations(operation_id, request.GET if request.META["QUERY_STRING"] else ()):
            announce(response, noted)
        return response

    return answer


def identifier(text: str) -> uuid.UUID:
    """The identifier in an address. Raises a Problem for what is none."""
    try:
        found = uuid.UUID(text)
    except ValueError:
        found = None
    if found is None or str(found) != text.lower():
        raise invalid_parameter("uid", _("The identifier of a record: a UUID."))
    return found
