"""A developer's or a newcomer's machine: nothing to configure, errors shown."""

import os

from deploy.local import elasticsearch

from .base import *

DEBUG = os.environ.get("DEBUG", "0") == "1"
SECRET_KEY = "for-this-machine-only-production-refuses-it"
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
STORAGES = {  # no collectstatic, no manifest
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# Machine translation can be tried out without asking anybody.
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = WAGTAILLOCALIZE_MACHINE_TRANSLATOR or machine_translator(
    "dummy"
)
# The engine that `make demo SEARCH=elasticsearch` started, if it still runs.
ELASTICSEARCH_URL = ELASTICSEARCH_URL or elasticsearch.url(BASE_DIR) or ""
