"""What may be asked of records: the parameters, their checks, and the conditions they make."""

import uuid
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import AfterValidator, Field, model_validator

from cms.core.vocabularies import LANGUAGE, LICENCE, ORGANISATION, TERRITORY, YEAR
from search import nearby
from search.query import RADIUS, Near

from . import listing
from .listing import Condition
from .problems import Problem, invalid_parameter
from .schemas import RECORD_FIELDS
from .strict import (
    ConceptName,
    CursorText,
    FacetName,
    FacetPair,
    Limit,
    LocaleCode,
    Moment,
    PlaceText,
    Radius,
    SearchText,
    StrictQuery,
    TypeName,
)


def _fields(value: str) -> str:
    unknown = [name for name in value.split(",") if name not in RECORD_FIELDS]
    if unknown:
        raise ValueError("no such field")
    return value


FieldNames = Annotated[str, Field(max_length=300), AfterValidator(_fields)]
FIELDS = gettext_noop("Only these members, separated by commas; uid always comes along.")


class RecordQuery(StrictQuery):
    """What may be asked of one record."""

    fields: FieldNames | None = Field(
        None, description=FIELDS, json_schema_extra={"example": "title,url"}
    )


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
            "The name, the postal code or the INSEE code of a commune: only what lies around it."
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
        if self.radius is not None and self.near is None:
            raise refused(self, "radius")
        return self

    def around(self) -> nearby.Around | None:
        """The commune asked for. Raises a Problem for what is none that we can place."""
        if self.near is None:
            return None
        found = nearby.around(self.near)
        if not found.located:
            raise refused(self, "near")
        return found

    def circle(self, around: nearby.Around | None) -> Near | None:
        """Where to search."""
        return nearby.at(Near(around.asked, self.radius or RADIUS), around) if around else None

    def filters(self) -> tuple[str, ...]:
        """All that is filtered by, besides types, as "scheme:id"."""
        found = [*self.concept, *self.facet]
        for name in (TERRITORY, ORGANISATION, YEAR, LICENCE, LANGUAGE):
            found += [f"{name}:{value}" for value in getattr(self, name)]
        return tuple(dict.fromkeys(found))


class RecordsQuery(WithFilters):
    """Which records, in which order, how many."""

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
    order: (
        Literal[
            "-modified_at",
            "modified_at",
            "-published_at",
            "published_at",
            "title",
            "-title",
            "relevance",
        ]
        | None
    ) = Field(
        None,
        description=gettext_noop(
            "One of -modified_at (the rule), modified_at, -published_at, published_at, title,"
            " -title; relevance goes with q and is the rule there."
        ),
    )
    limit: Limit = Field(
        20, description=gettext_noop("Items in a page: a whole number from 1 to 100.")
    )
    cursor: CursorText | None = Field(
        None, description=gettext_noop("Where the page begins: comes from next.")
    )
    fields: FieldNames | None = Field(
        None, description=FIELDS, json_schema_extra={"example": "title,url"}
    )

    @model_validator(mode="after")
    def _relevance_goes_with_a_search(self) -> Self:
        if self.order == "relevance" and not self.q:
            raise refused(self, "order")
        return self

    @property
    def ordered_by(self) -> str:
        return self.order or ("relevance" if self.q else "-modified_at")

    @cached_property
    def canonical(self) -> str:
        """The same for two queries that give the same list, whatever the page."""
        since = self.updated_since.isoformat() if self.updated_since else ""
        parts: list[Any] = [
            self.q,
            sorted(set(self.type)),
            sorted(self.filters()),
            self.near,
            self.radius,
            self.linked_to,
            self.locale,
            since,
            self.ordered_by,
        ]
        return repr(parts)

    def conditions(self) -> list[Condition]:
        found = [listing.LIVE]
        if self.type:
            found.append(Condition("type = ANY(%s)", (sorted(set(self.type)),)))
        if self.locale or self.q:
            found.append(Condition("locale = %s", (self.locale or "fr",)))
        if self.updated_since:
            found.append(Condition("modified_at >= %s", (self.updated_since,)))
        by_scheme: dict[str, list[str]] = {}
        if self.linked_to:
            found.append(Condition(_LINKED, (self.linked_to,)))
        if place := self.circle(self.around()):
            inside, values = nearby.records_within(place)
            found.append(Condition(f"uid IN ({inside})", values))
        for term in self.filters():
            by_scheme.setdefault(term.rpartition(":")[0], []).append(term)
        bare = by_scheme.pop("", None)
        found += [
            Condition("terms_broader && %s::text[]", (concepts,)) for concepts in by_scheme.values()
        ]
        if bare:
            found.append(Condition(_BARE, (bare,)))
        return found


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


def field_names(fields: str | None) -> tuple[str, ...]:
    """The fields asked for, in the order of the whole record, uid among them; () for all."""
    if not fields:
        return ()
    asked = {"uid", *fields.split(",")}
    return tuple(name for name in RECORD_FIELDS if name in asked)
