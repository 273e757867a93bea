"""Resumption tokens: the whole request and where it stands, signed. Nothing is kept here."""

import datetime as dt
from dataclasses import astuple, dataclass

from django.core import signing

# How long a harvester may pause. A token stays true for longer: it names a version, not a row.
LIFE = dt.timedelta(days=3)
_SALT = "cms_exchange.oai"


@dataclass(frozen=True, slots=True)
class Token:
    """`start` and `until` as the harvester wrote them; `after` is the last version that was sent
    (for sets: the last set); `sent` of `total` items are done."""

    verb: str
    prefix: str
    start: str
    until: str
    set: str
    after: int | str
    sent: int
    total: int


def write(token: Token) -> str:
    return signing.dumps(list(astuple(token)), salt=_SALT)


def read(text: str, verb: str) -> Token | None:
    """The token; None for one that is not ours, of another verb, or older than LIFE."""
    try:
        found = Token(*signing.loads(text, salt=_SALT, max_age=LIFE))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return found if found.verb == verb else None
