"""`manage.py load_corpus PATH`: thousands of real guides, to look at and to measure with."""

from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cms.catalogue import touches
from cms.catalogue.models import Touch
from cms.catalogue.signals import catalogue_changed
from knowledge.guides.corpus import reading, vocabulary, writing

BATCH = 200
STEP = 10  # batches of the catalogue between two looks at the bar: each look costs queries


class Command(BaseCommand):
    help = (
        "Loads the guides of a folder that holds docs.jsonl.gz (id, title, text, description,"
        " themes, audiences, date). Can be stopped and run again: what is there stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the folder of the corpus")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            docs = reading.read(path)
        except reading.CorpusError as error:
            raise CommandError(str(error)) from error
        if not docs:
            raise CommandError(f"{path} holds no guide.")
        shelf = writing.section()
        fresh = writing.missing(docs)
        concepts = vocabulary.concepts(fresh)
        self._write(fresh, shelf, concepts)
        self._project()
        self.stdout.write(
            f"{len(fresh)} guides loaded, {len(docs) - len(fresh)} were there already."
        )

    def _write(self, docs: list[reading.Doc], shelf: Any, concepts: Any) -> None:
        with tqdm(total=len(docs), unit=" guides", desc="Loading") as bar:
            for start in range(0, len(docs), BATCH):
                batch = docs[start : start + BATCH]
                writing.write(batch, shelf, concepts)
                bar.update(len(batch))

    def _project(self) -> None:
        """Bring the catalogue up to date, a step at a time, also after an interrupted run."""
        begin, written, waiting = perf_counter(), 0, _waiting()
        with tqdm(total=waiting, unit=" guides", desc="Projecting") as bar:
            while True:
                flushed = touches.flush(batches=STEP)
                written += flushed.done.written
                bar.update(waiting - _waiting() - bar.n)
                if not flushed.left:
                    break
        if written:
            catalogue_changed.send(sender=None)
            rate = written / (perf_counter() - begin)
            self.stdout.write(f"{written} records written, {rate:.0f} a second.")


def _waiting() -> int:
    """Pages that the catalogue has still to look at."""
    return Touch.objects.filter(kind="page").values("object_id").distinct().count()
