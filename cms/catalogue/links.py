"""The ties between records, walked both ways. Only what is public is ever named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from cms.core.records import relations

from .models import Record

_SHOWN = (
    "uid", "page_id", "type", "title", "title_key", "url", "summary", "date", "date_precision",
    "thumbnail", "open_from", "open_until",
)  # fmt: skip

# From a page's translations to those of the pages to which any of them is tied, so that the
# reader's own language is found where it exists.
_NEIGHBOURS = """
    SELECT link.relation, {direction}, record.uid, min(link.sort_order)
    FROM wagtailcore_page here
    JOIN wagtailcore_page family ON family.translation_key = here.translation_key
    JOIN cms_catalogue_link link ON {own} = family.id
    JOIN wagtailcore_page there ON there.id = {other}
    JOIN cms_catalogue_record record
        ON record.translation_key = there.translation_key AND record.gone_at IS NULL
    WHERE here.id = %(page)s AND ({any} OR link.relation = ANY(%(relations)s))
    GROUP BY 1, 2, 3
"""


@dataclass(slots=True)
class Tie:
    """The records at the other end of one relation; `label` is said from this end."""

    relation: str
    inverse: bool
    label: Any
    records: list[Record] = field(default_factory=list)


def ties(
    page_id: int, locale: str, *, relation: Iterable[str] = (), inverse: bool | None = None
) -> list[Tie]:
    """What a page is tied to, relation by relation, its own ends first. `relation`: only these;
    `inverse`: only its own ends (False), or only those of others (True). Two queries."""
    wanted = list(relation)
    found: list[tuple[str, bool, Any, int]] = []
    queries = []
    if inverse is not True:
        queries.append(_query("link.page_id", "link.target_id", "FALSE", wanted))
    if inverse is not False:
        queries.append(_query("link.target_id", "link.page_id", "TRUE", wanted))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries), {"page": page_id, "relations": wanted})
        found = cursor.fetchall()
    records = Record.objects.only(*_SHOWN, "locale", "translation_key").in_bulk(
        [uid for _name, _inverse, uid, _place in found]
    )
    known = relations()
    by_end: dict[tuple[bool, str], list[tuple[int, Record]]] = {}
    for name, backwards, uid, place in found:
        if name in known and uid in records:
            by_end.setdefault((backwards, name), []).append((place, records[uid]))
    return [
        Tie(
            name, end, known[name].inverse if end else known[name].label, _chosen(rows, locale, end)
        )
        for (end, name), rows in sorted(by_end.items(), key=lambda entry: entry[0])
    ]


def _query(own: str, other: str, direction: str, wanted: Sequence[str]) -> str:
    return _NEIGHBOURS.format(
        own=own, other=other, direction=direction, any="FALSE" if wanted else "TRUE"
    )


def _chosen(rows: list[tuple[int, Record]], locale: str, inverse: bool) -> list[Record]:
    """One record of each family, in the reader's language where there is one: in the order
    chosen, or by title where others chose."""
    best: dict[Any, tuple[int, Record]] = {}
    for place, record in rows:
        known = best.get(record.translation_key)
        if known is None or _nearer(record, locale) < _nearer(known[1], locale):
            best[record.translation_key] = (place, record)
    ordered = sorted(
        best.values(), key=lambda row: (0 if inverse else row[0], row[1].title_key, row[1].uid)
    )
    return [record for _place, record in ordered]


def _nearer(record: Record, locale: str) -> tuple[bool, bool, str]:
    """The reader's language first, then French, then by code."""
    return (record.locale != locale, record.locale != "fr", record.locale)
