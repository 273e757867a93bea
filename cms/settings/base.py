"""What is the same everywhere."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from cms.core.translators import machine_translator
from deploy.local.postgres import dsn

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("RELAIS_VAR", BASE_DIR / "var"))

INSTALLED_APPS = [
    "cms.core",
    "cms.languages",
    "cms.catalogue",
    "knowledge.thesaurus",
    "knowledge.territories",
    "knowledge.base",
    "knowledge.guides",
    "knowledge.directory",
    "knowledge.agenda",
    "knowledge.consultations",
    "knowledge.plans",
    "knowledge.projects",
    "knowledge.trainings",
    "knowledge.calls",
    "knowledge.news",
    "knowledge.library",
    "search",
    "cms.formats",
    "cms.partners",
    "cms.api",
    "cms.exchange",
    "cms.submissions",
    "knowledge.demo",
    "wagtail_headless_preview",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # First: hands /api/ to a handler of its own, without what a browser's session needs.
    "cms.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "cms.core.csp.ContentSecurityMiddleware",
    "cms.catalogue.middleware.CatalogueMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.catalogue.redirects.RedirectMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# The address of the database is computed here and no server is started: whoever needs one
# (manage.py, wsgi, the worker, the tests) calls deploy.local.postgres.ensure_running().
_database = conninfo_to_dict(dsn(BASE_DIR))
DATABASES = {
    "default": {
        "ENGINE": "cms.core.postgresql",
        "NAME": _database.get("dbname", "relais"),
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": str(_database.get("port", "")),
        "OPTIONS": {
            name: value
            for name, value in _database.items()
            if name not in {"dbname", "user", "password", "host", "port"}
        },
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "cms.core.cache.ShortCache"}}
# Answers of the search as they were sent: in a folder that gunicorn makes for all its processes,
# else in the process. A page of results takes about ten kilobytes, compressed.
CACHES["answers"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "answers",
    "TIMEOUT": 60,
    "OPTIONS": {"MAX_ENTRIES": 2_000},
}
if ANSWERS_DIR := os.environ.get("ANSWERS_DIR", ""):
    CACHES["answers"] |= {
        "BACKEND": "cms.core.cache.SharedCache", "LOCATION": ANSWERS_DIR,
    }  # fmt: skip
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "fr"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("fr", _("French")),
    ("en", _("English")),
    ("es", _("Spanish")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français"), ("en", "English"), ("es", "Español")]
# A new translation is a draft until somebody publishes it.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# What the address of a page that is not translated shows in another language: nothing (404), or
# the source page, said to be so. In neither case does it count as a page of that language.
SHOW_UNTRANSLATED = os.environ.get("SHOW_UNTRANSLATED", "") == "1"
# Who translates by machine, where anybody does: "dummy" (it only marks the texts, for trying out),
# "libretranslate" with its address, or "deepl" with its key.
WAGTAILLOCALIZE_MACHINE_TRANSLATOR = machine_translator(
    os.environ.get("MACHINE_TRANSLATOR", ""),
    os.environ.get("MACHINE_TRANSLATOR_URL", ""),
    os.environ.get("MACHINE_TRANSLATOR_KEY", ""),
)

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

WAGTAIL_SITE_NAME = "Relais"
WAGTAILADMIN_USER_LOGIN_FORM = "cms.core.login.LoginForm"
WAGTAILADMIN_BASE_URL = BASE_URL = os.environ.get("BASE_URL", "http://localhost:8000").rstrip("/")
WAGTAILIMAGES_IMAGE_MODEL = "cms_core.CustomImage"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_MODEL = "cms_core.CustomDocument"
WAGTAILDOCS_EXTENSIONS = [
    "csv", "docx", "mp3", "odp", "ods", "odt", "pdf", "pptx", "rtf", "txt", "xlsx",
]  # fmt: skip
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
# Files go through a view, which asks whether a public page uses them.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "cms.core.admin_search", "SEARCH_CONFIG": "admin_french"}
}
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

# Search. Without an address, PostgreSQL answers alone.
ELASTICSEARCH_URL = os.environ.get("ELASTICSEARCH_URL", "")
ELASTICSEARCH_PREFIX = os.environ.get("ELASTICSEARCH_PREFIX", "relais")
ELASTICSEARCH_TIMEOUT = 1.0  # seconds: beyond, PostgreSQL answers
# How much the meaning of texts weighs beside their words; 0: nothing. Needs relais[semantic].
SEARCH_SEMANTIC = float(os.environ.get("SEARCH_SEMANTIC", "0"))
# Read when numpy is first imported, by whomever: on short texts its threads wait for each other,
# and cost ten times what they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What visitors searched for, without saying who, is forgotten after so many days. The report
# compares twelve weeks with the twelve before.
SEARCH_LOG_DAYS = int(os.environ.get("SEARCH_LOG_DAYS", "183"))

# The map draws our own outlines. A centre may put a server of tiles behind them, such as
# https://tiles.example.org/{z}/{x}/{y}.png: its visitors' browsers then ask that server.
MAP_TILES = os.environ.get("MAP_TILES", "")
MAP_TILES_ATTRIBUTION = os.environ.get("MAP_TILES_ATTRIBUTION", "")

# Where refusals that come back later by mail go, and the mailbox in which they are read
# (imaps://user:password@host/INBOX). Empty: they go to DEFAULT_FROM_EMAIL, for a person to read.
BOUNCE_ADDRESS = os.environ.get("BOUNCE_ADDRESS", "")
BOUNCE_IMAP_URL = os.environ.get("BOUNCE_IMAP_URL", "")

# OAI-PMH: the namespace of the records' identifiers (a domain name, for good) and whom harvesters
# write to. Without them, the site's host name and DEFAULT_FROM_EMAIL.
OAI_NAMESPACE = os.environ.get("OAI_NAMESPACE", "")
OAI_ADMIN_EMAIL = os.environ.get("OAI_ADMIN_EMAIL", "")
# The licence under which the centre lets others use its data (etalab-2.0, CC-BY-4.0…): said in
# the catalogue of open data. Nobody but the centre can choose it.
DATA_LICENCE = os.environ.get("DATA_LICENCE", "")

# The API: requests a minute of one network without a key, and of a key that has no rate of its
# own; 0 sets no limit. What partners may propose in an hour by one key.
API_ANONYMOUS_RATE = int(os.environ.get("API_ANONYMOUS_RATE", "600"))
API_KEY_RATE = int(os.environ.get("API_KEY_RATE", "3000"))
API_SUBMISSIONS_RATE = int(os.environ.get("API_SUBMISSIONS_RATE", "60"))

# Where editors may look at drafts besides: a front that others made and that reads the API, such
# as https://front.example.org/apercu. Empty: nowhere.
HEADLESS_PREVIEW_URL = os.environ.get("HEADLESS_PREVIEW_URL", "")
WAGTAIL_HEADLESS_PREVIEW = {
    "CLIENT_URLS": {"default": HEADLESS_PREVIEW_URL},
    "ENFORCE_TRAILING_SLASH": False,
}

# Public pages load nothing from elsewhere and run no inline script; cms/core/csp.py is looser
# under /admin/.
_SELF = ("'self'",)


def _tiles(address: str) -> tuple[str, ...]:
    """The origin of the tiles, where there are any."""
    parts = urlsplit(address)
    return (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _SELF,
        "img-src": ("'self'", "data:", *_tiles(MAP_TILES)),
        "style-src": _SELF,
        "script-src": _SELF,
        "object-src": ("'none'",),
        "base-uri": _SELF,
        "form-action": _SELF,
        "frame-ancestors": _SELF,
    },
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the admin previews pages in a frame
LOGIN_URL = "wagtailadmin_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/admin/login/"

PROCRASTINATE_ON_APP_READY = None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}
