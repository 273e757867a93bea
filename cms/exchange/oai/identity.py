"""Who the repository is: its name, its address, its namespace and whom to write to."""

import re
import uuid
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Site

# As the schema of oai-identifier wants it: a domain name, two words at least.
NAMESPACE = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+")
EMAIL = re.compile(r"[^\s@]+@([^\s@.]+\.)+[^\s@.]+")  # as the protocol's schema has it
# RFC 2606: nobody's, so that a copy on somebody's machine cannot be taken for the centre.
FALLBACK = "relais.example.org"


def namespace() -> str:
    """The setting; without it the site's host name, if it can be one."""
    if settings.OAI_NAMESPACE:
        return settings.OAI_NAMESPACE
    host = urlsplit(settings.BASE_URL).hostname or ""
    return host if NAMESPACE.fullmatch(host) else FALLBACK


def identifier(uid: uuid.UUID) -> str:
    return f"oai:{namespace()}:{uid}"


def uid_of(text: str) -> uuid.UUID | None:
    """The record that an identifier names, whether it exists or not; None if it is not ours."""
    begin = f"oai:{namespace()}:"
    if not text.startswith(begin):
        return None
    try:
        found = uuid.UUID(text.removeprefix(begin))
    except ValueError:
        return None
    return found if text == identifier(found) else None


def base_url() -> str:
    return f"{settings.BASE_URL}/oai"


def admin_email() -> str:
    """The setting; without it the sender of the site's mail, if the protocol accepts its host
    ("webmaster@localhost" is not an address that harvesters could write to)."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    known = sender if EMAIL.fullmatch(sender) else f"webmaster@{namespace()}"
    return settings.OAI_ADMIN_EMAIL or known


def site_name() -> str:
    """The default site's. One query."""
    name = Site.objects.filter(is_default_site=True).values_list("site_name", flat=True).first()
    return name or settings.WAGTAIL_SITE_NAME
