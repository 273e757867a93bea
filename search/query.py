"""What a visitor asks: parsed and validated once, and written back as an address.

The parameters are those of the API: `q`, `type`, `concept`, those of every other facet
(`territory`, `organisation`, `year`…, each several times), `a-venir`, `pres-de` (a commune) with
`rayon` and `insee`, `vue` ("types" for the best of each type), `locale`, `order`, `page`.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.core.records import own_facets, record_types
from cms.core.vocabularies import LANGUAGE, LICENCE, ORGANISATION, TERRITORY, YEAR

MAX_TEXT = 500  # characters of the query that are read: more is a text, not a question
MAX_PAGE = 10_000
MAX_VALUES = 100  # ticked values of one facet
PAGE_SIZE = 20
GROUP_SIZE = 3  # results shown of each type where they are grouped

Order = Literal["relevance", "newest", "title", "next"]
Sorted = Literal["relevance", "newest", "title", "next", "nearest"]
ORDERS: tuple[Order, ...] = ("relevance", "newest", "next", "title")
OPEN = "a-venir"  # the parameter of lists too
NEAR, WITHIN, CODE = "pres-de", "rayon", "insee"
VIEW, BY_TYPE = "vue", "types"
PARAMETERS = ("q", "type", "concept", OPEN, NEAR, WITHIN, CODE, VIEW, "locale", "order", "page")

LONGEST_PLACE = 100  # characters of a place's name that are read
RADII = (10, 20, 30, 50, 100)  # kilometres that readers are offered
RADIUS, MAX_RADIUS = 30, 200

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_VALUE = re.compile(r"[\w][\w.-]{0,99}")
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")


def facet_parameters() -> tuple[str, ...]:
    """The names of the parameters that filter, besides `type` and `concept`."""
    return (TERRITORY, ORGANISATION, YEAR, LICENCE, LANGUAGE, *own_facets())


class InvalidQuery(ValueError):
    """A parameter that cannot be read. `parameter` is its name, `message` a sentence in the
    visitor's language."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message


class Parameters(Protocol):
    """What Django's QueryDict offers and this module needs."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Near:
    """Around a commune, as typed: `radius` in kilometres, `code` the commune's INSEE code where
    several are called so. The point is there once it was looked up (`nearby`)."""

    place: str
    radius: int = RADIUS
    code: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One search. `types` are names of record types; `concepts` are "scheme:id", or a bare id
    that stands for that id in any scheme; other facets stand among them under their own names
    ("territory:commune-36018"). Values of one facet add up, facets restrict each other.
    """

    q: str = ""
    types: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    locale: str = "fr"
    order: Order = "relevance"
    page: int = 1
    page_size: int = PAGE_SIZE
    open_only: bool = False  # only what is to come or open
    near: Near | None = None
    grouped: bool = False  # the best few of each type, the type with the best one first
    bare: bool = False  # hits without extracts: for exits that show their own

    @classmethod
    def parse(cls, parameters: Parameters, *, locale: str) -> "SearchQuery":
        """Read a request's parameters; `locale` serves where none is asked for. Parameters of
        other names are not looked at. Raises InvalidQuery."""
        order = str(parameters.get("order") or "relevance")
        if order not in ORDERS:
            raise InvalidQuery("order", _("The results cannot be ordered in this way."))
        asked = str(parameters.get("locale") or locale)
        if asked not in dict(settings.LANGUAGES):
            raise InvalidQuery("locale", _("There is no content in this language."))
        return cls(
            q=clean_text(str(parameters.get("q") or "")),
            types=_types(parameters.getlist("type")),
            concepts=_concepts(parameters.getlist("concept")) + _values(parameters),
            locale=asked,
            order=order,
            open_only=bool(parameters.get(OPEN)),
            near=_near(parameters),
            grouped=parameters.get(VIEW) == BY_TYPE,
            page=_page(str(parameters.get("page") or "1")),
        )

    @property
    def filtered(self) -> bool:
        """Whether a facet value is ticked, or a place chosen."""
        return bool(self.types or self.concepts or self.open_only or self.near)

    def sorted_by(self, asks: bool) -> Sorted:
        """The order in which results stand. Nothing is relevant to no words (`asks`): what is
        nearest comes first, of events, trainings and calls what comes next, else what is new."""
        if self.order != "relevance" or asks:
            return self.order
        if self.near:
            return "nearest"
        return "next" if self.dated else "newest"

    @property
    def dated(self) -> bool:
        """Whether only what has dates to come is asked for: events, trainings, calls."""
        known = record_types()
        return bool(self.types) and all(known[name].dated for name in self.types)

    def coming_first(self, asks: bool) -> bool:
        """Whether what is to come or open stands before what fits as well: for words (`asks`)
        among events, trainings and calls; without words the order says it by itself."""
        return asks and self.dated and self.order == "relevance" and not self.grouped

    @property
    def offset(self) -> int:
        """The number of hits before this page."""
        return (self.page - 1) * self.page_size

    def concepts_by_scheme(self) -> dict[str, tuple[str, ...]]:
        """The ticked concepts by scheme; bare ids stand under ""."""
        found: dict[str, list[str]] = {}
        for concept in self.concepts:
            scheme, _colon, _id = concept.rpartition(":")
            found.setdefault(scheme, []).append(concept)
        return {scheme: tuple(values) for scheme, values in found.items()}

    def with_(self, **changes: Any) -> "SearchQuery":
        """The same search with some fields changed, from its first page on."""
        return replace(self, **{"page": 1, **changes})

    def toggled(self, parameter: str, value: str) -> "SearchQuery":
        """The search with one value of a parameter ticked, or unticked if it was."""
        if parameter == OPEN:
            return self.with_(open_only=not self.open_only)
        name = "types" if parameter == "type" else "concepts"
        if parameter not in ("type", "concept"):
            value = f"{parameter}:{value}"
        values: tuple[str, ...] = getattr(self, name)
        if value in values:
            values = tuple(known for known in values if known != value)
        else:
            values = (*values, value)
        return self.with_(**{name: values})

    def parameters(self, *, without: str = "") -> list[tuple[str, str]]:
        """Names and values for an address or a form's hidden fields; defaults are left out.
        `without` leaves one parameter out. The language is the address's unless another was
        asked for."""
        found = [("q", self.q)] if self.q else []
        found += [("type", value) for value in self.types]
        own = facet_parameters()
        for value in self.concepts:
            name, _colon, identifier = value.partition(":")
            found.append((name, identifier) if name in own else ("concept", value))
        if self.open_only:
            found.append((OPEN, "1"))
        if self.near:
            found.append((NEAR, self.near.place))
            found += [(WITHIN, str(self.near.radius))] if self.near.radius != RADIUS else []
            found += [(CODE, self.near.code)] if self.near.code else []
        if self.grouped:
            found.append((VIEW, BY_TYPE))
        if self.order != "relevance":
            found.append(("order", self.order))
        if self.locale != (get_language() or self.locale).split("-")[0]:
            found.append(("locale", self.locale))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return [(name, value) for name, value in found if name != without]

    def canonical(self) -> str:
        """The search as parameters, whatever its order and page: the same text for the same
        search, in whatever order its values were ticked."""
        language = (get_language() or "fr").split("-")[0]
        bare = self.with_(order="relevance", locale=language, grouped=False)
        return urlencode(sorted(bare.parameters()))

    def as_address(self) -> str:
        """The query string with its "?", the same for the same search: "?q=CLS&page=2"."""
        return "?" + urlencode(self.parameters())


# What a pasted title may bring along unseen: soft hyphens, joiners, marks of places to break or
# not to break a line, and of the direction, which would turn the page's own words round.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean_text(text: str) -> str:
    """The text composed (NFC), on one line, without control characters and those that nobody sees,
    bounded to MAX_TEXT."""
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", text[: 4 * MAX_TEXT]))
    printable = "".join(
        c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in composed
    )
    return " ".join(printable.split())[:MAX_TEXT].strip()


def _types(values: list[Any]) -> tuple[str, ...]:
    found = _several("type", values)
    known = record_types()
    for value in found:
        if value not in known:
            raise InvalidQuery("type", _("There is no such type of content."))
    return found


def _concepts(values: list[Any]) -> tuple[str, ...]:
    found = _several("concept", values)
    for value in found:
        scheme, colon, identifier = value.rpartition(":")
        if not _SLUG.fullmatch(identifier) or (colon and not _SLUG.fullmatch(scheme)):
            raise InvalidQuery("concept", _("This descriptor is not written as scheme:id."))
    return found


def _values(parameters: Parameters) -> tuple[str, ...]:
    found: list[str] = []
    for name in facet_parameters():
        for value in _several(name, parameters.getlist(name)):
            if not _VALUE.fullmatch(value):
                raise InvalidQuery(name, _("This filter has no such value."))
            found.append(f"{name}:{value}")
    return tuple(found)


def _near(parameters: Parameters) -> Near | None:
    radius = str(parameters.get(WITHIN) or RADIUS)
    whole = radius.isascii() and radius.isdecimal() and len(radius) < 5
    if not (whole and 1 <= int(radius) <= MAX_RADIUS):
        message = _("The radius is a whole number of kilometres, from 1 to %(most)d.")
        raise InvalidQuery(WITHIN, message % {"most": MAX_RADIUS})
    place = clean_text(str(parameters.get(NEAR) or ""))[:LONGEST_PLACE].strip()
    code = str(parameters.get(CODE) or "").upper()
    return Near(place, int(radius), code if _INSEE.fullmatch(code) else "") if place else None


def _several(parameter: str, values: list[Any]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(str(value) for value in values if value))
    if len(found) > MAX_VALUES:
        raise InvalidQuery(
            parameter, _("At most %(number)d values can be chosen.") % {"number": MAX_VALUES}
        )
    return found


def _page(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) >= 1):
        raise InvalidQuery("page", _("A page is a number from 1 on."))
    if int(text) > MAX_PAGE:
        raise InvalidQuery("page", _("The results have no such page."))
    return int(text)
