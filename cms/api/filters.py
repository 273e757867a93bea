"""What narrows lists: the parameters, their checks, and the conditions they make."""

import datetime as dt
import re
import uuid
from functools import cached_property
from typing import Any, Self

from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, model_validator

from cms.core.vocabularies import LANGUAGE, LICENCE, ORGANISATION, TERRITORY, YEAR
from search import nearby
from search.query import RADIUS, Near

from . import listing
from .listing import Condition
from .problems import Problem, exclusive_parameters, invalid_parameter
from .strict import (
    Box,
    ConceptName,
    FacetName,
    FacetPair,
    HasName,
    LocaleCode,
    Moment,
    PlaceText,
    Radius,
    SearchText,
    StrictQuery,
    TypeName,
)

_COORDINATES = re.compile(r"(-?\d{1,4}(?:\.\d{1,15})?),(-?\d{1,4}(?:\.\d{1,15})?)", re.ASCII)


class WithFilters(StrictQuery):
    """What narrows a list, on the search page and here."""

    q: SearchText = Field(
        "",
        description=gettext_noop(
            "Words to search for, as on the search page, 500 characters at most. Without locale,"
            " French records are searched."
        ),
    )
    type: list[TypeName] = Field(
        default_factory=list,
        description=gettext_noop(
            "Names of types of content, as /api/v1/types lists them; any of them."
        ),
    )
    concept: list[ConceptName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop(
            "Descriptors written as scheme:id, or as id for any vocabulary, 50 at most; narrower"
            " ones count too. Any of those of a vocabulary, and all vocabularies."
        ),
    )

    territory: list[FacetName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop(
            "Identifiers of territories, such as commune-36018, departement-36, region-24 or"
            " epci-200035137, 50 at most; what lies in them counts too. Any of them."
        ),
    )
    organisation: list[FacetName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop("The uid of organisations' records, 50 at most; any of them."),
    )
    year: list[FacetName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop("Years of the records' dates, such as 2025; any of them."),
    )
    licence: list[FacetName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop(
            "Licences by their SPDX identifiers, such as etalab-2.0 or CC-BY-4.0; any of them."
        ),
    )
    language: list[FacetName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop("Languages of pages and of their files, such as en; any of them."),
    )
    facet: list[FacetPair] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop(
            "Facets of some types of content, written as name:value, 50 at most. Any value of a"
            " facet, and all facets."
        ),
    )

    near: PlaceText | None = Field(
        None,
        description=gettext_noop(
            "A commune by its name, its postal code or its INSEE code, or latitude,longitude in"
            " degrees: only what lies around it."
        ),
        json_schema_extra={"example": "36300"},
    )
    radius: Radius | None = Field(
        None,
        description=gettext_noop(
            "Goes with near: a whole number of kilometres from 1 to 200, 30 unless said."
        ),
    )

    @model_validator(mode="after")
    def _radius_goes_with_a_place(self) -> Self:
        if self.coordinates is None and self.near is None and self.radius is not None:
            raise refused(self, "radius")
        return self

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Latitude and longitude, where near gives them. Raises a Problem for what is on no
        globe."""
        if self.near is None or not (found := _COORDINATES.fullmatch(self.near)):
            return None
        latitude, longitude = float(found[1]), float(found[2])
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise refused(self, "near")
        return latitude, longitude

    @property
    def by_place(self) -> bool:
        """Whether a commune is named: what is near it changes with the territories, of which the
        clock does not tell."""
        return self.near is not None and not self.coordinates

    def around(self) -> nearby.Around | None:
        """The commune asked for. Raises a Problem for what is none that we can place."""
        if self.near is None or self.coordinates:
            return None
        found = nearby.around(self.near)
        if not found.located:
            raise refused(self, "near")
        return found

    def circle(self, around: nearby.Around | None) -> Near | None:
        """Where to search."""
        if self.near and (point := self.coordinates):
            return Near(self.near, self.radius or RADIUS, "", *point)
        return nearby.at(Near(around.asked, self.radius or RADIUS), around) if around else None

    def filters(self) -> tuple[str, ...]:
        """All that is filtered by, besides types, as "scheme:id"."""
        found = [*self.concept, *self.facet]
        for name in (TERRITORY, ORGANISATION, YEAR, LICENCE, LANGUAGE):
            found += [f"{name}:{value}" for value in getattr(self, name)]
        return tuple(dict.fromkeys(found))


class RecordFilters(WithFilters):
    """What narrows every list of records."""

    concept_all: list[ConceptName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop(
            "Descriptors written as in concept, 50 at most: only what has each of them, or"
            " something narrower."
        ),
    )
    bbox: Box | None = Field(
        None,
        description=gettext_noop(
            "Only what lies in a rectangle: west,south,east,north in degrees; west may be greater"
            " than east, across the 180th meridian. Not with near."
        ),
        json_schema_extra={"example": "0.8,46.3,2.3,47.3"},
    )
    starts_after: Moment | None = Field(
        None,
        description=gettext_noop(
            "Has a date that begins at that time or later: an ISO 8601 date or time, such as"
            " 2026-05-21 or 2026-05-21T08:30:00Z."
        ),
    )
    starts_before: Moment | None = Field(
        None,
        description=gettext_noop(
            "Has a date that begins before that time; with starts_after, one date between the two:"
            " an ISO 8601 date or time, not before starts_after."
        ),
    )
    has: list[HasName] = Field(
        default_factory=list,
        max_length=20,
        description=gettext_noop(
            "Only what has any of this, several add up: authors, body, concepts, contacts,"
            " downloads, identifiers, image, links, occurrences, organisations, points,"
            " territories or translations."
        ),
    )
    translation_of: uuid.UUID | None = Field(
        None,
        description=gettext_noop("The uid of a record: only the same in other languages."),
    )
    linked_to: uuid.UUID | None = Field(
        None,
        description=gettext_noop(
            "The uid of a record: only those that are tied to it, whatever the relation. Its own"
            " ties are in its links."
        ),
    )
    locale: LocaleCode | None = Field(
        None, description=gettext_noop("A language of the site: fr, en or es.")
    )
    updated_since: Moment | None = Field(
        None,
        description=gettext_noop(
            "Changed at that time or later: an ISO 8601 date or time, such as 2026-05-21"
            " or 2026-05-21T08:30:00Z."
        ),
    )

    @model_validator(mode="after")
    def _one_place_and_one_way_of_time(self) -> Self:
        if self.bbox is not None and self.near is not None:
            raise exclusive_parameters("near", "bbox")
        if self.starts_after and self.starts_before and self.starts_before < self.starts_after:
            raise refused(self, "starts_before")
        return self

    @cached_property
    def narrowed(self) -> str:
        """The same for two queries that let the same records pass."""
        parts: list[Any] = [
            self.q,
            sorted(set(self.type)),
            sorted(self.filters()),
            sorted(set(self.concept_all)),
            self.near,
            self.radius,
            self.bbox,
            _stamp(self.starts_after),
            _stamp(self.starts_before),
            sorted(set(self.has)),
            self.translation_of,
            self.linked_to,
            self.locale,
            _stamp(self.updated_since),
        ]
        return repr(parts)

    def conditions(self, without: str = "") -> list[Condition]:
        """One facet may be left out: its own values are counted as if it were not there."""
        found = [listing.LIVE]
        if self.type and without != "type":
            found.append(Condition("type = ANY(%s)", (sorted(set(self.type)),)))
        if self.locale or self.q:
            found.append(Condition("locale = %s", (self.locale or "fr",)))
        if self.updated_since:
            found.append(Condition("modified_at >= %s", (self.updated_since,)))
        if self.linked_to:
            found.append(Condition(_LINKED, (self.linked_to,)))
        if self.translation_of:
            found.append(Condition(_TRANSLATIONS, (self.translation_of, self.translation_of)))
        found += self._in_place()
        found += self._in_time()
        if self.has:
            found.append(Condition("has @> %s::text[]", (sorted(set(self.has)),)))
        return found + self._about(without)

    def _in_place(self) -> list[Condition]:
        if place := self.circle(self.around()):
            inside, values = nearby.records_within(place)
            return [Condition(f"uid IN ({inside})", values)]
        if self.bbox:
            return [Condition(f"uid IN (SELECT place.record_id {_IN_BOX})", box_values(self.bbox))]
        return []

    def _in_time(self) -> list[Condition]:
        if not (self.starts_after or self.starts_before):
            return []
        bounds = [(">=", self.starts_after), ("<", self.starts_before)]
        given = [(sign, moment) for sign, moment in bounds if moment]
        clause = " AND ".join(f"start {sign} %s" for sign, _moment in given)
        return [
            Condition(
                f"uid IN (SELECT record_id FROM cms_catalogue_occurrence WHERE {clause})",
                tuple(moment for _sign, moment in given),
            )
        ]

    def _about(self, without: str) -> list[Condition]:
        by_scheme: dict[str, list[str]] = {}
        for term in self.filters():
            by_scheme.setdefault(term.rpartition(":")[0], []).append(term)
        bare = by_scheme.pop("", None)
        by_scheme.pop(without, None)
        found = [
            Condition("terms_broader && %s::text[]", (concepts,)) for concepts in by_scheme.values()
        ]
        if bare:
            found.append(Condition(_BARE, (bare,)))
        whole = [term for term in self.concept_all if ":" in term]
        if whole:
            found.append(Condition("terms_broader @> %s::text[]", (sorted(set(whole)),)))
        found += [Condition(_BARE, ([term],)) for term in self.concept_all if ":" not in term]
        return found


def _stamp(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""


# The places of records in a rectangle: see `box_values`.
_IN_BOX = """
    FROM cms_catalogue_place place
    WHERE place.latitude BETWEEN %s AND %s
        AND (place.longitude BETWEEN %s AND %s OR place.longitude BETWEEN %s AND %s)
"""


def box_values(box: str) -> tuple[float, ...]:
    """The values of `_IN_BOX`: one that crosses the 180th meridian is two."""
    west, south, east, north = (float(part) for part in box.split(","))
    parts = (west, east, west, east) if west <= east else (west, 180.0, -180.0, east)
    return (south, north, *parts)


_TRANSLATIONS = """
    translation_key = (SELECT here.translation_key FROM cms_catalogue_record here
        WHERE here.uid = %s AND here.gone_at IS NULL) AND uid <> %s
"""

# As on the search page: an identifier alone stands for that identifier in any vocabulary.
_BARE = (
    "EXISTS (SELECT 1 FROM unnest(terms_broader) term"
    " WHERE split_part(term, ':', 2) = ANY(%s::text[]))"
)

# The ties of a page are those of its translations too.
_LINKED = """
    page_id IN (
        SELECT link.page_id FROM cms_catalogue_record target
        JOIN wagtailcore_page family ON family.translation_key = target.translation_key
        JOIN cms_catalogue_link link ON link.target_id = family.id
        WHERE target.uid = %s AND target.gone_at IS NULL
    )
"""


def refused(query: WithFilters, name: str) -> Problem:
    """A value that cannot be accepted, with what can."""
    return invalid_parameter(name, gettext_lazy(type(query).model_fields[name].description or ""))
