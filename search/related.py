"""What is near a record: by what it is about, where it is, and its rare words.

From PostgreSQL whichever engine answers searches: descriptors, territories and organisations are
postings like words, and each counts by its rarity. Of each only the newest records are looked at,
and words of many records not at all, so that the work does not grow with the catalogue.
"""

import uuid
from collections.abc import Sequence

from django.db import connection

from cms.catalogue.models import Record
from cms.core.records import record_uid
from cms.core.vocabularies import ORGANISATION, YEAR

from .engines.postgres_index import TERM

MOST = 6
# Of the record: its terms but the year, and its heaviest words, those of the title first.
TERMS, WORDS = 40, 40
NEWEST = 200  # records looked at of each; a word that has as many is not rare
COUNTED = 2_000  # records of a term that are counted, and of the catalogue
LOOKED_AT = 100  # of the nearest, before those are left out that the page shows already
# A record about the same, or in the same place, says more than one with the same words.
TERM_WEIGHT = 2.0
LEAST_WORDS = 3  # shared words that are enough without a shared term

_SHOWN = (
    "uid", "type", "title", "url", "summary", "date", "date_precision", "thumbnail",
    "open_from", "open_until",
)  # fmt: skip

_NEAR = """
WITH own AS MATERIALIZED (
    SELECT record.uid, record.translation_key, record.terms_broader, entry.id AS entry_id,
        entry.locale
    FROM cms_catalogue_record record JOIN search_entry entry ON entry.uid = record.uid
    WHERE record.uid = %(uid)s AND record.gone_at IS NULL
), total AS MATERIALIZED (
    SELECT count(*)::float AS records FROM (
        SELECT 1 FROM search_entry JOIN own USING (locale) LIMIT %(counted)s
    ) few
), unit AS MATERIALIZED (
    (SELECT posting.word, TRUE AS term FROM own JOIN search_posting posting USING (entry_id)
     WHERE starts_with(posting.word, own.locale || %(term)s)
        AND NOT starts_with(posting.word, own.locale || %(term)s || %(year)s)
     ORDER BY posting.word LIMIT %(terms)s)
    UNION ALL
    (SELECT posting.word, FALSE FROM own JOIN search_posting posting USING (entry_id)
     WHERE NOT starts_with(posting.word, own.locale || %(term)s)
     ORDER BY posting.frequency DESC, posting.word LIMIT %(words)s)
), rare AS MATERIALIZED (
    SELECT unit.word, unit.term, ln(1 + total.records / known.records)
        * CASE WHEN unit.term THEN %(term_weight)s ELSE 1 END AS weight
    FROM total CROSS JOIN unit CROSS JOIN LATERAL (
        SELECT count(*) AS records FROM (
            SELECT 1 FROM search_posting posting WHERE posting.word = unit.word
            ORDER BY posting.entry_id DESC
            LIMIT CASE WHEN unit.term THEN %(counted)s ELSE %(newest)s END
        ) few
    ) known
    -- What half of a small catalogue has tells nothing.
    WHERE (unit.term OR known.records < %(newest)s)
        AND (total.records >= %(counted)s OR 2 * known.records < total.records + 4)
), shared AS (
    SELECT found.entry_id,
        sum(rare.weight * CASE WHEN rare.term THEN 1
            ELSE found.frequency / (found.frequency + 3) END) AS score,
        count(*) FILTER (WHERE rare.term) AS terms, count(*) AS units
    FROM rare CROSS JOIN LATERAL (
        SELECT posting.entry_id, posting.frequency FROM search_posting posting
        WHERE posting.word = rare.word ORDER BY posting.entry_id DESC LIMIT %(newest)s
    ) found
    GROUP BY found.entry_id
), nearest AS MATERIALIZED (
    SELECT entry.uid, shared.score FROM shared JOIN search_entry entry ON entry.id = entry_id
    WHERE shared.terms > 0 OR shared.units >= %(least_words)s
    ORDER BY shared.score DESC, entry.uid LIMIT %(looked_at)s
), tied AS MATERIALIZED (
    SELECT there.translation_key FROM own
    JOIN wagtailcore_page here ON here.translation_key = own.translation_key
    JOIN cms_catalogue_link link ON here.id IN (link.page_id, link.target_id)
    JOIN wagtailcore_page there ON there.id IN (link.page_id, link.target_id)
)
SELECT record.uid FROM nearest JOIN cms_catalogue_record record USING (uid) CROSS JOIN own
WHERE record.gone_at IS NULL AND record.translation_key <> own.translation_key
    AND NOT record.url = ANY(%(without)s)
    AND NOT %(organisation)s || record.uid::text = ANY(own.terms_broader)
    AND record.translation_key NOT IN (SELECT translation_key FROM tied)
ORDER BY nearest.score DESC, record.uid LIMIT %(most)s
"""


def related(
    translation_key: uuid.UUID, locale: str, *, without: Sequence[str] = ()
) -> list[Record]:
    """The records nearest to that of a page in a language, nearest first, MOST at most: never its
    own or a translation's, nor what it is tied to, nor those at the addresses `without`. Two
    queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR,
            {
                "uid": record_uid(translation_key, locale),
                "term": f":{TERM}",
                "year": f"{YEAR}:",
                "organisation": f"{ORGANISATION}:",
                "terms": TERMS,
                "words": WORDS,
                "newest": NEWEST,
                "counted": COUNTED,
                "term_weight": TERM_WEIGHT,
                "least_words": LEAST_WORDS,
                "without": list(without),
                "most": MOST,
                "looked_at": LOOKED_AT,
            },
        )
        uids = [uid for (uid,) in cursor.fetchall()]
    found = Record.objects.only(*_SHOWN).in_bulk(uids)
    return [found[uid] for uid in uids if uid in found]
