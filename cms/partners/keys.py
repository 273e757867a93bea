"""Keys: made once, known by a digest, refused as soon as they are revoked.

A key is 256 random bits: a plain digest of it tells as little as a slow one would, and is found by
an index.
"""

import hashlib
import secrets
from dataclasses import dataclass

from django.db.models.functions import Now

from .models import Key

PREFIX = "relais_"  # programs that look for secrets in published code find it
HINT = len(PREFIX) + 5
LONGEST = 200


class WrongKeyError(Exception):
    """Nothing may be done with this key; `why` is "unknown", "revoked", "expired" or
    "suspended"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, by a key that is good now; `rate` None for the setting's."""

    key_id: int
    partner_id: int
    may_read: bool
    may_submit: bool
    rate: int | None


def make(key: Key) -> str:
    """Save a new key; the text to give to the partner, which nobody can read again."""
    text = prepare(key)
    key.save()
    return text


def prepare(key: Key) -> str:
    """The same, left to the caller to save."""
    text = PREFIX + secrets.token_urlsafe(32)
    key.hint = text[:HINT]
    key.digest = digest(text)
    return text


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def find(text: str) -> Caller:
    """Whose key it is. One query. Raises WrongKeyError."""
    found = (
        Key.objects.filter(digest=digest(text[:LONGEST]))
        .annotate(now=Now())
        .values_list(
            "pk", "partner_id", "may_read", "may_submit", "rate", "revoked_at", "expires_at",
            "partner__is_active", "now",
        )
        .first()
    )  # fmt: skip
    if found is None:
        raise WrongKeyError("unknown")
    key_id, partner_id, reads, submits, rate, revoked, expires, active, now = found
    if revoked is not None:
        raise WrongKeyError("revoked")
    if expires is not None and expires <= now:
        raise WrongKeyError("expired")
    if not active:
        raise WrongKeyError("suspended")
    return Caller(key_id, partner_id, reads, submits, rate)
