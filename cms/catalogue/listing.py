"""Lists of records with filters, straight from the catalogue: what is public now, and counts.

Values of one filter add up, filters restrict each other, and the counts of a filter ignore its
own choice. The parameters are those of the search and the API.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from cms.core import vocabularies
from cms.core.records import record_types
from cms.core.vocabularies import Scheme, Value

from .models import NEWEST, Record

MAX_VALUES = 50  # of one filter, in an address
MAX_SHOWN = 200  # of one filter, on a page
MAX_IGNORED, ECHO = 3, 80  # values that cannot be read: how many are named, in how many signs
TYPE = "type"
OPEN = "a-venir"

_VALUE = re.compile(r"[\w.-]{1,100}")
# The next date of `record` in a calendar: today for what has begun, none for what was cancelled.
_NEXT = """
    (SELECT min(greatest(occurrence.start, %(now)s)) FROM cms_catalogue_occurrence occurrence
        WHERE occurrence.record_id = record.uid AND occurrence."end" >= %(now)s
            AND occurrence.status <> 'cancelled')
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has chosen: "scheme:id" for everything but types. `letter` is the first
    sign of the titles; `year` a year of past dates; `open_only` leaves out what has ended;
    `ignored` are some values of the address that are no filter, for the list to say so."""

    terms: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    letter: str = ""
    year: int = 0
    open_only: bool = False
    ignored: tuple[str, ...] = ()

    @classmethod
    def parse(cls, parameters: Any, schemes: Mapping[str, Scheme]) -> "Choice":
        """From a request's parameters. What cannot be read is left out: a list is never an
        error."""
        terms: list[str] = []
        ignored: list[str] = []
        for value in parameters.getlist("concept")[:MAX_VALUES]:
            scheme, colon, identifier = str(value).partition(":")
            if colon and scheme in schemes and _VALUE.fullmatch(identifier):
                terms.append(f"{scheme}:{identifier}")
            else:
                ignored.append(str(value))
        for name, scheme_ in schemes.items():
            if scheme_.parameter != "concept":
                for value in parameters.getlist(scheme_.parameter)[:MAX_VALUES]:
                    if _VALUE.fullmatch(str(value)):
                        terms.append(f"{name}:{value}")
                    else:
                        ignored.append(str(value))
        asked = dict.fromkeys(parameters.getlist(TYPE)[:MAX_VALUES])
        ignored += [str(value) for value in asked if value not in record_types()]
        letter = str(parameters.get("lettre") or "")[:1].casefold()
        year = str(parameters.get("annee") or "")
        return cls(
            terms=tuple(dict.fromkeys(terms)),
            types=tuple(value for value in asked if value in record_types()),
            letter=letter if letter.isascii() and letter.isalnum() else "",
            year=int(year) if re.fullmatch(r"[12]\d{3}", year) else 0,
            open_only=bool(parameters.get(OPEN)),
            ignored=tuple(value[:ECHO] for value in ignored if value.strip())[:MAX_IGNORED],
        )

    def by_scheme(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for term in self.terms:
            found.setdefault(term.partition(":")[0], []).append(term)
        return {scheme: tuple(values) for scheme, values in found.items()}

    def toggled(self, value: str, *, scheme: str) -> "Choice":
        """With a value ticked, or unticked if it was."""
        known = self.types if scheme == TYPE else self.terms
        changed = tuple(v for v in known if v != value) if value in known else (*known, value)
        return replace(self, types=changed) if scheme == TYPE else replace(self, terms=changed)

    def address(self, schemes: Mapping[str, Scheme], **more: Any) -> str:
        """The query string with its "?", "?" alone for no choice: a link to the list itself."""
        found: list[tuple[str, str]] = [(TYPE, value) for value in self.types]
        for term in self.terms:
            name, _colon, identifier = term.partition(":")
            scheme = schemes.get(name)
            parameter = scheme.parameter if scheme else "concept"
            found.append((parameter, term if parameter == "concept" else identifier))
        if self.letter:
            found.append(("lettre", self.letter))
        if self.year:
            found.append(("annee", str(self.year)))
        if self.open_only:
            found.append((OPEN, "1"))
        found += [(name, str(value)) for name, value in more.items() if value]
        return "?" + urlencode(found)

    @property
    def any(self) -> bool:
        return bool(self.terms or self.types or self.letter or self.open_only)


@dataclass(frozen=True, slots=True)
class Shown:
    """A value of a filter; `address` is the list with the value ticked, or unticked; `depth` is
    0 at the top of a tree; `known` is false for what nothing is called; `language`
    that of a label that the list's own has not."""

    value: str
    label: str
    count: int
    selected: bool
    address: str
    depth: int = 0
    known: bool = True
    language: str = ""


@dataclass(slots=True)
class Filter:
    """A way to narrow a list. `parameter` and the values' own names make a form's fields."""

    name: str
    label: Any
    parameter: str
    values: list[Shown] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return any(value.selected for value in self.values)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records a list is about, before any choice: a condition on `record` and its
    parameters. Conditions are constants of ours, values are parameters."""

    locale: str
    condition: str = "TRUE"
    parameters: Mapping[str, Any] = field(default_factory=dict)


def where(
    scope: Scope, choice: Choice, *, without: str = "", now: dt.datetime | None = None
) -> tuple[str, dict[str, Any]]:
    """The SQL condition of a list on `cms_catalogue_record record`, one filter left out."""
    parts = ["record.gone_at IS NULL", "record.locale = %(locale)s", f"({scope.condition})"]
    values: dict[str, Any] = {"locale": scope.locale, **scope.parameters}
    if choice.types and without != TYPE:
        parts.append("record.type = ANY(%(types)s)")
        values["types"] = list(choice.types)
    for place, (scheme, terms) in enumerate(choice.by_scheme().items()):
        if scheme != without:
            parts.append(f"record.terms_broader && %(terms{place})s::text[]")
            values[f"terms{place}"] = list(terms)
    if choice.letter and without != "letter":
        parts.append("record.title_key ^@ %(letter)s")
        values["letter"] = choice.letter
    if choice.open_only:
        parts.append("record.open_until > %(now)s")
        values["now"] = now or timezone.now()
    return " AND ".join(parts), values


def rows(sql: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def count(scope: Scope, choice: Choice) -> int:
    condition, values = where(scope, choice)
    return rows(f"SELECT count(*) FROM cms_catalogue_record record WHERE {condition}", values)[0][0]


def records(scope: Scope, choice: Choice, *, order: str, start: int, size: int) -> list[Record]:
    """One page of a list. `order`: "title" (and "letters"), "newest", "next": by the next date,
    then what has none; or "deadline": what is open first, the nearest end first, then what opens
    later, then what closed last. Each has its
    `next_date` in a calendar, if any. Two queries."""
    by = {
        "title": "record.title_key, record.uid",
        "letters": "record.title_key, record.uid",
        # What has ended has no next date to be looked for.
        "next": f"CASE WHEN record.open_until > %(now)s THEN {_NEXT} END NULLS LAST,"
        " record.title_key, record.uid",
        "deadline": "coalesce(record.open_until > %(now)s, FALSE) DESC,"
        " coalesce(record.open_from > %(now)s, FALSE),"
        " CASE WHEN record.open_until > %(now)s THEN record.open_until END,"
        " record.open_until DESC NULLS LAST, record.title_key, record.uid",
        "newest": f"{NEWEST} DESC NULLS LAST, record.title_key, record.uid",
    }[order]
    condition, values = where(scope, choice)
    found = rows(
        f"SELECT record.uid, {_NEXT} FROM cms_catalogue_record record WHERE {condition}"
        f" ORDER BY {by} LIMIT %(size)s OFFSET %(start)s",
        {**values, "size": size, "start": start, "now": timezone.now()},
    )
    by_uid = Record.objects.defer("document").in_bulk([uid for uid, _next in found])
    for uid, following in found:
        if uid in by_uid:
            by_uid[uid].next_date = following
    return [by_uid[uid] for uid, _next in found if uid in by_uid]


def letters(scope: Scope, choice: Choice) -> dict[str, int]:
    """The first signs of the titles with the number of records of each; "0" to "9" for digits,
    the rest left out."""
    condition, values = where(scope, choice, without="letter")
    return dict(
        rows(
            "SELECT left(record.title_key, 1), count(*) FROM cms_catalogue_record record"
            f" WHERE {condition} AND record.title_key ~ '^[a-z0-9]' GROUP BY 1 ORDER BY 1",
            values,
        )
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """A first sign of titles; `address` is the list of those that begin with it."""

    letter: str
    count: int
    current: bool
    address: str


def alphabet(scope: Scope, choice: Choice, schemes: Mapping[str, Scheme]) -> list[Letter]:
    """A to Z, also where nothing begins so, and the digits with which something begins: what
    `components/letters.html` shows. One query."""
    found = letters(scope, choice)
    signs = [*sorted(sign for sign in found if sign.isdigit()), *"abcdefghijklmnopqrstuvwxyz"]
    return [
        Letter(
            sign,
            found.get(sign, 0),
            sign == choice.letter,
            replace(choice, letter=sign).address(schemes),
        )
        for sign in signs
    ]


def filters(
    scope: Scope,
    choice: Choice,
    schemes: Mapping[str, Scheme],
    *,
    total: int,
) -> list[Filter]:
    """Every filter that would narrow a list of `total` records, in order, the type of content
    first. Two queries, one more for each filter in use and for each vocabulary."""
    counted: dict[str, dict[str, int]] = {}
    for term, number in _counts(scope, choice, ""):
        counted.setdefault(term.partition(":")[0], {})[term] = number
    for scheme in choice.by_scheme():
        own = _counts(scope, choice, scheme)
        counted[scheme] = {t: n for t, n in own if t.partition(":")[0] == scheme}
    found = [_types(scope, choice, schemes)]
    for name, scheme_ in schemes.items():
        if not scheme_.is_facet:
            continue
        numbers = counted.get(name, {})
        ticked = [term for term in choice.terms if term.partition(":")[0] == name]
        if numbers or ticked:
            values = _tree(scheme_, numbers, ticked, scope.locale, choice, schemes)
            if ticked or any(value.count < total for value in values):
                found.append(Filter(name, scheme_.label, scheme_.parameter, values))
    return [one for one in found if one.values]


def _counts(scope: Scope, choice: Choice, without: str) -> list[tuple[str, int]]:
    condition, values = where(scope, choice, without=without)
    return rows(
        "SELECT term, count(*) FROM cms_catalogue_record record,"
        f" unnest(record.terms_broader) term WHERE {condition} GROUP BY term",
        values,
    )


def _types(scope: Scope, choice: Choice, schemes: Mapping[str, Scheme]) -> Filter:
    condition, values = where(scope, choice, without=TYPE)
    numbers = dict(
        rows(
            "SELECT record.type, count(*) FROM cms_catalogue_record record"
            f" WHERE {condition} GROUP BY 1",
            values,
        )
    )
    known = record_types()
    shown = [
        Shown(
            name,
            str(known[name].label_plural),
            numbers.get(name, 0),
            name in choice.types,
            choice.toggled(name, scheme=TYPE).address(schemes),
        )
        for name in {**numbers, **dict.fromkeys(choice.types)}
        if name in known
    ]
    shown.sort(key=lambda one: (-one.count, one.label))
    return Filter(TYPE, "", TYPE, shown if len(shown) > 1 else [])


def _tree(
    scheme: Scheme,
    numbers: Mapping[str, int],
    ticked: Iterable[str],
    locale: str,
    choice: Choice,
    schemes: Mapping[str, Scheme],
) -> list[Shown]:
    """The values under what is broader, each level by number of records; years newest first."""
    terms = sorted({**numbers, **dict.fromkeys(ticked)}, key=lambda t: (-numbers.get(t, 0), t))
    shown = {term.partition(":")[2]: term for term in terms[:MAX_SHOWN]}
    shown |= {term.partition(":")[2]: term for term in ticked}
    names = vocabularies.values(scheme, shown, locale)
    lost = set()
    for term in ticked:  # a value that nothing has: it finds nothing, and can be unticked
        identifier = term.partition(":")[2]
        if identifier not in names:
            names[identifier] = Value(identifier)
            lost.add(identifier)
    under: dict[str, list[str]] = {}
    for identifier in shown:
        if identifier in names:
            above = names[identifier].broader or ""
            under.setdefault(above if above in shown else "", []).append(identifier)
    found: list[Shown] = []

    def key(identifier: str) -> tuple[Any, ...]:
        if scheme.name == vocabularies.YEAR:
            return (-int(identifier) if identifier.isdecimal() else 0,)
        return (-numbers.get(shown[identifier], 0), names[identifier].label.casefold())

    def walk(above: str, depth: int) -> None:
        for identifier in sorted(under.get(above, ()), key=key):
            term = shown[identifier]
            found.append(
                Shown(
                    term if scheme.parameter == "concept" else identifier,
                    names[identifier].label,
                    numbers.get(term, 0),
                    term in choice.terms,
                    choice.toggled(term, scheme=scheme.name).address(schemes),
                    depth,
                    # What was merged is found by its old name too.
                    known=identifier not in lost or bool(numbers.get(term)),
                    language=names[identifier].language,
                )
            )
            if depth < 10:
                walk(identifier, depth + 1)

    walk("", 0)
    return found
