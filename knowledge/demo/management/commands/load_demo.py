"""`manage.py load_demo`: the fictional centre's content, once."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.catalogue import touches
from cms.catalogue.signals import catalogue_changed
from knowledge.demo import accounts, loader


class Command(BaseCommand):
    help = "Loads the demo centre: pages, vocabulary, pictures, files, accounts. Runs once."

    def handle(self, *args: Any, **options: Any) -> None:
        home = loader.existing_home()
        if home is None:
            home = loader.load(say=self.stdout.write)
        accounts.create(home)
        loader.name_site()
        touches.flush()
        catalogue_changed.send(sender=None)
