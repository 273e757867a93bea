#!/usr/bin/env python
"""Django's commands. Those that need a database start the embedded one first."""

import os
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent

# Commands that only read code; everything else gets a database.
WITHOUT_DATABASE = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "makemigrations", "version", "--help", "--version",
}  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.local")
    from django.core.management import execute_from_command_line

    if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE and "--help" not in sys.argv:
        from deploy.local.errors import ServiceError
        from deploy.local.postgres import ensure_running

        try:
            ensure_running(BASE_DIR)
        except ServiceError as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
