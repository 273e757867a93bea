"""Telling people from machines without asking anybody to prove it, and without a third party."""

import datetime as dt
import hashlib
import re
import secrets
import time
from collections.abc import Iterable
from uuid import UUID, uuid4

from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner, b62_decode
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core import visitors

from .models import Knock, Salt

# A field that people do not see. Its name is none that a browser fills by itself.
TRAP = "precision_2"
FASTEST = 3  # seconds between the form shown and the form posted
LINKS = 3  # in texts, besides the fields that ask for an address
NEW_AN_HOUR = 12  # submissions begun from one address; a hospital has one address for all
POSTS_AN_HOUR = 300  # of any kind: beyond, nothing is read
_HOUR = dt.timedelta(hours=1)
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MARKUP = re.compile(r"<\s*a\b|\[url|<\s*script|href\s*=", re.IGNORECASE)


def new_ticket() -> str:
    """What a form carries: makes its posts one, and says when it was shown."""
    return TimestampSigner(salt="cms.submissions.form").sign(uuid4().hex)


def read_ticket(ticket: str) -> tuple[UUID, float] | None:
    """The form's identifier and its age in seconds; None for one that is not ours. No age is too
    old: somebody may have been writing for two days."""
    try:
        nonce = UUID(TimestampSigner(salt="cms.submissions.form").unsign(ticket))
        stamp = b62_decode(ticket.split(":")[-2])
    except (BadSignature, ValueError):
        return None
    return nonce, time.time() - stamp


def knock(request: HttpRequest, what: str) -> int:
    """Note that an address posts something; how often it did within the hour, this time
    included."""
    digest = hashlib.sha256(_salt() + f"{what}|{visitors.address(request)}".encode()).hexdigest()
    Knock.objects.create(digest=digest)
    return Knock.objects.filter(digest=digest, at__gte=timezone.now() - _HOUR).count()


def _salt() -> bytes:
    """Today's, kept in memory for a minute."""
    today = timezone.localdate()
    return bytes(
        cache.get_or_set(f"submissions.salt.{today}", lambda: _kept_salt(today), 60) or b""
    )


def _kept_salt(today: dt.date) -> bytes:
    """Once a day a new one, the others thrown away."""
    known = Salt.objects.filter(day=today).first()
    if known is None:
        Salt.objects.exclude(day=today).delete()
        known, _created = Salt.objects.get_or_create(
            day=today, defaults={"value": secrets.token_bytes(32)}
        )
    return bytes(known.value)


def suspicion(texts: Iterable[str], title: str = "") -> str:
    """Why texts look like spam, in words; "" when they do not."""
    said = list(texts)
    links = sum(len(_LINK.findall(text)) for text in said)
    if links > LINKS:
        return _("%(n)d links in the texts") % {"n": links}
    if _LINK.search(title):
        return _("a link in the title")
    if any(_MARKUP.search(text) for text in said):
        return _("markup in the texts")
    return ""
