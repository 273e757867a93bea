"""`manage.py load_corpus PATH` or `--synthetic N`: thousands of pages, to look at and to measure
with."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Exists, OuterRef
from tqdm import tqdm
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Record, Touch
from cms.catalogue.signals import catalogue_changed
from knowledge.demo.synthetic.writing import Writer
from knowledge.guides.corpus import reading, vocabulary, writing

BATCH = 200
STEP = 10  # batches of the catalogue between two looks at the bar: each look costs queries
SYNTHETIC_BATCH = 1000
MOST = 1_000_000


class Command(BaseCommand):
    help = (
        "Loads the guides of a folder that holds docs.jsonl.gz (id, title, text, description,"
        " themes, audiences, date), or makes up pages of every type (--synthetic 20000). Can be"
        " stopped and run again: what is there stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help="the folder of the corpus")
        parser.add_argument(
            "--synthetic", type=int, metavar="N", help="make up N pages of all types instead"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="of the made-up pages: the same makes the same"
        )

    def handle(
        self, *args: Any, path: Path | None, synthetic: int | None, seed: int, **options: Any
    ) -> None:
        if (path is None) == (synthetic is None):
            raise CommandError("Give either the folder of a corpus or --synthetic N.")
        if path is not None:
            self._load(path)
        elif synthetic is not None:
            if not 0 < synthetic <= MOST:
                raise CommandError(f"--synthetic takes a number from 1 to {MOST}.")
            self._make_up(synthetic, seed)

    def _load(self, path: Path) -> None:
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

    def _make_up(self, count: int, seed: int) -> None:
        writer = Writer(seed)
        fresh = writer.missing(count)
        begin, made = perf_counter(), 0
        with tqdm(total=len(fresh), unit=" pages", desc="Writing") as bar:
            for start in range(0, len(fresh), SYNTHETIC_BATCH):
                batch = fresh[start : start + SYNTHETIC_BATCH]
                made += writer.write(batch)
                bar.update(len(batch))
        seconds = perf_counter() - begin
        self._project()
        self.stdout.write(
            f"{made} pages of {len(writer.models)} types written in {seconds:.0f} s,"
            f" {count - len(fresh)} were there already."
        )
        for name, number in sorted(writer.skipped.items()):
            self.stderr.write(f"{number} pages not made: nothing to put into {name}.")
        self._warn_of_missing_records(writer, count)

    def _warn_of_missing_records(self, writer: Writer, count: int) -> None:
        """A page whose type cannot describe what was made up has no record: worth knowing."""
        keys: Sequence[Any] = [writer.key(number) for number in range(count)]
        there = Record.objects.filter(page_id=OuterRef("pk"), gone_at__isnull=True)
        pages = Page.objects.filter(translation_key__in=keys)
        if silent := pages.filter(~Exists(there)).count():
            self.stderr.write(f"{silent} pages have no record: see the log.")

    def _project(self) -> None:
        """Bring the catalogue up to date, a step at a time, also after an interrupted run."""
        begin, written, waiting = perf_counter(), 0, _waiting()
        with tqdm(total=waiting, unit=" pages", desc="Projecting") as bar:
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
