"""As in production, on this machine: the same middleware, no debugging, an empty view beside."""

from cms.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "for-measuring-only"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.bench.urls"
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
API_ANONYMOUS_RATE = 10**9  # counted, and never reached
