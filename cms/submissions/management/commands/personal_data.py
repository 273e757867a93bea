"""`manage.py personal_data export|erase EMAIL`: one person's data, in every room."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.submissions import personal


class Command(BaseCommand):
    help = "Say, as JSON, or erase what is kept of the person with this e-mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("export", "erase"))
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "export":
            self.stdout.write(personal.as_json(options["email"]))
            return
        for name, number in personal.erase(options["email"]).items():
            self.stdout.write(f"{name} : {number}")
