"""The hits of a page, checked against the catalogue: what is gone is not shown."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cms.core.postgresql.reading import all_rows
from cms.core.records import RecordType, record_types
from cms.core.vocabularies import TERRITORY, Scheme, values
from knowledge.base.periods import period_text

from .analysis import composed, label_key, word_key
from .interpretation import Interpretation
from .nearby import AWAY, parameters
from .query import Near
from .result import MARK_END, MARK_START, Hit, RawHit, marked, unmarked

MAX_PLACES = 2  # territories shown of a result
_WORD = re.compile(r"\w{3,}")
_RECORDS = f"""
    SELECT uid, type, title, summary, url, date, published_at,
        date_precision, labels, thumbnail,
        (SELECT min(greatest(occurrence.start, now())) FROM cms_catalogue_occurrence occurrence
            WHERE occurrence.record_id = uid AND occurrence."end" >= now()
                AND occurrence.status <> 'cancelled'),
        CASE WHEN %(radius)s::float IS NOT NULL THEN {AWAY} END,
        CASE WHEN %(whole)s OR type = ANY(%(actors)s::text[]) THEN json END,
        array(SELECT term FROM unnest(terms) WITH ORDINALITY AS own(term, place)
            WHERE starts_with(term, 'territory:') ORDER BY place LIMIT %(places)s)
    FROM cms_catalogue_record record WHERE uid = ANY(%(uids)s) AND gone_at IS NULL
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


def hits(
    found: Sequence[RawHit],
    meaning: Interpretation,
    near: Near | None = None,
    *,
    whole: bool = False,
) -> list[Hit]:
    """The engine's hits with what the records say now, all of it where `whole`. Two queries, none
    without hits."""
    if not found:
        return []
    types = record_types()
    asked = {
        "places": MAX_PLACES,
        "uids": [hit.uid for hit in found],
        "actors": [name for name, kind in types.items() if kind.actor],
        "whole": whole,
        **parameters(near),
    }
    rows = all_rows(_RECORDS, asked)
    places = _places([term for row in rows for term in row[-1]], meaning.locale)
    records = {
        row[0]: (*row[1:-1], [places[term] for term in row[-1] if term in places]) for row in rows
    }
    mark = LabelMarker(meaning)
    return [_hit(mark, hit, types, *records[hit.uid]) for hit in found if hit.uid in records]


def _places(terms: Sequence[str], locale: str) -> dict[str, str]:
    """The names of territories. One query, none without any."""
    if not terms:
        return {}
    scheme = Scheme(TERRITORY, "", TERRITORY)
    names = values(scheme, {term.partition(":")[2] for term in terms}, locale)
    return {f"{TERRITORY}:{one}": value.label for one, value in names.items()}


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
    next_date: dt.datetime | None,
    distance: float | None,
    answer: str | None,
    places: list[str],
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
        next_date=next_date,
        places=places,
        distance=round(distance) if distance is not None else None,
        period=_period(answer) if answer and known and known.covers else "",
        contact=_contact(answer) if answer and known and known.actor else {},
        answer=answer or "",
    )


def _contact(answer: str) -> dict[str, str]:
    return json.loads(answer, strict=False)["data"].get("contact") or {}


def _period(answer: str) -> str:
    period = json.loads(answer, strict=False)["data"].get("period") or {}
    return period_text(period.get("start") or "", period.get("end") or "")


def _plain(text: str) -> SafeString:
    return mark_safe(escape(text))  # noqa: S308 - escaped
