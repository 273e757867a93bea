"""`expand=`: what a record names by identifier, told in full. One query for each word."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from cms.core.postgresql.reading import all_rows, one_row

# Changes with every edit of a descriptor, a label, a relation, a territory, and with every
# deletion. The catalogue's clock tells of the rest.
VOCABULARIES = """
    SELECT (SELECT (count(*), max(updated_at))::text FROM knowledge_thesaurus_concept),
           (SELECT (count(*), max(id), max(updated_at))::text
            FROM knowledge_thesaurus_conceptlabel),
           (SELECT (count(*), max(id))::text FROM knowledge_thesaurus_conceptrelation),
           (SELECT (number, at)::text FROM knowledge_territories_edition)
"""

_CONCEPTS = """
    SELECT scheme.slug, concept.slug, json_build_object(
        'labels', (SELECT coalesce(json_object_agg(language, label ORDER BY language), '{}')
                   FROM knowledge_thesaurus_conceptlabel
                   WHERE concept_id = concept.id AND kind = 'preferred'),
        'broader', above.slug, 'scope_note', concept.scope_note,
        'exact_match', concept.exact_match)::text
    FROM knowledge_thesaurus_concept concept
    JOIN knowledge_thesaurus_conceptscheme scheme ON scheme.id = concept.scheme_id
    LEFT JOIN knowledge_thesaurus_concept above ON above.id = concept.broader_id
    WHERE concept.slug = ANY(%s)
"""
_TERRITORIES = """
    SELECT slug, json_build_object('kind', kind, 'code', code, 'name', name,
        'postal_codes', postal_codes, 'population', population,
        'latitude', latitude, 'longitude', longitude)::text
    FROM knowledge_territories_territory WHERE slug = ANY(%s)
"""
# The marker of addresses is a control character, which PostgreSQL's JSON refuses.
_ORGANISATIONS = """
    SELECT uid::text, json_build_object('type', type, 'url', %s || url, 'summary', summary,
        'identifiers', replace(json, chr(1), '')::json -> 'identifiers')::text
    FROM cms_catalogue_record WHERE uid = ANY(%s::uuid[]) AND gone_at IS NULL
"""
_TRANSLATIONS = """
    SELECT here.uid::text, json_agg(json_build_object('uid', other.uid, 'locale', other.locale,
        'title', other.title, 'url', %s || other.url) ORDER BY other.locale)::text
    FROM cms_catalogue_record here
    JOIN cms_catalogue_record other ON other.translation_key = here.translation_key
        AND other.uid <> here.uid AND other.gone_at IS NULL
    WHERE here.uid = ANY(%s::uuid[]) GROUP BY here.uid
"""

Item = dict[str, Any]


def vocabularies() -> object:
    """The state of what the clock does not tell of. One query."""
    return one_row(VOCABULARIES)


def expanded(items: bytes, names: Iterable[str]) -> bytes:
    """Items as joined JSON, with what each word names filled in."""
    found: list[Item] = json.loads(b"[%b]" % items)
    for name in names:
        _EXPANSIONS[name](found)
    return b",".join(
        json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in found
    )


def _told(rows: Iterable[tuple[Any, ...]]) -> dict[Any, Any]:
    """By the key in the first columns, what the last one says."""
    return {row[:-1] if len(row) > 2 else row[0]: json.loads(row[-1]) for row in rows}


def _concepts(items: list[Item]) -> None:
    named = [one for item in items for one in item["concepts"]]
    known = _told(all_rows(_CONCEPTS, [sorted({one["id"] for one in named})]))
    for one in named:
        one.update(known.get((one["scheme"], one["id"]), {}))


def _territories(items: list[Item]) -> None:
    named = [one for item in items for one in item["territories"]]
    known = _told(all_rows(_TERRITORIES, [sorted({one["id"] for one in named})]))
    for one in named:
        one.update(known.get(one["id"], {}))


def _organisations(items: list[Item]) -> None:
    named = [one for item in items for one in item["organisations"]]
    uids = sorted({one["uid"] for one in named if one["uid"]})
    known = _told(all_rows(_ORGANISATIONS, [settings.BASE_URL, uids]))
    for one in named:
        one.update(known.get(one["uid"], {}))


def _translations(items: list[Item]) -> None:
    uids = [item["uid"] for item in items]
    known = _told(all_rows(_TRANSLATIONS, [settings.BASE_URL, uids]))
    for item in items:
        item["translations"] = known.get(item["uid"], [])


_EXPANSIONS: Mapping[str, Any] = {
    "concepts": _concepts,
    "organisations": _organisations,
    "territories": _territories,
    "translations": _translations,
}
EXPANSIONS = tuple(_EXPANSIONS)
