"""Opaque cursors: where the next page begins, good for one query only."""

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .problems import invalid_parameter

_SEAL = 9  # bytes


def seal(key: Sequence[str | int], query: str) -> str:
    """The cursor after the item with this key, in the list that `query` (canonical) gives."""
    payload = json.dumps(key, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(payload, query) + payload).decode().rstrip("=")


def unseal(cursor: str, query: str) -> list[str | int]:
    """The key inside. Raises a Problem when the cursor is not ours or is of another query."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    payload = raw[_SEAL:]
    if not payload or raw[:_SEAL] != _seal(payload, query):
        raise invalid_parameter(
            "cursor",
            _("It is not a cursor of this query: take the address that “next” gives, unchanged."),
        )
    key: list[str | int] = json.loads(payload)
    return key


def _seal(payload: bytes, query: str) -> bytes:
    # Sealed, not only bound: a key that the reader could write would need checks of its own.
    text = payload + b"\0" + query.encode("utf-8", "replace")
    return hashlib.blake2b(text, key=_secret(settings.SECRET_KEY), digest_size=_SEAL).digest()


@lru_cache(maxsize=2)
def _secret(key: str) -> bytes:
    return hashlib.blake2b(key.encode()).digest()
