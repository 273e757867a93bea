"""The extracts of a page of results from PostgreSQL, with marks around what was searched for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from ..analysis import folded, language
from ..extracts import Candidate, best
from ..interpretation import Interpretation
from ..query import SearchQuery
from ..result import MARK_END, MARK_START, FoundInFile, RawHit
from .postgres_words import any_of

# Tags are tokens to the parser and vanish from headlines: what looks like one goes through in
# disguise. Only the best page of a record's files is marked.
_HIDDEN = "translate({}, '<>&', U&'\\E002\\E003\\E004')"
_SHOWN = "translate({}, U&'\\E002\\E003\\E004', '<>&')"


def _headline(text: str, options: str) -> str:
    call = f"ts_headline(%(config)s::regconfig, {_HIDDEN.format(text)}, asked.query, {options})"
    return _SHOWN.format(call)


_EXTRACTS = f"""
WITH asked AS MATERIALIZED (
    SELECT to_tsquery(%(config)s::regconfig, %(asked)s) || stems.query AS query,
        to_tsquery('simple', %(asked)s) || to_tsquery(%(page_config)s::regconfig, %(asked)s)
            || stems.query AS pages
    FROM (SELECT %(stems)s::tsquery AS query) stems
)
SELECT record.uid::text,
    {_headline("record.title", "%(all)s")},
    {_headline("record.document ->> 'summary'", "%(part)s")},
    {_headline("left(record.document ->> 'body', 50000)", "%(part)s")},
    {_headline("page.text", "%(part)s")},
    page.title, page.url, page.media_type, page.number
FROM asked CROSS JOIN cms_catalogue_record record
LEFT JOIN search_entry entry ON entry.uid = record.uid
LEFT JOIN LATERAL (
    SELECT * FROM search_filepage
    WHERE entry_id = entry.id AND vector @@ asked.pages
    ORDER BY ts_rank(vector, asked.pages) DESC, number LIMIT 1
) page ON true
WHERE record.uid = ANY(%(uids)s::uuid[]) AND record.gone_at IS NULL
"""


def marked(
    query: SearchQuery, meaning: Interpretation, scores: Sequence[tuple[Any, float]]
) -> list[RawHit]:
    """The hits of a page, (uid, score) each, with marks where the search has words: in the title,
    and in the part of the text or of a file that says most. One query, none without words."""
    if not scores:
        return []
    asked = _headline_query(meaning)
    if query.bare or not asked:
        return [RawHit(UUID(uid), score=score) for uid, score in scores]
    config = language(meaning.locale).folded
    marks = f"StartSel={MARK_START}, StopSel={MARK_END}"
    with connection.cursor() as cursor:
        cursor.execute(
            _EXTRACTS,
            {
                "uids": [uid for uid, _ in scores],
                "config": config,
                "asked": asked,
                "stems": any_of(stem for found in meaning.corrections.values() for stem in found),
                "page_config": language(meaning.locale).config,
                "all": f"{marks}, HighlightAll=true",
                "part": f"{marks}, MaxWords=38, MinWords=20, ShortWord=0, MaxFragments=1",
            },
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    hits = []
    for uid, score in scores:
        title, summary, body, page, *file = found.get(uid, ("", "", "", None))
        chosen = best(
            [Candidate(summary or ""), Candidate(body or "")]
            + ([Candidate(page, FoundInFile(*file))] if page else [])
        )
        hits.append(RawHit(UUID(uid), title or "", chosen.text, chosen.file, score))
    return hits


def _headline_query(meaning: Interpretation) -> str:
    """Everything that may be marked, as OR of words and phrases."""
    phrases = [*meaning.phrases, *(p for span in meaning.named for p in span.phrases)]
    found = [folded(word.text) for word in meaning.words]
    found += [" <-> ".join(folded(word) for word in phrase.words) for phrase in phrases]
    return " | ".join(dict.fromkeys(filter(None, found)))
