"""`manage.py purge_personal_data`: old versions forget what may not be published today."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knowledge.directory.purging import pages, purge


class Command(BaseCommand):
    help = (
        "Take the e-mails and telephone numbers that may not be published today out of the old"
        " versions of people's pages."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--person", default="", metavar="SLUG", help="Only this person.")
        parser.add_argument("--dry-run", action="store_true", help="Say, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(pages(options["person"]))
        if options["person"] and not found:
            raise CommandError(_("Nobody has the address “%s”.") % options["person"])
        write = not options["dry_run"]
        done = [one for page in found if (one := purge(page, write=write))]
        for one in done:
            names = ", ".join(sorted(one.fields))
            self.stdout.write(f"{one.title} : {names} ({one.versions} + {one.entries})")
        if not done:
            self.stdout.write(_("Nothing to purge."))
            return
        said = ngettext("%(n)d person purged.", "%(n)d people purged.", len(done)) % {
            "n": len(done)
        }
        self.stdout.write(said if write else f"{said} {_('(Dry run: nothing was changed.)')}")
