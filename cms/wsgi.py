"""The door of the web server."""

import os
import sys
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.local")

if not os.environ.get("DATABASE_URL"):
    from deploy.local.errors import ServiceError
    from deploy.local.postgres import ensure_running

    try:
        ensure_running(Path(__file__).resolve().parent.parent)
    except ServiceError as error:
        sys.exit(str(error))

application = get_wsgi_application()
