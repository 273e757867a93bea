"""Signatures by which a partner knows that a message comes from us, as Standard Webhooks say it:
HMAC-SHA256 over identifier, time and body.

Secrets are made from the site's own: the database alone gives none. Changing SECRET_KEY changes
them all.
"""

import base64
import hashlib
import hmac
import uuid

from django.utils.crypto import salted_hmac

PREFIX = "whsec_"


def secret(nonce: uuid.UUID) -> str:
    """What the partner checks with."""
    return PREFIX + base64.b64encode(_bytes(nonce)).decode()


def headers(nonce: uuid.UUID, identifier: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message; `timestamp` in seconds since 1970."""
    said = f"{identifier}.{timestamp}.".encode() + body
    made = hmac.new(_bytes(nonce), said, hashlib.sha256).digest()
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }


def _bytes(nonce: uuid.UUID) -> bytes:
    return salted_hmac("cms.partners.webhook", nonce.hex, algorithm="sha256").digest()
