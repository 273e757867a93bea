"""The statements of the PostgreSQL engine. Every value that somebody typed is a parameter."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..nearby import AWAY, NEARBY
from ..semantic import CANDIDATES

# Words of languages -> their stems, as written, without accents, and with that of a participle
# typed without ("commentee"); the lexemes of a word that is only a stop word are none.
STEMS = """
    SELECT locale, word, array(
        SELECT unaccent(lexeme) FROM unnest(to_tsvector(config::regconfig, word))
        UNION
        SELECT lexeme FROM unnest(to_tsvector(config::regconfig, unaccent(word)))
        UNION
        SELECT unaccent(lexeme) FROM unnest(to_tsvector(config::regconfig,
            regexp_replace(word, 'ee(s?)$', 'ée\\1', 'i')))
    ) FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked(locale, config, word)
"""

# (locale, word, stem, similar stem that records have), for words none of whose stems any record
# of the language has.
SPELLING = """
    WITH asked AS (
        SELECT locale, word, stem
        FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked(locale, word, stem)
    ), missing AS (
        SELECT locale, word, min(stem) AS stem FROM asked GROUP BY locale, word
        HAVING NOT bool_or(EXISTS (
            SELECT 1 FROM search_posting
            WHERE search_posting.word IN (
                asked.locale || ':' || asked.stem, asked.locale || ':~' || asked.stem)))
    )
    SELECT missing.locale, missing.word, missing.stem, near.text
    FROM missing CROSS JOIN LATERAL (
        SELECT known.text FROM search_stem known
        WHERE known.locale = missing.locale AND known.text %% missing.stem
            AND left(known.text, 1) = left(missing.stem, 1)
            AND abs(length(known.text) - length(missing.stem)) <= 2
            AND EXISTS (SELECT 1 FROM search_posting
                        WHERE search_posting.word = missing.locale || ':' || known.text)
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

# Words of titles that go on from what was typed, those of most records first.
UNFINISHED = r"""
    SELECT form FROM (
        SELECT substring(title_key from '\m' || %(start)s || '\w*') AS form
        FROM search_entry
        WHERE locale = %(locale)s AND NOT actor
            AND title_key LIKE ANY (ARRAY[%(start)s || '%%', '%% ' || %(start)s || '%%'])
        LIMIT 1000
    ) titled
    WHERE form IS NOT NULL GROUP BY form ORDER BY count(*) DESC, length(form), form LIMIT %(most)s
"""

# Whether one text has two words side by side, the second by its beginning.
BESIDE = """
    SELECT asked.pair FROM unnest(%s::text[], %s::text[]) AS asked(pair, query)
    WHERE EXISTS (
        SELECT FROM search_exactwords exact JOIN search_entry entry ON entry.id = exact.entry_id
        WHERE entry.locale = %s AND exact.vector @@ asked.query::tsquery)
"""

# BM25 with k1 1.2 and b 0.75 over frequencies that already weigh the fields.
_RARITY = "ln(1 + (total.records - {records} + 0.5) / ({records} + 0.5)) * 2.2"
_BM25 = """
    found.weight * found.frequency
        / (found.frequency + 1.2 * (0.25 + 0.75 * found.length / total.length))
"""

# What the index says of a language as a whole.
TOTAL = """
    SELECT greatest(coalesce(max(records), 0), 1)::float AS records,
        coalesce(nullif(max(length), 0), 1) AS length
    FROM search_total WHERE locale = %(locale)s
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

# Words side by side: (unit, weight, entry, frequency, length of the entry).
_PHRASES = """
phrase AS (
    SELECT * FROM unnest(%(phrase_units)s::int[], %(phrases)s::text[], %(phrase_boosts)s::float[])
        AS phrase(unit, text, boost)
), phrased AS MATERIALIZED (
    SELECT unit, boost, entry_id, frequency, entry.length,
        count(*) OVER (PARTITION BY text, unit) AS records
    FROM (
        SELECT phrase.unit, phrase.boost, phrase.text, exact.entry_id, 2.0 AS frequency
        FROM phrase JOIN search_exactwords exact ON exact.vector @@ phrase.text::tsquery
        UNION
        SELECT phrase.unit, phrase.boost, phrase.text, page.entry_id, 0.3
        FROM phrase JOIN search_filepage page ON page.vector @@ phrase.text::tsquery
    ) phrased JOIN search_entry entry ON entry.id = entry_id
    WHERE entry.locale = %(locale)s
), """
_OR_PHRASED = f"""
    UNION ALL
    SELECT unit, boost * {_RARITY.format(records="phrased.records")}, entry_id, frequency,
        phrased.length
    FROM phrased CROSS JOIN total
"""

# Whether the record has the quoted words, and none of those that were excluded.
_SAYS = """
    EXISTS (SELECT FROM search_exactwords exact
        WHERE exact.entry_id = record.id AND exact.vector @@ quoted::tsquery)
    OR EXISTS (SELECT FROM search_filepage page
        WHERE page.entry_id = record.id AND page.vector @@ quoted::tsquery)
"""
_QUOTED = f"""
    AND (called.entry_id IS NOT NULL
        OR NOT EXISTS (SELECT FROM unnest(%(must)s::text[]) quoted WHERE NOT ({_SAYS}))
        AND NOT EXISTS (SELECT FROM unnest(%(must_not)s::text[]) quoted WHERE {_SAYS}))
"""

# The terms that are asked for, by scheme: those that a record lacks all of are missed.
_TICKED = """
ticked AS MATERIALIZED (
    SELECT scheme, array(
        SELECT id FROM search_term WHERE text = ANY(string_to_array(ids, E'\\n'))
    ) AS terms
    FROM unnest(%(schemes)s::text[], %(concepts)s::text[]) AS asked(scheme, ids)
), """
_MISSED = """
    (SELECT count(*) FROM ticked WHERE NOT record.terms && ticked.terms) AS missed,
    array(SELECT scheme FROM ticked WHERE NOT record.terms && ticked.terms) AS missed_schemes
"""

# When what has dates comes next.
_COMING = """
    least(
        (SELECT min(occurrence.start) FROM cms_catalogue_occurrence occurrence
            WHERE occurrence.record_id = record.uid AND occurrence."end" >= now()
                AND occurrence.status <> 'cancelled'),
        CASE WHEN record.open_until >= now() THEN record.open_until END)
"""
_SOONER = " + CASE WHEN record.open_until >= now() THEN %(soon)s ELSE 0 END"
_BY_TITLE = """
    (SELECT named.title_key FROM cms_catalogue_record named WHERE named.uid = record.uid)
"""

_FOUND = f"""
WITH total AS MATERIALIZED ({TOTAL}), term AS MATERIALIZED (
    SELECT term.unit, term.word, term.boost * {_RARITY.format(records="posted.records")} AS weight
    FROM unnest(%(units)s::int[], %(words)s::text[], %(boosts)s::float[])
        AS term(unit, word, boost)
    CROSS JOIN total CROSS JOIN LATERAL (
        SELECT count(*) AS records FROM search_posting WHERE word = term.word
    ) posted
), {{phrases}}found AS (
    SELECT term.unit, term.weight, posting.entry_id, posting.frequency, posting.length
    FROM term JOIN search_posting posting ON posting.word = term.word{{or_phrased}}
), had AS (
    SELECT found.entry_id{{best_of_units}}
    FROM found CROSS JOIN total
    GROUP BY found.entry_id
), scored AS (
    SELECT entry_id, {{score}} AS score, {{units}} AS units FROM had
), called AS MATERIALIZED (  -- by the very words, as title or another name
    SELECT entry_id FROM search_posting WHERE word = %(name)s
    UNION
    SELECT id FROM search_entry
    WHERE %(asks)s AND title_key = %(title)s AND locale = %(locale)s
), enough AS MATERIALIZED (
    {{enough}}
), {{ticked}}base AS MATERIALIZED (
    SELECT record.id, record.uid, record.type, record.terms, record.published_at,
        coalesce(enough.score, 0)
            + CASE WHEN called.entry_id IS NOT NULL THEN %(pasted)s ELSE 0 END{{sooner}} AS score,
        {{title}} AS title_key, {{away}} AS away, {{coming}} AS coming,
        coalesce(record.open_until >= now(), FALSE) AS open,
        (cardinality(%(types)s::text[]) = 0 OR record.type = ANY(%(types)s::text[])) AS in_types,
        {{missed}}
    FROM enough FULL JOIN called USING (entry_id) JOIN search_entry record ON record.id = entry_id
    WHERE record.locale = %(locale)s{{narrowed}}
), kept AS (
    SELECT * FROM base WHERE open OR NOT %(open_only)s
), {{ranked}}, {{shown}}
SELECT CASE WHEN open THEN 'open' ELSE 'closed' END, type, count(*)::float
FROM base WHERE missed = 0 GROUP BY 1, 2
UNION ALL
SELECT 'concept', term.text, counted.number FROM (
    SELECT concept, count(*) AS number
    FROM kept, unnest(terms) concept WHERE in_types AND missed = 0 GROUP BY concept
) counted JOIN search_term term ON term.id = counted.concept
{{counted}}UNION ALL
"""
_COUNTED = """
UNION ALL
SELECT 'concept:' || scheme, term.text, counted.number FROM (
    SELECT scheme, concept, count(*) AS number
    FROM kept, unnest(%(schemes)s::text[]) scheme, unnest(terms) concept
    WHERE in_types AND (missed = 0 OR missed_schemes = ARRAY[scheme])
    GROUP BY scheme, concept
) counted JOIN search_term term
    ON term.id = counted.concept AND starts_with(term.text, scheme || ':')
"""

# What titles add, looked at for the best alone: none of the others can pass them.
_TITLED = f"""
titled AS MATERIALIZED (
    SELECT query::tsquery AS query, weight, types,
        array(SELECT id FROM search_term
            WHERE text = ANY(string_to_array(asked.terms, E'\\n'))) AS terms,
        asked.terms = '' AS any_terms
    FROM unnest(%(title_queries)s::text[], %(title_weights)s::float[],
        %(title_types)s::text[], %(title_terms)s::text[]) AS asked(query, weight, types, terms)
), best AS MATERIALIZED (
    SELECT * FROM kept WHERE in_types AND missed = 0
    ORDER BY score DESC, uid LIMIT {LOOKED_AT}
), ranked AS (
    SELECT best.uid, best.type, best.title_key, best.coming, best.away, best.published_at,
        best.score + coalesce((
            SELECT sum(asked.weight) FROM titled asked
            WHERE (asked.types = '' OR best.type = ANY(string_to_array(asked.types, E'\\n')))
                AND (asked.any_terms OR best.terms && asked.terms)
                AND written.words @@ asked.query
        ), 0) AS score
    FROM best JOIN search_entry entry ON entry.id = best.id CROSS JOIN LATERAL (
        SELECT to_tsvector('simple', entry.title_key)
            || to_tsvector(%(config)s::regconfig, entry.title_key) AS words OFFSET 0
    ) written{{rest}}
)"""
_REST = """
    UNION ALL
    SELECT uid, type, title_key, coming, away, published_at, score
    FROM kept WHERE in_types AND missed = 0 AND uid NOT IN (SELECT uid FROM best)
"""
_AS_SCORED = """
ranked AS (
    SELECT uid, type, title_key, coming, away, published_at, score
    FROM kept WHERE in_types AND missed = 0
)"""
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

# Only the number of another search's results, after a search: nothing else of it is worked out.
COUNTED = """
UNION ALL
SELECT 'beside', '', coalesce(sum(number), 0) FROM ({}) other (kind, value, number)
WHERE (kind = 'open' OR kind = 'closed' AND NOT %(beside_open_only)s)
    AND (cardinality(%(beside_types)s::text[]) = 0 OR value = ANY(%(beside_types)s::text[]))
"""

# The first few of each type; the type with the best one first, then that with the most.
_GROUPS = f"""
SELECT * FROM (
    SELECT 'hit', uid::text, score FROM (
        SELECT shown.*, row_number() OVER (PARTITION BY type ORDER BY {_ORDER}) AS place,
            max(score) OVER (PARTITION BY type) AS best, count(*) OVER (PARTITION BY type) AS size
        FROM shown
    ) ranked
    WHERE place <= %(group)s ORDER BY best DESC, size DESC, type, place
) page
"""

# What has words enough; every record where the search demands none.
_ENOUGH = """
    SELECT entry_id, score FROM scored
    WHERE units >= %(least)s OR entry_id IN (SELECT entry_id FROM called)
"""
_EVERY = """
    SELECT entry.id AS entry_id, scored.score
    FROM search_entry entry LEFT JOIN scored ON scored.entry_id = entry.id
    WHERE entry.locale = %(locale)s
"""


class Demanded(NamedTuple):
    """What a search asks for: its `units` (words, labels), those that count towards the `least`
    that a record must have, the units that are also there when all of some words are, and what a
    unit adds when it is there."""

    units: Sequence[int]
    needed: Sequence[int]
    least: int
    inside: Mapping[int, Sequence[int]]
    bonuses: Mapping[int, float]


def statement(asked: Demanded, parameters: Mapping[str, Any], *, grouped: bool = False) -> str:
    """The statement of a search, `grouped` by type, with only the parts that its parameters ask
    for. Rows (kind, value, number), see `postgres._find`. A column for each unit: one pass over
    the postings, where groups of (record, unit) took two."""
    there = {unit: f"unit_{unit} IS NOT NULL" for unit in asked.units}
    whole = {
        unit: " AND ".join(there.get(word, "FALSE") for word in words)
        for unit, words in asked.inside.items()
    }
    counted = [
        " OR ".join(f"({test})" for test in (there.get(unit), whole.get(unit)) if test)
        for unit in dict.fromkeys(asked.needed)
    ]
    scores = [f"coalesce(unit_{unit}, 0)" for unit in asked.units]
    scores += [
        f"CASE WHEN unit_{unit} IS NOT NULL THEN {float(bonus)!r} ELSE 0 END"
        for unit, bonus in asked.bonuses.items()
        if unit in there and bonus
    ]
    order, ticked = parameters["order"], bool(parameters["schemes"])
    quoted = parameters["must"] or parameters["must_not"]
    placed = f"\n        AND {NEARBY}" if parameters["radius"] is not None else ""
    return _FOUND.format(
        phrases=_PHRASES if parameters["phrases"] else "",
        or_phrased=_OR_PHRASED if parameters["phrases"] else "",
        best_of_units="".join(
            f", max({_BM25}) FILTER (WHERE found.unit = {unit:d}) AS unit_{unit:d}"
            for unit in asked.units
        ),
        score=" + ".join(scores) or "0.0",
        units=" + ".join(f"({test})::int" for test in counted if test) or "0",
        enough=_ENOUGH if asked.least else _EVERY,
        ticked=_TICKED if ticked else "",
        missed=_MISSED if ticked else "0 AS missed",
        title=_BY_TITLE if order == "title" else "NULL::text",
        away=AWAY if order == "nearest" else "NULL::float",
        coming=_COMING if order == "next" else "NULL::timestamptz",
        sooner=_SOONER if parameters["soon"] else "",
        narrowed=placed + (_QUOTED if quoted else ""),
        ranked=_ranked(parameters, grouped),
        shown=_BY_MEANING if parameters.get("vector") else _BY_WORDS,
        counted=_COUNTED if ticked else "",
    ) + (_GROUPS if grouped else _PAGE)


def _ranked(parameters: Mapping[str, Any], grouped: bool) -> str:
    if parameters["order"] != "relevance" or not parameters["title_queries"]:
        return _AS_SCORED
    shown = parameters["offset"] + parameters["limit"]
    return _TITLED.format(rest=_REST if grouped or shown > LOOKED_AT else "")
