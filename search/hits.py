"""The hits of a page, checked against the catalogue: what is gone is not shown."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from django.db import connection
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.core.records import RecordType, record_types

from .analysis import composed, label_key, word_key
from .interpretation import Interpretation
from .result import MARK_END, MARK_START, Hit, RawHit, marked, unmarked

_WORD = re.compile(r"\w{3,}")
_RECORDS = """
    SELECT uid, type, title, summary, url, date, published_at,
        date_precision, labels, thumbnail
    FROM cms_catalogue_record WHERE uid = ANY(%s) AND gone_at IS NULL
"""


class LabelMarker:
    """Marks in a record's descriptors what the query asks for: "CLS" is found by "Contrat local
    de santé", which the text of the record may not say at all."""

    def __init__(self, meaning: Interpretation) -> None:
        labels = [label for span in meaning.named for label in (span.label, *span.others)]
        self.named = {label_key(label) for label in labels}
        self.words = {word_key(word.text) for word in meaning.words if not word.optional}

    def first(self, labels: Sequence[str]) -> list[SafeString]:
        """The labels as HTML, those found first."""
        shown = [self._marked(label) for label in labels]
        return [marked(text) for text in sorted(shown, key=lambda text: MARK_START not in text)]

    def _marked(self, label: str) -> str:
        if label_key(label) in self.named:
            return f"{MARK_START}{label}{MARK_END}"
        return _WORD.sub(
            lambda word: (
                f"{MARK_START}{word[0]}{MARK_END}" if word_key(word[0]) in self.words else word[0]
            ),
            composed(label),
        )


def hits(found: Sequence[RawHit], meaning: Interpretation) -> list[Hit]:
    """The engine's hits with what the records say now. One query, none without hits."""
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [[hit.uid for hit in found]])
        records = {row[0]: row[1:] for row in cursor.fetchall()}
    mark, types = LabelMarker(meaning), record_types()
    return [_hit(mark, hit, types, *records[hit.uid]) for hit in found if hit.uid in records]


def _hit(
    mark: LabelMarker,
    hit: RawHit,
    types: Mapping[str, RecordType],
    kind: str,
    title: str,
    summary: str,
    url: str,
    date: dt.date | None,
    published_at: dt.datetime | None,
    date_precision: str,
    labels: list[str],
    thumbnail: str,
) -> Hit:
    known = types.get(kind)
    # The engine may be a minute behind: a title that changed is shown without marks.
    same = unmarked(hit.title) == composed(title)
    return Hit(
        uid=hit.uid,
        type=kind,
        type_label=str(known.label) if known else kind,
        title=title,
        title_html=marked(hit.title) if same else _plain(title),
        extract_html=marked(hit.extract),
        summary=summary,
        url=url,
        date=date or (timezone.localdate(published_at) if published_at else None),
        labels=mark.first(labels),
        thumbnail=thumbnail,
        where=hit.file,
        score=hit.score,
        date_precision=date_precision or "day",
    )


def _plain(text: str) -> SafeString:
    return mark_safe(escape(text))  # noqa: S308 - escaped
