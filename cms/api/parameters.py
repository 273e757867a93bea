"""What may be asked of one record and of lists of records."""

from functools import cached_property
from typing import Annotated, Literal, Self

from django.utils.translation import gettext_noop
from pydantic import AfterValidator, Field, model_validator

from .filters import RecordFilters, refused
from .schemas import RECORD_FIELDS
from .strict import CursorText, Limit, StrictQuery


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


def field_names(fields: str | None) -> tuple[str, ...]:
    """The fields asked for, in the order of the whole record, uid among them; () for all."""
    if not fields:
        return ()
    asked = {"uid", *fields.split(",")}
    return tuple(name for name in RECORD_FIELDS if name in asked)
