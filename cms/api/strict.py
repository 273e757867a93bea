"""Query strings taken literally: what is not declared is refused, never ignored."""

import datetime as dt
import re
from functools import cache, cached_property, lru_cache
from typing import Annotated, Any, Self, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
)

from cms.catalogue.rendering import HAS
from cms.core.reading import is_tracking
from cms.core.records import own_facets, record_types
from search.query import MAX_RADIUS, MAX_TEXT

from .problems import Problem, invalid_parameter, repeated_parameter, unknown_parameter

PLACE = frozenset({"cursor", "since", "page"})  # parameters that say where a page begins
LONGEST_QUERY = 4_000  # bytes of the query string

# Control characters, as bytes or percent-encoded. NUL ends a text in C and in PostgreSQL.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]|%(?:[01][0-9A-Fa-f]|7[Ff])")
# What Django puts in place of bytes that are not UTF-8.
_BROKEN = "\N{REPLACEMENT CHARACTER}"
_WHOLE_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[ +-]\d\d:?\d\d)?)?", re.ASCII
)
_BOX = re.compile(r"-?\d{1,3}(?:\.\d{1,15})?(?:,-?\d{1,3}(?:\.\d{1,15})?){3}", re.ASCII)
_FACET = re.compile(r"[\w.-]{1,100}")
_CONCEPT = re.compile(r"(?:[\w-]{1,60}:)?[\w.-]{1,100}")


def check_characters(query_string: str) -> None:
    """Refuse a query string that is too long or carries control characters."""
    if len(query_string) > LONGEST_QUERY:
        raise Problem(414, "too-long", _("The query string is longer than 4,000 bytes."))
    if _CONTROL.search(query_string):
        for name, values in QueryDict(query_string).lists():
            if any(_CONTROL.search(text) for text in (name, *values)):
                raise invalid_parameter(
                    _CONTROL.sub(_BROKEN, name), _("Control characters are not accepted.")
                )
        raise Problem(400, "bad-request", _("Control characters are not accepted."))


class StrictQuery(BaseModel):
    """The parameters of an operation. A field that is a list may be given several times.

    The description of each field ends with the values it accepts: errors quote it.
    """

    model_config = ConfigDict(frozen=True)
    _given: tuple[tuple[str, str], ...] = PrivateAttr(())

    @classmethod
    def read(cls, request: HttpRequest) -> Self:
        """The parameters of a request. Raises a Problem that names the one at fault."""
        # The same query string means the same: partners ask the same again and again.
        return cast(Self, _read(cls, request.META.get("QUERY_STRING", "")))

    @cached_property
    def without_place(self) -> str:
        """The query string as given, without what says where a page begins."""
        return urlencode([pair for pair in self._given if pair[0] not in PLACE])


@lru_cache(maxsize=1_024)
def _read(cls: type[StrictQuery], query_string: str) -> StrictQuery:
    # WSGI hands bytes over as Latin-1.
    given = QueryDict(query_string.encode("latin-1", "replace"))
    fields = {field.alias or name: field for name, field in cls.model_fields.items()}
    several = {name for name, field in fields.items() if field.default_factory is list}
    check(given, list(fields), several)
    values = {name: texts if name in several else texts[0] for name, texts in given.lists()}
    try:
        query = cls.model_validate(values)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        expected = gettext_lazy(fields[name].description or "")
        raise invalid_parameter(name, expected) from None
    query._given = tuple((name, text) for name, texts in given.lists()
                         if name in fields for text in texts)  # fmt: skip
    return query


def check(query: QueryDict, known: list[str], several: set[str]) -> None:
    """Raise a Problem for a parameter that is unknown, repeated or not UTF-8. What only says where
    a visitor came from is left aside, as at every exit."""
    for name, values in query.lists():
        if name not in known and is_tracking(name):
            continue
        if name not in known:
            raise unknown_parameter(name, known)
        if len(values) > 1 and name not in several:
            raise repeated_parameter(name)
        if any(_BROKEN in value for value in values):
            raise invalid_parameter(name, _("It is not valid UTF-8."))


def no_parameters(request: HttpRequest) -> None:
    """For operations without parameters: refuse any."""
    check(request.GET, [], set())


def whole_number(value: Any) -> Any:
    if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError("not a whole number")
    return value


def _moment(value: Any) -> Any:
    """An ISO 8601 date or time; local time where it has no offset. "+" may arrive as a space."""
    if not isinstance(value, str):
        return value
    if not _MOMENT.fullmatch(value):
        raise ValueError("not ISO 8601")
    if len(value) > 19 and " " in value[11:]:
        value = value[:11] + value[11:].replace(" ", "+")
    moment = dt.datetime.fromisoformat(value)
    if not 1900 <= moment.year <= 2500:
        raise ValueError("no year of ours")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


@cache
def known_types() -> tuple[str, ...]:
    """The names of the installed content types."""
    return tuple(record_types())


def _known_type(value: str) -> str:
    if value not in known_types():
        raise ValueError("no such type")
    return value


def _known_locale(value: str) -> str:
    if value not in dict(settings.LANGUAGES):
        raise ValueError("no such locale")
    return value


def _concept(value: str) -> str:
    if not _CONCEPT.fullmatch(value):
        raise ValueError("not scheme:id")
    return value


def _facet(value: str) -> str:
    if not _FACET.fullmatch(value):
        raise ValueError("no such value")
    return value


def _facet_pair(value: str) -> str:
    name, _colon, identifier = value.partition(":")
    if name not in own_facets() or not _FACET.fullmatch(identifier):
        raise ValueError("no such facet")
    return value


def _box(value: str) -> str:
    """ "west,south,east,north" in degrees."""
    if not _BOX.fullmatch(value):
        raise ValueError("no rectangle")
    west, south, east, north = (float(part) for part in value.split(","))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("no rectangle of the globe")
    return value


def _has(value: str) -> str:
    if value != "translations" and value not in HAS:
        raise ValueError("nothing that a record has")
    return value


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


Limit = Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=100)]
ClockValue = Annotated[int, BeforeValidator(whole_number), Field(ge=0, le=2**63 - 1)]
Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
TypeName = Annotated[str, AfterValidator(_known_type)]
LocaleCode = Annotated[str, AfterValidator(_known_locale)]
FacetPair = Annotated[str, AfterValidator(_facet_pair)]
FacetName = Annotated[str, AfterValidator(_facet)]
ConceptName = Annotated[str, AfterValidator(_concept)]
SearchText = Annotated[str, BeforeValidator(_stripped), Field(max_length=MAX_TEXT)]
PlaceText = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=100)]
Radius = Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=MAX_RADIUS)]
Box = Annotated[str, AfterValidator(_box)]
HasName = Annotated[str, AfterValidator(_has)]
CursorText = Annotated[str, Field(min_length=1, max_length=2_000)]
