"""Which records an address asks for, and in what order: the filters of the search, of a section
and of the map in one, strictly read, so that a misspelt filter never gives everything."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.catalogue import agenda, listing, sections
from cms.catalogue.listing import Choice, Scope
from cms.catalogue.models import NEWEST, Record
from cms.catalogue.visibility import public_pages
from cms.core.models import SectionPage
from cms.core.reading import BadAddress, check
from cms.formats.geojson import Located
from cms.formats.notice import Notice
from search import facets, nearby
from search.query import OPEN, PARAMETERS, InvalidQuery, SearchQuery, facet_parameters
from search.service import WHOLE, ranking

T = TypeVar("T")

SECTION, ON_MAP, LETTER, YEAR = "rubrique", "carte", "lettre", "annee"
NUMBER, THEME = "nombre", "theme"
ONLY_HERE = frozenset({SECTION, ON_MAP, LETTER, YEAR, NUMBER, THEME})  # pages do not know them
ENTRIES, MOST_ENTRIES = 50, 2_000  # of a feed
_BRIEF = ("uid", "type", "title", "summary", "url", "labels", "published_at", "modified_at")
BATCH = 500  # records of one query
SEVERAL = frozenset({"type", "concept"})

HAS_PLACE = "EXISTS (SELECT FROM cms_catalogue_place place WHERE place.record_id = record.uid)"
_TERM = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}:[a-z0-9][a-z0-9_-]{0,99}")
# What the page of a descriptor lists, whatever else is chosen there.
_CARRIES = "record.terms_broader && ARRAY[%(theme)s]::text[]"
_RANKED = "record.uid = ANY(%(ranked)s)"
_ORDERS = {
    "title": "record.title_key, record.uid",
    "next": "(SELECT min(occurrence.start) FROM cms_catalogue_occurrence occurrence WHERE"
    ' occurrence.record_id = record.uid AND occurrence."end" >= %(now)s) NULLS LAST,'
    " record.title_key, record.uid",
    "newest": f"{NEWEST} DESC NULLS LAST, record.title_key, record.uid",
    "": "record.uid",  # any: Python puts them in theirs
}
_LOCATED = """
    SELECT record.uid, record.type, record.title, record.summary, record.url,
        left(record.date::text, CASE record.date_precision
            WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END),
        record.labels, (
            SELECT json_agg(json_build_array(place.longitude, place.latitude, place.label)
                            ORDER BY place.id)
            FROM cms_catalogue_place place WHERE place.record_id = record.uid)
    FROM cms_catalogue_record record WHERE record.uid = ANY(%(uids)s) AND record.gone_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list: a condition on the records, its values, and an order, one of _ORDERS or that of
    `ranked`."""

    locale: str
    condition: str
    values: Mapping[str, Any]
    order: str
    ranked: Sequence[UUID] | None = None

    def uids(self, most: int | None = None) -> list[UUID]:
        """One query."""
        rows = listing.rows(
            f"SELECT record.uid FROM cms_catalogue_record record WHERE {self.condition}"
            f" ORDER BY {_ORDERS[self.order]} LIMIT %(most)s",
            {**self.values, "now": timezone.now(), "most": most if self.ranked is None else None},
        )
        found = [uid for (uid,) in rows]
        if self.ranked is None:
            return found
        passing = set(found)
        return [uid for uid in self.ranked if uid in passing][:most]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request's parameters ask for: `order` is one of _ORDERS, or that of `ranked`."""

    scope: Scope
    choice: Choice
    order: str
    ranked: Sequence[UUID] | None


def wanted(request: HttpRequest) -> Wanted:
    """The list that a request's parameters ask for. Raises BadAddress. The number of queries
    depends on the filters alone."""
    found = asked(request)
    condition, values = listing.where(in_year(found), found.choice)
    return Wanted(found.scope.locale, condition, values, found.order, found.ranked)


def in_year(found: Asked) -> Scope:
    """The scope with only what has a date in the year asked for, if one is."""
    return agenda.narrowed(found.scope, found.choice) if found.choice.year else found.scope


def asked(request: HttpRequest, without: frozenset[str] = frozenset()) -> Asked:
    """The parameters of a list, read; `without` are those that it does not take. Raises
    BadAddress."""
    _known(request, without)
    locale = (get_language() or "fr").split("-")[0]
    try:
        query = SearchQuery.parse(request.GET, locale=locale)
        query = nearby.located(facets.with_schemes(query))
        ranked = ranking(query, WHOLE) if query.q else None
    except InvalidQuery as invalid:
        raise BadAddress(invalid.parameter, invalid.message) from invalid
    scope = _scope(request, query.locale)
    order = ""
    if ranked is not None:
        choice, scope = Choice(), narrowed(scope, _RANKED, ranked=ranked)
    else:
        order = query.order if query.order in _ORDERS else "newest"
        choice = Choice(query.concepts, query.types, open_only=query.open_only)
        if query.near:
            scope = narrowed(scope, nearby.NEARBY, **nearby.parameters(query.near))
    if theme := request.GET.get(THEME, ""):
        if not _TERM.fullmatch(theme):
            raise BadAddress(THEME, _("This descriptor is not written as scheme:id."))
        scope = narrowed(scope, _CARRIES, theme=theme)
    if request.GET.get(ON_MAP):
        scope = narrowed(scope, HAS_PLACE)
    choice = replace(choice, letter=_letter(request), year=_year(request))
    return Asked(scope, choice, order, ranked)


def moment(request: HttpRequest) -> str:
    """What of the time a list depends on: what is open closes at an hour, a year's dates pass with
    the day."""
    now = timezone.now()
    if request.GET.get(OPEN):
        return now.strftime("%Y%m%d%H%M")
    return str(now.date()) if request.GET.get(YEAR) or request.GET.get("order") == "next" else ""


def _known(request: HttpRequest, without: frozenset[str]) -> None:
    several = {*SEVERAL, *facet_parameters()}
    check(request.GET, {*PARAMETERS, *ONLY_HERE} - several - without, several)
    for name in request.GET:
        if any("\x00" in value for value in request.GET.getlist(name)):
            raise BadAddress(name, _("This cannot be read."))


def _scope(request: HttpRequest, locale: str) -> Scope:
    """Everything, or a section that anybody may read."""
    text = request.GET.get(SECTION, "")
    if not text:
        return Scope(locale)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    section = SectionPage.objects.filter(pk=number).select_related("locale").first()
    if section is None or number not in public_pages([number]):
        raise BadAddress(SECTION, _("There is no such section."))
    return sections.scope_of(section)


def narrowed(scope: Scope, condition: str, **values: Any) -> Scope:
    """The scope with one condition on `record` more."""
    return replace(
        scope,
        condition=f"({scope.condition}) AND {condition}",
        parameters={**scope.parameters, **values},
    )


def _letter(request: HttpRequest) -> str:
    letter = request.GET.get(LETTER, "").casefold()
    if letter and not (len(letter) == 1 and letter.isascii() and letter.isalnum()):
        raise BadAddress(LETTER, _("This is one letter from a to z, or a digit."))
    return letter


def _year(request: HttpRequest) -> int:
    year = request.GET.get(YEAR, "")
    if year and not (year.isascii() and year.isdecimal() and len(year) == 4 and year[0] in "12"):
        raise BadAddress(YEAR, _("A year has four digits."))
    return int(year or 0)


def number(request: HttpRequest, *, feed: bool) -> int | None:
    """How many records are asked for: of a feed 50 unless told, of all else every one."""
    text = request.GET.get(NUMBER, "")
    if not text:
        return ENTRIES if feed else None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_ENTRIES):
        message = _("This is a whole number from 1 to %(most)d.") % {"most": MOST_ENTRIES}
        raise BadAddress(NUMBER, message)
    return int(text)


def briefs(uids: Sequence[UUID]) -> Iterator[Record]:
    """Records as feeds show them, without what they hold. One query for each batch."""
    live = Record.objects.filter(gone_at__isnull=True).only(*_BRIEF)
    return _in_batches(uids, live.in_bulk)


def located(uids: Sequence[UUID]) -> Iterator[Located]:
    """Records with their places, in the order of their identifiers. One query for each batch."""

    def some(part: Sequence[UUID]) -> dict[UUID, Located]:
        with connection.cursor() as cursor:
            cursor.execute(_LOCATED, {"uids": list(part)})
            return {row[0]: _located(*row) for row in cursor.fetchall()}

    return _in_batches(uids, some)


def _located(*row: Any) -> Located:
    uid, kind, title, summary, url, date, labels, places = row
    return Located(uid, kind, title, summary, url, date or "", labels, places or ())


def notices(uids: Sequence[UUID], site: str) -> Iterator[Notice]:
    """Records as notices, in the order of their identifiers. One query for each batch."""

    def some(part: Sequence[UUID]) -> dict[UUID, Notice]:
        found = Record.objects.filter(gone_at__isnull=True).defer("document").in_bulk(part)
        return {uid: Notice(record, site) for uid, record in found.items()}

    return _in_batches(uids, some)


def _in_batches(
    uids: Sequence[UUID], some: Callable[[Sequence[UUID]], dict[UUID, T]]
) -> Iterator[T]:
    """The first batch at once, the others when they are asked for. What was withdrawn meanwhile is
    left out."""
    first = some(uids[:BATCH]) if uids else {}
    return _following(uids, first, some)


def _following(
    uids: Sequence[UUID],
    first: dict[UUID, T],
    some: Callable[[Sequence[UUID]], dict[UUID, T]],
) -> Iterator[T]:
    yield from _ordered(uids[:BATCH], first)
    for start in range(BATCH, len(uids), BATCH):
        part = uids[start : start + BATCH]
        yield from _ordered(part, some(part))


def _ordered(uids: Iterable[UUID], found: dict[UUID, T]) -> Iterator[T]:
    return (found[uid] for uid in uids if uid in found)
