"""Addresses of partners' servers: which may be written down, and posting to them without being
led into our own network.

What is written down is judged by its form alone; what is connected to is judged by the very
numbers that the name has at that moment (see `cms.catalogue.asking`).
"""

import re
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.catalogue.asking import Answer, Asker, is_public
from cms.catalogue.dead_links import normal
from cms.catalogue.models import Failure

TIMEOUT = 5.0  # seconds for a connection, and between two signs of life
PATIENCE = 10.0  # seconds for a delivery in all
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")  # a name or IPv4, IPv6


def checked(url: str) -> str:
    """The address as it is posted to. ValidationError, at the field `url`, for what is none, is
    not https, carries a password, or is written as a number of a network that is not public."""
    found = normal(url)
    parts = urlsplit(found)
    host = parts.hostname or ""
    if not _HOST.fullmatch(host) or "@" in urlsplit(url.strip()).netloc:
        said = _("Write the whole address, such as https://example.org/relais, without a password.")
    elif not _secure(found):
        said = _("The address must begin with https://.")
    elif not _may_be_public(host):
        said = _("This address is not on the public Internet.")
    else:
        return found
    raise ValidationError({"url": said})


def _secure(url: str) -> bool:
    return url.startswith("https://") or settings.DEBUG


def _may_be_public(host: str) -> bool:
    """Whether a host may be one of the Internet: a number that is public, in whatever form it is
    written, or a name with a dot, which is looked up when it is posted to."""
    try:
        numbers = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return "." in host.strip(".")
    return all(is_public(str(one[4][0])) for one in numbers)


class Poster(Asker):
    """Posts to public addresses: one connection, to the number that was judged, no redirect, no
    look at what is answered besides the status."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"delay": 0.0, "timeout": TIMEOUT, "patience": PATIENCE, **options})  # type: ignore[arg-type]

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Never raises for what the other side does. A redirect is an answer like any other that
        is not 2xx."""
        if not _secure(url):
            return Answer(None, Failure.ADDRESS)
        answer = self._once(
            "POST", url, body=body, headers=headers, redirect=False, retries=False
        )  # fmt: skip
        if answer.status is not None and not 200 <= answer.status < 300:
            return Answer(answer.status, Failure.ANSWER)
        return answer
