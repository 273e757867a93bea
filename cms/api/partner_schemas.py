"""The shapes of what concerns one partner."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from .schemas import List, ProblemDocument


class KeyEntry(BaseModel):
    """One of the partner's keys; `rate` in requests a minute."""

    name: str
    begins_with: str
    scopes: list[Literal["read", "submit"]]
    rate: int
    expires_at: dt.datetime | None
    last_used_at: dt.datetime | None


class Day(BaseModel):
    """The requests of a day of the site; `refused` of them for their rate or their scope."""

    day: dt.date
    requests: int
    refused: int


class Usage(BaseModel):
    """What a partner has used."""

    partner: str
    keys: list[KeyEntry]
    days: list[Day] = Field(description="The newest first; days without requests are left out.")


class Author(BaseModel):
    """Who proposes. The person must have agreed to the text whose version is `consent`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    email: str
    organisation: str = ""
    show_name: bool = False
    consent: str = Field(description="The version of the text agreed to: see submissions/kinds.")


class Proposed(BaseModel):
    """A proposal: `values` by the names that submissions/kinds lists for its kind."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str
    language: str = "fr"
    values: dict[str, str | int | bool | None]
    author: Author


class Deposited(BaseModel):
    """What was taken in. The author is sent a link to confirm; `tracking` is the author's page."""

    number: int
    kind: str
    title: str
    sent_at: dt.datetime
    files: list[str]
    tracking: str


class FieldError(BaseModel):
    """A sentence about a field: values.title, author.email, kind, files…"""

    field: str
    detail: str


class InvalidFields(ProblemDocument):
    """Everything that is wrong, field by field."""

    errors: list[FieldError]


class Choice(BaseModel):
    """One of the values that a field accepts."""

    value: str
    label: str


class FieldEntry(BaseModel):
    """A field to fill in."""

    name: str
    label: str
    help: str
    type: Literal["text", "commune", "email", "url", "boolean", "choice", "integer", "date", "time"]
    required: bool
    max_length: int | None
    choices: list[Choice]


class KindEntry(BaseModel):
    """Something that may be proposed. Of a correction, the fields are those of the page too."""

    name: str
    label: str
    help: str
    fields: list[FieldEntry]


class Consent(BaseModel):
    """The text to which the person agrees, to be shown by the partner."""

    version: str
    text: str


class FileRules(BaseModel):
    """How many files, and how large, in bytes."""

    most: int
    largest: int
    all: int
    extensions: list[str]


class Kinds(List):
    items: list[KindEntry]
    author: list[FieldEntry]
    consent: Consent
    files: FileRules
