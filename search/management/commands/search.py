"""`manage.py search rebuild|check|evaluate`: the indexes anew, compared, or measured."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from cms.catalogue.models import Record
from search import checking, evaluation, semantic, sync
from search.engines.base import EngineError


def _weights(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


class Command(BaseCommand):
    help = "Makes the search indexes anew, compares them with the catalogue, or measures them."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("rebuild", help="Make every index anew while the old ones answer.")
        actions.add_parser("check", help="List what differs from the catalogue; 1 if anything.")
        measure = actions.add_parser("evaluate", help="Measure the answers on a folder.")
        measure.add_argument("folder", type=Path)
        measure.add_argument(
            "--weights",
            type=_weights,
            default=[settings.SEARCH_SEMANTIC],
            help="Weights of the semantic complement, such as 0.2,0.4; else SEARCH_SEMANTIC.",
        )
        measure.add_argument("--json", action="store_true", help="Figures for programs.")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        # Django calls a command's own `check` for its system checks.
        {"rebuild": self._rebuild_all, "check": self._compare, "evaluate": self._evaluate}[action](
            options
        )

    def _rebuild_all(self, options: dict[str, Any]) -> None:
        self._rebuild("PostgreSQL", Record.objects.count(), sync.rebuild_postgres)
        if not connection.in_atomic_block:
            # What the indexes hold is then read without the rows.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE) search_posting, search_entry")
        sync.heal_vectors()
        if semantic.on():
            total = Record.objects.count()
            self._rebuild(
                "PostgreSQL, vectors", total, lambda progress: sync.follow_vectors(progress.read)
            )
        if not settings.ELASTICSEARCH_URL:
            return
        for locale in sync.locales():
            total = Record.objects.filter(locale=locale).count()
            self._rebuild(
                f"Elasticsearch, {locale}",
                total,
                lambda progress, locale=locale: sync.rebuild_elasticsearch(locale, progress),
            )

    def _rebuild(self, name: str, total: int, rebuild: Any) -> None:
        try:
            with tqdm(total=total, unit=" records", desc=name) as bar:

                def resumed(done: int) -> None:
                    # What is done already says nothing of the time that is left.
                    bar.initial = bar.n = done
                    bar.refresh()

                rebuild(sync.Progress(read=bar.update, resumed=resumed))
        except EngineError as error:
            raise CommandError(f"{name} does not answer: {error}") from error

    def _compare(self, options: dict[str, Any]) -> None:
        number = 0
        for problem in checking.problems(elasticsearch=bool(settings.ELASTICSEARCH_URL)):
            number += 1
            self.stdout.write(f"{problem.index}: {problem.what} {problem.uid}".rstrip())
        if number:
            raise CommandError(
                f"{number} differences. The worker repairs them within a minute;"
                " `search rebuild` does it now."
            )
        self.stdout.write(self.style.SUCCESS("Every index says what the catalogue says."))

    def _evaluate(self, options: dict[str, Any]) -> None:
        folder: Path = options["folder"]
        if any(options["weights"]) and not semantic.installed():
            raise CommandError("Weights need the package: pip install relais[semantic]")
        bars: dict[str, tqdm[Any]] = {}

        def progress(name: str, done: int, total: int) -> None:
            bar = bars.get(name)
            if bar is None or done < bar.n:
                if bar is not None:
                    bar.close()
                bar = bars[name] = tqdm(total=total, desc=name, unit="")
            bar.update(done - bar.n)
            if done == total:
                bar.close()

        try:
            found = evaluation.evaluate(folder, progress, options["weights"])
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{folder} cannot be read as an evaluation: {error!r}") from error
        except EngineError as error:
            raise CommandError(f"An engine does not answer: {error}") from error
        if options["json"]:
            figures = {
                engine: {name: asdict(one) for name, one in sets.items()}
                for engine, sets in found.items()
            }
            self.stdout.write(json.dumps(figures))
        else:
            self.stdout.write(evaluation.table(found))
