"""The shapes of what concerns one partner."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field


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
