"""The test suite: real services, fast hashes, files that vanish."""

import tempfile
from pathlib import Path

from .base import *

# A complete content type of a plugin: whatever walks the record types meets one it does not know.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.example_plugin"]

DEBUG = False
SECRET_KEY = "for-tests-only"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
_media = tempfile.TemporaryDirectory(prefix="relais-media-")  # removed at exit
MEDIA_ROOT = Path(_media.name)
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WAGTAILADMIN_BASE_URL = BASE_URL = "http://testserver"
# Tests ask quickly, and all from one address: those of the rates set their own.
API_ANONYMOUS_RATE = API_KEY_RATE = 10**9

# A server of the tests' own, fast and forgetful; DATABASE_URL still wins.
TEST_SERVICES_DIR = VAR_DIR / "test"
_database = conninfo_to_dict(dsn(TEST_SERVICES_DIR))
DATABASES["default"] |= {
    "USER": _database.get("user", ""),
    "PASSWORD": _database.get("password", ""),
    "HOST": _database.get("host", ""),
    "PORT": str(_database.get("port", "")),
    "CONN_MAX_AGE": 0,
}
