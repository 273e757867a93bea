"""A server that the public reaches. Refuses to start on a missing or weak setting."""

import os

from django.core.exceptions import ImproperlyConfigured

from . import local
from .base import *


def _required(name: str, why: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value


DEBUG = False
SECRET_KEY = _required("SECRET_KEY", "50 random characters or more, known to nobody.")
if SECRET_KEY == local.SECRET_KEY or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("SECRET_KEY is a default or too weak: make one of 50 characters.")
_required("DATABASE_URL", "production does not run on the embedded server.")
BASE_URL = WAGTAILADMIN_BASE_URL = _required(
    "BASE_URL", "the site's address, such as https://ressources.example.org."
).rstrip("/")
ALLOWED_HOSTS = _required("ALLOWED_HOSTS", "host names, separated by commas.").split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

SECURE_SSL_REDIRECT = os.environ.get("SECURE_SSL_REDIRECT", "1") != "0"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True

EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "webmaster@localhost")
EMAIL_TIMEOUT = 60  # seconds; a server that says nothing would hold up the worker for ever
