"""What covers a territory and what lies in it, however far: one query each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

# The distance also ends the walk should a circle ever have been written behind the forms.
DEPTH = 12
# From the narrowest kind to the widest.
_RANK = "array_position(ARRAY['qpv', 'commune', 'epci', 'free', 'departement', 'region'], t.kind)"

# What lies partly in a territory does not lie with all its own parts there: going up, such a step
# is only taken first, and going down, last. A commune of a grouping that straddles two
# departments is in one of them.
_COVERING = f"""
    WITH RECURSIVE line (start, id, distance) AS (
        SELECT id, id, 0 FROM knowledge_territories_territory WHERE id = ANY(%(ids)s)
        UNION
        SELECT line.start, step.outer_id, line.distance + 1
        FROM line JOIN knowledge_territories_inclusion step ON step.inner_id = line.id
        WHERE (line.distance = 0 OR NOT step.partial) AND line.distance < {DEPTH}
            AND NOT %(without)s::bigint IN (step.inner_id, step.outer_id)
    )
    SELECT line.start, t.id, t.slug, t.kind, t.code, t.name
    FROM line JOIN knowledge_territories_territory t ON t.id = line.id
    WHERE line.distance = 0 OR line.id <> line.start
    GROUP BY line.start, t.id
    ORDER BY line.start, max(line.distance) > 0, max(line.distance), {_RANK}, t.slug
"""
_INSIDE = f"""
    WITH RECURSIVE line (start, id, distance, whole) AS (
        SELECT id, id, 0, true FROM knowledge_territories_territory WHERE id = ANY(%(ids)s)
        UNION
        SELECT line.start, step.inner_id, line.distance + 1, NOT step.partial
        FROM line JOIN knowledge_territories_inclusion step ON step.outer_id = line.id
        WHERE line.whole AND line.distance < {DEPTH}
            AND NOT %(without)s::bigint IN (step.inner_id, step.outer_id)
    )
    SELECT line.start, t.id, t.slug, t.kind, t.code, t.name
    FROM line JOIN knowledge_territories_territory t ON t.id = line.id
    WHERE line.distance = 0 OR line.id <> line.start
    GROUP BY line.start, t.id
    ORDER BY line.start, max(line.distance) > 0, max(line.distance), {_RANK} DESC, t.slug
"""
# A piece of land lies in one commune, one grouping, one department, one region: what lies in two
# of a kind lies in each with a part only.
_MARK = """
    UPDATE knowledge_territories_inclusion step SET partial = NOT step.partial
    FROM (
        SELECT one.id, t.kind IN ('commune', 'epci', 'departement', 'region')
            AND count(*) OVER (PARTITION BY one.inner_id, t.kind) > 1 AS partial
        FROM knowledge_territories_inclusion one
        JOIN knowledge_territories_territory t ON t.id = one.outer_id
        WHERE %(ids)s::bigint[] IS NULL OR one.inner_id = ANY(%(ids)s)
    ) meant
    WHERE step.id = meant.id AND step.partial <> meant.partial
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A territory in a line: its key, its identifier, its kind, its official code ("" for a free
    one) and its name."""

    pk: int
    slug: str
    kind: str
    code: str
    name: str


Lines = Mapping[int, Sequence[Node]]


def lines(ids: Iterable[int], *, without: int | None = None) -> dict[int, list[Node]]:
    """Each territory followed by all that covers it, nearest first: what lies in another comes
    before it. Unknown ids are left out. One query. `without`: as if this one lay in nothing and
    nothing in it."""
    return _walk(_COVERING, ids, without)


def covering(ids: Iterable[int], *, without: int | None = None) -> dict[int, list[Node]]:
    """All that covers each territory, nearest first. One query."""
    return {start: line[1:] for start, line in lines(ids, without=without).items()}


def inside(ids: Iterable[int], *, without: int | None = None) -> dict[int, list[Node]]:
    """All that lies in each territory, nearest first. One query."""
    return {start: found[1:] for start, found in _walk(_INSIDE, ids, without).items()}


def mark_partial(inner_ids: Iterable[int] | None = None) -> None:
    """Write `partial` where it is wrong, for what these territories lie in (None: for all)."""
    wanted = None if inner_ids is None else sorted(set(inner_ids))
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"ids": wanted})


def _walk(query: str, ids: Iterable[int], without: int | None) -> dict[int, list[Node]]:
    wanted = sorted(set(ids))
    found: dict[int, list[Node]] = {}
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(query, {"ids": wanted, "without": without or 0})
            for start, *node in cursor.fetchall():
                found.setdefault(start, []).append(Node(*node))
    return found
