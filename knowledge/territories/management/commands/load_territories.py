"""`manage.py load_territories`: stores the official territories that the app carries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.catalogue import touches
from knowledge.territories.loading import load, official


class Command(BaseCommand):
    help = (
        "Stores the regions, departments, EPCI and communes of France. Run again, it writes only"
        " what differs; free territories and what documentalists added are left as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--region",
            action="append",
            metavar="CODE",
            help="only this region, or overseas collectivity, such as 24 (may be repeated)",
        )

    def handle(self, *args: Any, region: list[str] | None, **options: Any) -> None:
        found = official()
        if region:
            known = {code for row in found.values() for code in row.regions}
            if unknown := sorted(set(region) - known):
                raise CommandError(
                    f"No region {', '.join(unknown)}. Codes: {', '.join(sorted(known))}."
                )
            found = {slug: row for slug, row in found.items() if row.regions & set(region)}
        quiet = options["verbosity"] == 0
        with tqdm(
            total=len(found), unit=" territories", desc="Loading", disable=quiet or None
        ) as bar:
            done = load(list(found.values()), bar.update)
        touches.flush()
        if not quiet:
            self.stdout.write(
                f"{len(found)} territories: {done.created} new, {done.changed} changed;"
                f" {done.linked} inclusions new, {done.unlinked} ended."
            )
