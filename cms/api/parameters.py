"""What may be asked of one record and of lists of records."""

import re
from functools import cached_property
from typing import Annotated, Literal, Self

from django.utils.translation import gettext_noop
from pydantic import AfterValidator, Field, model_validator

from .expanding import EXPANSIONS
from .filters import RecordFilters, refused
from .problems import exclusive_parameters
from .schemas import AROUND_FIELDS, FULL_FIELDS, RECORD_FIELDS
from .strict import CursorText, Limit, StrictQuery


def _fields(value: str) -> str:
    if any(name not in RECORD_FIELDS for name in value.split(",")):
        raise ValueError("no such field")
    return value


def _full_fields(value: str) -> str:
    if any(name not in FULL_FIELDS for name in value.split(",")):
        raise ValueError("no such field")
    return value


def _expansions(value: str) -> str:
    if any(name not in EXPANSIONS for name in value.split(",")):
        raise ValueError("nothing to expand")
    return value


def _facet_names(value: str) -> str:
    names = value.split(",")
    if len(names) > 10 or len(set(names)) < len(names) or not all(map(_NAME.fullmatch, names)):
        raise ValueError("no facets")
    return value


_NAME = re.compile(r"[\w-]{1,60}")
Expansions = Annotated[str, Field(max_length=100), AfterValidator(_expansions)]
FacetNames = Annotated[str, Field(max_length=300), AfterValidator(_facet_names)]
EXPAND = gettext_noop(
    "In full rather than by name, separated by commas: concepts, organisations, territories,"
    " translations."
)
FieldNames = Annotated[str, Field(max_length=300), AfterValidator(_fields)]
FullFieldNames = Annotated[str, Field(max_length=300), AfterValidator(_full_fields)]
FIELDS = gettext_noop("Only these members, separated by commas; uid always comes along.")


class RecordQuery(StrictQuery):
    """What may be asked of one record."""

    fields: FullFieldNames | None = Field(
        None, description=FIELDS, json_schema_extra={"example": "title,url"}
    )
    expand: Expansions | None = Field(
        None, description=EXPAND, json_schema_extra={"example": "concepts"}
    )
    format: Literal["json", "html", "markdown"] | None = Field(
        None,
        description=gettext_noop(
            "One of json, html, markdown; without it the header Accept decides. fields and expand"
            " go with json only."
        ),
        json_schema_extra={"example": "json"},
    )

    @model_validator(mode="after")
    def _members_are_those_of_json(self) -> Self:
        if self.format not in (None, "json"):
            for name in ("fields", "expand"):
                if getattr(self, name):
                    raise exclusive_parameters(name, "format")
        return self


class RecordsQuery(RecordFilters):
    """Which records, in which order, how many."""

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
    expand: Expansions | None = Field(
        None, description=EXPAND, json_schema_extra={"example": "concepts,translations"}
    )
    facets: FacetNames | None = Field(
        None,
        description=gettext_noop(
            "Facets to count, ten at most, separated by commas: type, the names of vocabularies"
            " such as themes, territory, organisation, year, licence, language, and facets of"
            " types."
        ),
        json_schema_extra={"example": "type,year"},
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
        return f"{self.narrowed}|{self.ordered_by}"


def words(text: str | None) -> tuple[str, ...]:
    """What is separated by commas, each once."""
    return tuple(dict.fromkeys(text.split(","))) if text else ()


def field_names(fields: str | None, expand: str | None = None) -> tuple[str, ...]:
    """The fields asked for, in the order of the whole record, uid and what is expanded among
    them; () for all."""
    if not fields:
        return ()
    asked = {"uid", *words(fields), *words(expand)}
    return tuple(name for name in RECORD_FIELDS if name in asked)


def full_field_names(
    fields: str | None, expand: str | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of one record: the stored fields asked for, as `field_names` has them, and those that tell
    what stands around it."""
    if not fields:
        return (), AROUND_FIELDS
    asked = {"uid", *words(fields), *words(expand)}
    stored = tuple(name for name in RECORD_FIELDS if name in asked)
    return stored, tuple(name for name in AROUND_FIELDS if name in asked)
