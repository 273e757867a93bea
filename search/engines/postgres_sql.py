"""The statements of the PostgreSQL engine. Every value is a parameter."""

from ..nearby import AWAY, NEARBY
from ..semantic import CANDIDATES

# Words -> their stems, as written and without accents; the lexemes of a word that is only a
# stop word are none.
STEMS = """
    SELECT word, array(
        SELECT unaccent(lexeme) FROM unnest(to_tsvector(%s::regconfig, word))
        UNION
        SELECT lexeme FROM unnest(to_tsvector(%s::regconfig, unaccent(word)))
    ) FROM unnest(%s::text[]) word
"""

# (word, stem, similar stem that records have), for words none of whose stems any record has.
SPELLING = """
    WITH asked AS (
        SELECT word, stem FROM unnest(%s::text[], %s::text[]) AS asked(word, stem)
    ), missing AS (
        SELECT word, min(stem) AS stem FROM asked GROUP BY word
        HAVING NOT bool_or(EXISTS (
            SELECT 1 FROM search_posting
            WHERE search_posting.word IN (%s || ':' || asked.stem, %s || ':~' || asked.stem)))
    )
    SELECT missing.word, missing.stem, near.text
    FROM missing CROSS JOIN LATERAL (
        SELECT known.text FROM search_stem known
        WHERE known.locale = %s AND known.text %% missing.stem
            AND left(known.text, 1) = left(missing.stem, 1)
            AND abs(length(known.text) - length(missing.stem)) <= 2
            AND EXISTS (SELECT 1 FROM search_posting
                        WHERE search_posting.word = %s || ':' || known.text)
        ORDER BY similarity(known.text, missing.stem) DESC LIMIT 20
    ) near
"""

# (word, form, stem, prefix) of the postings that records have, for other forms of words.
FORMS = """
    WITH stemmed AS MATERIALIZED (
        SELECT asked.word, asked.form, stem.text
        FROM unnest(%s::text[], %s::text[]) AS asked(word, form)
        CROSS JOIN LATERAL (
            SELECT unaccent(lexeme) AS text FROM unnest(to_tsvector(%s::regconfig, asked.form))
            UNION
            SELECT lexeme FROM unnest(to_tsvector(%s::regconfig, unaccent(asked.form)))
        ) stem
    )
    SELECT word, form, text, prefix
    FROM stemmed CROSS JOIN unnest(%s::text[]) AS prefix
    CROSS JOIN LATERAL (  -- a limit, so that each is looked up in the index
        SELECT FROM search_posting
        WHERE search_posting.word = %s || ':' || prefix || stemmed.text LIMIT 1
    ) posting
"""

# Whether one text has two words side by side, the second by its beginning.
BESIDE = """
    SELECT asked.pair FROM unnest(%s::text[], %s::text[]) AS asked(pair, query)
    WHERE EXISTS (SELECT 1 FROM search_entry entry
        WHERE entry.locale = %s AND entry.vector @@ asked.query::tsquery)
"""

# BM25 with k1 1.2 and b 0.75 over frequencies that already weigh the fields.
_BM25 = """
    ln(1 + (total.records - found.records + 0.5) / (found.records + 0.5))
        * found.frequency * 2.2
        / (found.frequency + 1.2 * (0.25 + 0.75 * entry.length / total.length))
"""

# Of how many of the best the titles are looked at.
LOOKED_AT = 400

# The best by their words, ordered anew by what they mean; a record without vector keeps its score.
_BY_WORDS = "shown AS (SELECT * FROM ranked)"
_BY_MEANING = f"""
near AS MATERIALIZED (
    SELECT first.uid, 1 + %(weight)s * greatest(0, 1 - (own.vector <=> %(vector)s::halfvec)) AS gain
    FROM (SELECT uid FROM ranked ORDER BY score DESC, uid LIMIT {CANDIDATES}) first
    JOIN search_vector own USING (uid)
), shown AS (
    SELECT ranked.uid, ranked.type, ranked.title_key, ranked.coming, ranked.away,
        ranked.published_at, ranked.score * coalesce(near.gain, 1) AS score
    FROM ranked LEFT JOIN near USING (uid)
)
"""

_FOUND = f"""
WITH total AS MATERIALIZED (
    SELECT greatest(count(*), 1)::float AS records,
        coalesce(nullif(avg(length), 0), 1) AS length
    FROM search_entry WHERE locale = %(locale)s
), term AS (
    SELECT * FROM unnest(%(units)s::int[], %(words)s::text[], %(boosts)s::float[])
        AS term(unit, word, boost)
), phrase AS (
    SELECT * FROM unnest(%(phrase_units)s::int[], %(phrases)s::text[], %(phrase_boosts)s::float[])
        AS phrase(unit, text, boost)
), found AS MATERIALIZED (
    SELECT term.unit, term.boost, posting.entry_id, posting.frequency,
        count(*) OVER (PARTITION BY posting.word, term.unit) AS records
    FROM term JOIN search_posting posting ON posting.word = term.word
    UNION ALL
    SELECT unit, boost, entry_id, frequency, count(*) OVER (PARTITION BY text, unit)
    FROM (
        SELECT phrase.unit, phrase.boost, phrase.text, entry.id AS entry_id, 2.0 AS frequency
        FROM phrase JOIN search_entry entry
            ON entry.vector @@ phrase.text::tsquery AND entry.locale = %(locale)s
        UNION
        SELECT phrase.unit, phrase.boost, phrase.text, page.entry_id, 0.3
        FROM phrase JOIN search_filepage page ON page.vector @@ phrase.text::tsquery
    ) phrased
), had AS (
    SELECT found.entry_id, found.unit, max(found.boost * {_BM25}) AS score
    FROM found CROSS JOIN total JOIN search_entry entry ON entry.id = found.entry_id
    WHERE entry.locale = %(locale)s
    GROUP BY found.entry_id, found.unit
), spanned AS (
    SELECT DISTINCT had.entry_id, span.unit
    FROM unnest(%(span_units)s::int[], %(span_words)s::int[], %(span_sizes)s::int[])
        AS span(unit, word, size)
    JOIN had ON had.unit = span.word
    GROUP BY had.entry_id, span.unit, span.size HAVING count(DISTINCT span.word) = span.size
), counted AS (
    SELECT entry_id, count(DISTINCT unit) AS units FROM (
        SELECT entry_id, unit FROM had UNION ALL SELECT entry_id, unit FROM spanned
    ) every WHERE unit = ANY(%(needed)s::int[]) GROUP BY entry_id
), scored AS (
    SELECT entry_id, sum(score + coalesce(bonus, 0)) AS score
    FROM had LEFT JOIN unnest(%(named_units)s::int[], %(bonuses)s::float[])
        AS named(unit, bonus) USING (unit)
    GROUP BY entry_id
), called AS MATERIALIZED (
    SELECT entry_id FROM search_posting WHERE word = %(name)s
), matched AS (
    SELECT entry.id, entry.uid, entry.title_key, coalesce(scored.score, 0)
        + CASE WHEN %(asks)s AND entry.title_key = %(title)s OR called.entry_id IS NOT NULL
            THEN %(pasted)s ELSE 0 END
        AS score
    FROM search_entry entry
    LEFT JOIN scored ON scored.entry_id = entry.id
    LEFT JOIN counted ON counted.entry_id = entry.id
    LEFT JOIN called ON called.entry_id = entry.id
    WHERE entry.locale = %(locale)s AND (
        coalesce(counted.units, 0) >= %(least)s
        AND NOT EXISTS (
            SELECT 1 FROM unnest(%(must)s::text[]) quoted
            WHERE NOT entry.vector @@ quoted::tsquery AND NOT EXISTS (
                SELECT 1 FROM search_filepage page
                WHERE page.entry_id = entry.id AND page.vector @@ quoted::tsquery))
        AND NOT EXISTS (
            SELECT 1 FROM unnest(%(must_not)s::text[]) quoted
            WHERE entry.vector @@ quoted::tsquery OR EXISTS (
                SELECT 1 FROM search_filepage page
                WHERE page.entry_id = entry.id AND page.vector @@ quoted::tsquery))
        OR %(asks)s AND entry.title_key = %(title)s
        OR called.entry_id IS NOT NULL
    )
), base AS MATERIALIZED (
    SELECT matched.uid, record.type, record.terms_broader, record.published_at,
        record.title_key,
        matched.score, matched.title_key AS words,
        CASE WHEN %(order)s = 'nearest' THEN {AWAY} END AS away,
        coalesce(record.open_until >= now(), FALSE) AS open,
        CASE WHEN %(order)s = 'next' THEN least(
            (SELECT min(occurrence.start) FROM cms_catalogue_occurrence occurrence
                WHERE occurrence.record_id = record.uid AND occurrence."end" >= now()
                    AND occurrence.status <> 'cancelled'),
            CASE WHEN record.open_until >= now() THEN record.open_until END) END AS coming,
        (cardinality(%(types)s::text[]) = 0 OR record.type = ANY(%(types)s::text[])) AS in_types,
        (SELECT count(*) FROM unnest(%(concepts)s::text[]) ticked
            WHERE NOT record.terms_broader && string_to_array(ticked, E'\\n')) AS missed,
        array(SELECT scheme
            FROM unnest(%(schemes)s::text[], %(concepts)s::text[]) AS ticked(scheme, ids)
            WHERE NOT record.terms_broader && string_to_array(ids, E'\\n')) AS missed_schemes
    FROM matched JOIN cms_catalogue_record record ON record.uid = matched.uid
    WHERE record.gone_at IS NULL AND (%(radius)s::float IS NULL OR {NEARBY})
), kept AS (
    SELECT * FROM base WHERE open OR NOT %(open_only)s
), best AS MATERIALIZED (
    SELECT uid, type, words FROM kept WHERE in_types AND missed = 0
    ORDER BY score DESC, uid
    LIMIT CASE WHEN %(order)s = 'relevance' AND %(title_queries)s::text[] <> '{{}}'
        THEN {LOOKED_AT} ELSE 0 END
), titled AS (
    SELECT best.uid, (
        SELECT sum(asked.weight)
        FROM unnest(%(title_queries)s::text[], %(title_weights)s::float[],
            %(title_references)s::bool[]) AS asked(query, weight, reference)
        WHERE (NOT asked.reference OR best.type = ANY(%(references)s::text[]))
            AND written.words @@ asked.query::tsquery
    ) AS bonus
    FROM best CROSS JOIN LATERAL (
        SELECT to_tsvector('simple', best.words) || to_tsvector(%(config)s::regconfig, best.words)
            AS words OFFSET 0
    ) written
), ranked AS (
    SELECT kept.uid, kept.type, kept.title_key, kept.coming, kept.away, kept.published_at,
        kept.score + coalesce(titled.bonus, 0) AS score
    FROM kept LEFT JOIN titled USING (uid) WHERE kept.in_types AND kept.missed = 0
), {{shown}}
SELECT 'total', '', count(*)::float FROM kept WHERE in_types AND missed = 0
UNION ALL
SELECT 'type', type, count(*) FROM kept WHERE missed = 0 GROUP BY type
UNION ALL
SELECT 'a-venir', '1', count(*) FROM base WHERE in_types AND missed = 0 AND open
UNION ALL
SELECT 'concept', concept, count(*)
FROM kept, unnest(terms_broader) concept WHERE in_types AND missed = 0 GROUP BY concept
UNION ALL
SELECT 'concept:' || scheme, concept, count(*)
FROM kept, unnest(%(schemes)s::text[]) scheme, unnest(terms_broader) concept
WHERE in_types AND starts_with(concept, scheme || ':')
    AND (missed = 0 OR missed_schemes = ARRAY[scheme])
GROUP BY scheme, concept
UNION ALL
"""
_ORDER = """
        CASE WHEN %(order)s = 'relevance' THEN score END DESC,
        CASE WHEN %(order)s = 'title' THEN title_key END,
        coming,
        away,
        published_at DESC NULLS LAST, uid
"""

_PAGE = f"""
SELECT * FROM (
    SELECT 'hit', uid::text, score FROM shown
    ORDER BY {_ORDER}
    LIMIT %(limit)s OFFSET %(offset)s
) page
"""
SEARCH = _FOUND.replace("{shown}", _BY_WORDS) + _PAGE
# The same with the semantic complement.
MEANT = _FOUND.replace("{shown}", _BY_MEANING) + _PAGE

# The first few of each type; the type with the best one first, then that with the most.
GROUPED = f"""{_FOUND.replace("{shown}", _BY_WORDS)}
SELECT * FROM (
    SELECT 'hit', uid::text, score FROM (
        SELECT shown.*, row_number() OVER (PARTITION BY type ORDER BY {_ORDER}) AS place,
            max(score) OVER (PARTITION BY type) AS best, count(*) OVER (PARTITION BY type) AS size
        FROM shown
    ) ranked
    WHERE place <= %(group)s ORDER BY best DESC, size DESC, type, place
) page
"""

# Tags are tokens to the parser and vanish from headlines: what looks like one goes through in
# disguise. Only the best page of a record's files is marked.
_HIDDEN = "translate({}, '<>&', U&'\\E002\\E003\\E004')"
_SHOWN = "translate({}, U&'\\E002\\E003\\E004', '<>&')"


def _headline(text: str, options: str) -> str:
    call = f"ts_headline(%(config)s::regconfig, {_HIDDEN.format(text)}, asked.query, {options})"
    return _SHOWN.format(call)


EXTRACTS = f"""
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
