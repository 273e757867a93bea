"""`manage.py export_openapi`: write the API's contract where the code keeps it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.api import openapi


class Command(BaseCommand):
    help = "Writes cms/api/openapi.json from the code; with --check only says whether it differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        made = openapi.text()
        same = openapi.FILE.exists() and openapi.FILE.read_text(encoding="utf-8") == made
        if check and not same:
            raise CommandError(
                f"{openapi.FILE.name} is not what the code says: run without --check."
            )
        if not same:
            openapi.FILE.write_text(made, encoding="utf-8")
        self.stdout.write("Unchanged." if same else f"Written: {openapi.FILE.name}")
