"""Records that stand for no page: for measuring exits and for testing them at any size."""

import datetime as dt
import random
import re
import uuid
from collections.abc import Iterator

from cms.catalogue import projection
from cms.catalogue.models import Record
from cms.core.records import Download, PartialDate, RecordDraft, Term, TextPart

KIND = "guide"
NAMESPACE = uuid.UUID("00000000-0000-0000-0000-00000000ca11")
WORDS = re.findall(
    r"\w+",
    """
    santé prévention territoire évaluation quartier habitants projet partenaires élus école
    alimentation sommeil écrans addictions logement précarité transports handicap culture
    soignants coordination diagnostic animation réunion mobilisation financement convention
    """,
)
THEMES = [
    Term("themes", f"theme-{number}", {"fr": f"Thème {number}", "en": f"Theme {number}"},
         ancestors=(f"branche-{number % 4}",))
    for number in range(12)
]  # fmt: skip
AUDIENCES = [Term("publics", f"public-{n}", {"fr": f"Public {n}"}) for n in range(5)]
BEGINNING = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def draft(number: int, *, edition: int = 0, size: int = 3_000) -> RecordDraft:
    """The draft of a guide, always the same for a number and an edition; about `size` bytes."""
    dice = random.Random(f"{number}.{edition}")
    title = f"{dice.choice(WORDS).capitalize()} et {dice.choice(WORDS)}, fiche {number}"
    paragraphs = []
    while sum(map(len, paragraphs)) < size - 1_400:
        words = " ".join(dice.choices(WORDS, k=60))
        paragraphs.append(f'<p>{words} <a href="/guides/fiche-{number}/">voir</a>.</p>')
    terms = dice.sample(THEMES, k=dice.randint(0, 3)) + dice.sample(AUDIENCES, dice.randint(0, 2))
    return RecordDraft(
        page_id=1_000_000 + number,
        title=title,
        url=f"/guides/fiche-{number}/",
        summary=" ".join(dice.choices(WORDS, k=25)) + f" (édition {edition})",
        published_at=BEGINNING + dt.timedelta(hours=dice.randint(0, 40_000)),
        body=[{"type": "paragraph", "value": text} for text in paragraphs],
        text=[TextPart("title", title), TextPart("body", " ".join(paragraphs))],
        terms=terms,
        authors=["Équipe documentaire"],
        date=PartialDate(dt.date(2015 + number % 10, 1, 1), "year"),
        downloads=[
            Download(
                document_id=number,
                title="La fiche à imprimer",
                url=f"/documents/{number}/fiche.pdf",
                filename="fiche.pdf",
                media_type="application/pdf",
                size=120_000,
                pages=4,
                language="fr",
                checksum="0" * 64,
            )
        ],
        licence="cc-by-4.0",
        data={"level": dice.choice(["débutant", "confirmé"])},
    )


def row(number: int, *, edition: int = 0, locale: str = "fr", size: int = 3_000) -> Record:
    """The unsaved record of that draft."""
    return projection.row(
        draft(number, edition=edition, size=size),
        kind=KIND,
        locale=locale,
        translation_key=uuid.uuid5(NAMESPACE, str(number)),
    )


def rows(count: int, *, first: int = 0, size: int = 3_000) -> Iterator[Record]:
    """Rows for `count` guides; every seventh is English."""
    for number in range(first, first + count):
        yield row(number, locale="en" if number % 7 == 6 else "fr", size=size)


def store(count: int, *, first: int = 0, size: int = 3_000) -> list[Record]:
    """Store that many records, in transactions of the usual size."""
    made = list(rows(count, first=first, size=size))
    for start in range(0, count, projection.BATCH):
        projection.store(made[start : start + projection.BATCH])
    return made


def bury(*numbers: int) -> None:
    """Turn records into tombstones. Their pages never existed, so the reason is "deleted"."""
    projection.hide([1_000_000 + number for number in numbers])
