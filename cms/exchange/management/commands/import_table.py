"""`manage.py import_table FILE`: what a corrected export would change, and changing it."""

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.catalogue.middleware import follow
from cms.exchange import importing


class Command(BaseCommand):
    help = (
        "Reads a CSV or XLSX file that /notices.csv or /notices.xlsx gave and that was corrected"
        " since: title, summary, licence, descriptors. Says what would change; with --apply, makes"
        " drafts of the pages; with --publish too, publishes them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="write the changes, as drafts")
        parser.add_argument("--publish", action="store_true", help="with --apply: publish them")
        parser.add_argument("--user", help="whose changes they are: a user name")

    def handle(
        self, *args: Any, file: Path, apply: bool, publish: bool, user: str | None, **options: Any
    ) -> None:
        if publish and not apply:
            raise CommandError("--publish needs --apply.")
        author = get_user_model().objects.filter(username=user).first() if user else None
        if user and author is None:
            raise CommandError(f"No user is called {user}.")
        try:
            report = importing.compare(file)
        except importing.UnreadableError as error:
            raise CommandError(str(error)) from error
        for change in report.changes:
            for name, text in change.after.items():
                self.stdout.write(f"line {change.line}, {name}: {change.before[name]} → {text}")
        done = importing.apply(report, publish=publish, user=author) if apply else 0
        if done:
            follow()
        for line, why in report.refused:
            self.stderr.write(f"line {line}: {why}")
        self.stdout.write(
            f"{report.read} lines read, {len(report.changes)} changed, {done} written,"
            f" {len(report.refused)} refused."
        )
        if report.refused:
            raise CommandError("Some lines were refused.")
