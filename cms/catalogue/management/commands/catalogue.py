"""`manage.py catalogue check|rebuild|flush`: is the catalogue right, and make it right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.catalogue import checking, touches
from cms.catalogue.signals import catalogue_changed


class Command(BaseCommand):
    help = "Compares the catalogue with the pages (check) or makes every record anew (rebuild)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("check", "rebuild", "flush"))

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        {"check": self._check, "rebuild": self._rebuild, "flush": self._flush}[action]()

    def _flush(self) -> None:
        done = touches.flush().done
        self._announce(done.written, done.retired)

    def _check(self) -> None:
        problems = checking.problems()
        for problem in problems:
            self.stdout.write(f"{problem.page_id}: {problem.what}")
        if problems:
            raise CommandError(
                f"{len(problems)} records differ from their pages: run `catalogue rebuild`."
            )
        self.stdout.write(self.style.SUCCESS("The catalogue says what the pages say."))

    def _rebuild(self) -> None:
        written = retired = 0
        batches = checking.rebuild()
        total = next(batches)
        with tqdm(total=total, unit=" pages", desc="Projecting") as bar:
            for size, done in batches:
                written, retired = written + done.written, retired + done.retired
                bar.update(size)
        self._announce(written, retired)

    def _announce(self, written: int, retired: int) -> None:
        if written or retired:
            catalogue_changed.send(sender=None)
        self.stdout.write(f"{written} records written, {retired} retired.")
