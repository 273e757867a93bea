"""The door of the web server."""

import os
import sys
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.local")

if not os.environ.get("DATABASE_URL"):
    from deploy.local.errors import ServiceError
    from deploy.local.postgres import ensure_running

    try:
        ensure_running(Path(__file__).resolve().parent.parent)
    except ServiceError as error:
        sys.exit(str(error))

application = get_wsgi_application()

# What addresses lead to is loaded before the first visitor asks: half a second that one would wait.
resolve("/")
