"""PostgreSQL's index as a reader of the change feed."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from cms.catalogue.models import Record
from cms.core.records import record_types
from cms.core.vocabularies import LANGUAGE, LICENCE

from ..analysis import acronyms, composed, language, plain_words, title_key
from ..documents import joined_words, names, title_keys
from ..models import Entry, ExactWords, FilePage, Posting

# What an occurrence counts in each part of a record. Files count by the logarithm: a report of
# three hundred pages must not drown a title.
WEIGHTS = {
    "title": 2.5, "summary": 1.5, "labels": 1.5, "headings": 1.2, "body": 1.0, "files": 0.3,
    "terms": 1.0, "joined": 1.0, "names": 1.0,
}  # fmt: skip

# What stands before a word in capitals, before a term ("#themes:sante-mentale"), before two words
# that the text ties with a hyphen ("~medicosocial"), and before another name of what the record
# is ("@pnr"): none of them is found by a misspelling or makes a text longer. Terms say what is
# near, see `related`.
CAPITALS, TERM, JOINED, NAME = "=", "#", "~", "@"
# Terms that say nothing of what a record is about.
_ASIDE = (f"{LICENCE}:", f"{LANGUAGE}:")

# A tsvector holds at most 1 MB: 100,000 characters stay below whatever they are.
CHUNK = 100_000
MAX_CHUNKS = 40  # of one record
MAX_PAGES = 2_000  # of one record's files
LONGEST_NAME = 150  # characters of another name by which a record is found at once
EXACT = 2 * CHUNK  # characters whose exact words are kept for phrases


@dataclass(slots=True)
class _Parts:
    """Columns for `unnest`: pieces of text of many records with their weights."""

    entries: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    configs: list[str] = field(default_factory=list)
    locales: list[str] = field(default_factory=list)


# Terms are numbered when a record brings them; one index reader writes at a time.
_STORE_TERMS = """
    INSERT INTO search_term (text)
    SELECT DISTINCT term
    FROM unnest(%s::text[]) record, unnest(string_to_array(record, E'\\n')) term
    WHERE NOT EXISTS (SELECT FROM search_term known WHERE known.text = term)
    ORDER BY 1 ON CONFLICT DO NOTHING
"""

_STORE_ENTRIES = """
    INSERT INTO search_entry AS entry
        (uid, locale, version, type, title_key, actor, published_at, open_until, length, terms)
    SELECT uid, locale, version, type, title_key, actor, published_at, open_until, 0,
        array(SELECT id FROM search_term WHERE text = ANY(string_to_array(terms, E'\\n')))
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bool[],
            %s::timestamptz[], %s::timestamptz[], %s::text[])
        AS new(uid, locale, version, type, title_key, actor, published_at, open_until, terms)
    ON CONFLICT (uid) DO UPDATE SET locale = EXCLUDED.locale, version = EXCLUDED.version,
        type = EXCLUDED.type, title_key = EXCLUDED.title_key, actor = EXCLUDED.actor,
        published_at = EXCLUDED.published_at, open_until = EXCLUDED.open_until,
        terms = EXCLUDED.terms
    WHERE entry.version <= EXCLUDED.version
    RETURNING uid, id
"""

_STORE_EXACT = """
    INSERT INTO search_exactwords (entry_id, vector)
    SELECT entry, to_tsvector('simple', unaccent(text))
    FROM unnest(%s::bigint[], %s::text[]) AS new(entry, text)
"""

_COUNT = """
    WITH counted AS MATERIALIZED (
        SELECT locale, count(*) AS records, avg(length) AS length FROM search_entry GROUP BY locale
    ), gone AS (
        DELETE FROM search_total WHERE locale NOT IN (SELECT locale FROM counted)
    )
    INSERT INTO search_total (locale, records, length) SELECT * FROM counted
    ON CONFLICT (locale) DO UPDATE SET records = EXCLUDED.records, length = EXCLUDED.length
"""

# Stems of the text as written, then without accents, and of the unaccented text: a query may be
# typed either way. A stem that is found both ways counts once.
_STORE_POSTINGS = """
    WITH part AS MATERIALIZED (
        SELECT row_number() OVER () AS number, part.*
        FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
            AS part(entry, kind, text, config, locale)
    ), counted AS (
        SELECT number, word, max(times) AS times FROM (
            SELECT number, unaccent(lexeme) AS word, cardinality(positions) AS times
            FROM part, unnest(to_tsvector(config::regconfig, text))
            UNION ALL
            SELECT number, lexeme, cardinality(positions)
            FROM part, unnest(to_tsvector(config::regconfig, unaccent(text)))
        ) found GROUP BY number, word
    ), summed AS (
        SELECT entry, locale, kind, CASE kind WHEN 'joined' THEN '~' ELSE '' END || word AS word,
            sum(times) AS times
        FROM counted JOIN part USING (number) GROUP BY entry, locale, kind, word
        UNION ALL
        SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::int[])
    ), known AS (
        INSERT INTO search_stem (locale, text)
        SELECT DISTINCT locale, word FROM summed
        WHERE left(word, 1) NOT IN ('=', '#', '~', '@')
        ORDER BY 1, 2
        ON CONFLICT DO NOTHING
    ), own AS MATERIALIZED (
        SELECT entry, coalesce(sum((%s::jsonb ->> kind)::float * times)
            FILTER (WHERE kind <> 'files' AND left(word, 1) NOT IN ('=', '#', '~', '@')), 0)
            AS length
        FROM summed GROUP BY entry
    ), stored AS (
        INSERT INTO search_posting (word, entry_id, frequency, length)
        SELECT left(locale || ':' || word, 200), entry,
            sum((%s::jsonb ->> kind)::float
                * CASE kind WHEN 'files' THEN ln(1 + times) ELSE times END), own.length
        FROM summed JOIN own USING (entry) GROUP BY 1, 2, own.length
    )
    UPDATE search_entry entry SET length = own.length FROM own WHERE own.entry = entry.id
"""

_STORE_PAGES = """
    INSERT INTO search_filepage (entry_id, title, url, media_type, number, text, vector)
    SELECT entry, title, url, media_type, number, text,
        to_tsvector('simple', unaccent(words)) || to_tsvector(config::regconfig, unaccent(words))
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::int[], %s::text[],
        %s::text[], %s::text[]) AS page(entry, title, url, media_type, number, text, words, config)
"""


class PostgresIndex:
    """The tables of this app. Always there, one for all languages."""

    engine = "postgresql"
    locale = ""
    name = "search_entry"
    identity = ""

    def apply(self, records: Sequence[Record]) -> Mapping[str, str]:
        """Write a batch in one transaction. Refuses nothing: texts are bounded."""
        with transaction.atomic():
            _remove([record for record in records if record.gone_at])
            _store([record for record in records if not record.gone_at])
            _count()
        return {}

    def refresh(self) -> None:
        """Nothing to do: what was committed is found."""

    def size(self) -> int:
        return Entry.objects.count()

    def versions(self) -> Mapping[str, int]:
        rows = Entry.objects.values_list("uid", "version").iterator(chunk_size=5_000)
        return {str(uid): version for uid, version in rows}


def forget(uids: Iterable[Any]) -> None:
    """Take records out of the index. Needs a transaction."""
    _forget(uids)
    _count()


def _forget(uids: Iterable[Any]) -> None:
    entries = list(Entry.objects.filter(uid__in=list(uids)).values_list("pk", flat=True))
    _forget_texts(entries)
    Entry.objects.filter(pk__in=entries).delete()


def _count() -> None:
    """How many records there are and how long, once for all searches until the next change."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)


def _remove(tombstones: Sequence[Record]) -> None:
    if tombstones:
        _forget(record.uid for record in tombstones)


def _forget_texts(entries: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for table in (Posting, FilePage, ExactWords):
            cursor.execute(
                f"DELETE FROM {table._meta.db_table} WHERE entry_id = ANY(%s)", [list(entries)]
            )


def _store(records: Sequence[Record]) -> None:
    if not records:
        return
    terms = ["\n".join(record.terms_broader) for record in records]
    with connection.cursor() as cursor:
        cursor.execute(_STORE_TERMS, [terms])
        cursor.execute(
            _STORE_ENTRIES,
            [
                [record.uid for record in records],
                [record.locale for record in records],
                [record.version for record in records],
                [record.type for record in records],
                [title_key(record.title) for record in records],
                [_is_actor(record) for record in records],
                [record.published_at for record in records],
                [record.open_until for record in records],
                terms,
            ],
        )
        entries = dict(cursor.fetchall())
        _forget_texts(list(entries.values()))
        exact = [(entries[one.uid], _exact(one)) for one in records if one.uid in entries]
        cursor.execute(_STORE_EXACT, _columns(exact, 2))
        parts, capitals = _Parts(), []
        for record in records:
            if record.uid in entries:
                capitals += _collect(record, entries[record.uid], parts)
        weights = json.dumps(WEIGHTS)
        cursor.execute(
            _STORE_POSTINGS,
            [
                parts.entries, parts.kinds, parts.texts, parts.configs, parts.locales,
                *_columns(capitals, 5), weights, weights,
            ],
        )  # fmt: skip
        pages = [
            page
            for record in records
            if record.uid in entries
            for page in _pages(record, entries[record.uid])
        ]
        if pages:
            cursor.execute(_STORE_PAGES, _columns(pages, 8))


def _is_actor(record: Record) -> bool:
    kind = record_types().get(record.type)
    return bool(kind and kind.actor)


def _collect(record: Record, entry: int, parts: _Parts) -> list[tuple[Any, ...]]:
    """Append a record's texts to the parts; return its words in capitals, counted, its terms and
    its other names."""
    config = language(record.locale).config
    capitals: Counter[tuple[str, str]] = Counter()
    room = MAX_CHUNKS
    for kind, text in _texts(record):
        if kind != "joined":
            capitals.update((kind, word) for word in acronyms(text))
        for chunk in _chunks(plain_words(text)):
            if room == 0:
                break
            room -= 1
            parts.entries.append(entry)
            parts.kinds.append(kind)
            parts.texts.append(chunk)
            parts.configs.append(config)
            parts.locales.append(record.locale)
    found: list[tuple[Any, ...]] = [
        (entry, record.locale, kind, f"{CAPITALS}{word}", times)
        for (kind, word), times in capitals.items()
    ]
    terms = [term[:150] for term in record.terms_broader if not term.startswith(_ASIDE)]
    found += [(entry, record.locale, "terms", f"{TERM}{term}", 1) for term in dict.fromkeys(terms)]
    return found + [
        (entry, record.locale, "names", f"{NAME}{name}", 1)
        for name in title_keys(record)
        if name != title_key(record.title) and len(name) <= LONGEST_NAME
    ]


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    source = record.document
    for kind in ("title", "summary", "headings", "body"):
        if text := source.get(kind):
            yield kind, text
    labels = names(record)
    if labels or source.get("authors"):
        yield "labels", "\n".join([*labels, *source.get("authors", ())])
    pages = [page["text"] for file in source.get("files", ()) for page in file["pages"]]
    if joined := joined_words(record):
        yield "joined", " ".join(joined)
    if pages:
        yield "files", "\n".join(pages[:MAX_PAGES])


def _exact(record: Record) -> str:
    texts = (text for kind, text in _texts(record) if kind not in ("files", "joined"))
    # Words of different parts must not make a phrase together; a rare word keeps them apart.
    return " 0x0 ".join(plain_words(text[:EXACT]) for text in texts)[:EXACT]


def _chunks(text: str) -> Iterator[str]:
    """Pieces of at most CHUNK characters, cut at a space, words bounded (a tsvector takes none
    of more than 2 kB)."""
    start = 0
    while start < len(text):
        end = min(len(text), start + CHUNK)
        if end < len(text):
            end = max(text.rfind(" ", start, end), start + 1)
        yield _LONG.sub(lambda found: found[0][:100], text[start:end])
        start = end


_LONG = re.compile(r"\w{101,}")


def _pages(record: Record, entry: int) -> Iterator[tuple[Any, ...]]:
    config = language(record.locale).config
    left = MAX_PAGES
    for file in record.document.get("files", ()):
        for page in file["pages"][:left]:
            text = composed(page["text"])[:CHUNK]
            if text.strip():
                words = next(_chunks(plain_words(text)), "")
                yield (
                    entry, file["title"], file["url"], file["media_type"], page["number"],
                    text, words, config,
                )  # fmt: skip
        left = max(0, left - len(file["pages"]))


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(width)]
