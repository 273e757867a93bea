"""Territories: what the identifiers of places stand for."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import AfterValidator, Field

from cms.core.postgresql.reading import one_row

from . import conditional, cursors
from .addresses import listed, next_page
from .expanding import vocabularies
from .schemas import ProblemDocument
from .shapes import Territories
from .state import state
from .strict import CursorText, FacetName, Limit, StrictQuery

router = Router(tags=["concepts"])

KINDS = ("region", "departement", "epci", "commune", "qpv", "free")


def _kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError("no kind")
    return value


Kind = Annotated[str, AfterValidator(_kind)]


class TerritoriesQuery(StrictQuery):
    """Which territories."""

    kind: list[Kind] = Field(
        default_factory=list,
        description=gettext_noop(
            "Kinds of territories: region, departement, epci, commune, qpv or free; any of them."
        ),
    )
    code: list[FacetName] = Field(
        default_factory=list,
        max_length=50,
        description=gettext_noop(
            "Official codes: INSEE codes, SIREN of an EPCI, postal codes, 50 at most; any of them."
        ),
    )
    within: FacetName | None = Field(
        None,
        description=gettext_noop(
            "The identifier of a territory, such as departement-36: only what lies in it."
        ),
        json_schema_extra={"example": "departement-36"},
    )
    limit: Limit = Field(
        100, description=gettext_noop("Items in a page: a whole number from 1 to 100.")
    )
    cursor: CursorText | None = Field(
        None, description=gettext_noop("Where the page begins: comes from next.")
    )

    @property
    def canonical(self) -> str:
        return repr(["territories", sorted(set(self.kind)), sorted(set(self.code)), self.within])

    @property
    def condition(self) -> str:
        parts = ["true"]
        if self.kind:
            parts.append("place.kind = ANY(%(kinds)s)")
        if self.code:
            parts.append(
                "(place.code = ANY(%(codes)s) OR place.postal_codes::text[] && %(codes)s::text[])"
            )
        if self.within:
            parts.append(_WITHIN)
        return " AND ".join(parts)


_WITHIN = """
    place.id IN (
        WITH RECURSIVE inside(id) AS (
            SELECT inclusion.inner_id FROM knowledge_territories_inclusion inclusion
            JOIN knowledge_territories_territory whole ON whole.id = inclusion.outer_id
            WHERE whole.slug = %(within)s
            UNION
            SELECT inclusion.inner_id FROM inside
            JOIN knowledge_territories_inclusion inclusion ON inclusion.outer_id = inside.id
        ) SELECT id FROM inside
    )
"""
_PAGE = """
    SELECT convert_to(string_agg(row_to_json(item)::text, ',' ORDER BY item.id)
                      FILTER (WHERE found.place <= %(limit)s), 'UTF8'),
           count(*) > %(limit)s,
           max(found.slug COLLATE "C") FILTER (WHERE found.place <= %(limit)s),
           (SELECT count(*) FROM knowledge_territories_territory place WHERE {condition})
    FROM (
        SELECT place.*, row_number() OVER (ORDER BY place.slug COLLATE "C") AS place
        FROM knowledge_territories_territory place
        WHERE {condition} AND place.slug COLLATE "C" > %(slug)s
        ORDER BY place.slug COLLATE "C" LIMIT %(limit)s + 1
    ) found
    CROSS JOIN LATERAL (
        SELECT found.slug COLLATE "C" AS id, found.kind, found.code, found.name, found.other_names,
               found.postal_codes, found.population, found.latitude, found.longitude,
               ARRAY(SELECT whole.slug FROM knowledge_territories_inclusion inclusion
                     JOIN knowledge_territories_territory whole ON whole.id = inclusion.outer_id
                     WHERE inclusion.inner_id = found.id ORDER BY whole.slug) AS within,
               (SELECT count(*) FROM cms_catalogue_record WHERE gone_at IS NULL
                AND terms_broader @> ARRAY['territory:' || found.slug]) AS records
    ) item
"""


@router.get(
    "territories",
    operation_id="list_territories",
    summary=gettext_noop("List territories"),
    description=gettext_noop(
        "Regions, departments, EPCI, communes, priority districts and free territories, with their"
        " official codes, what they lie in, and how many records are about them."
    ),
    response={200: Territories, 400: ProblemDocument},
)
def territories(request: HttpRequest, query: Query[TerritoriesQuery]) -> HttpResponse:
    canonical = query.canonical
    after = str(cursors.unseal(query.cursor, canonical)[0]) if query.cursor else ""
    validators = conditional.of_list(
        (state().clock, vocabularies()), f"{canonical}|{query.limit}|{query.cursor}", None
    )
    if validators.not_modified(request):
        return validators.unchanged()
    items, more, last, total = one_row(
        _PAGE.format(condition=query.condition),
        {
            "kinds": query.kind,
            "codes": query.code,
            "within": query.within,
            "slug": after,
            "limit": query.limit,
        },
    )
    address = None
    if more:
        address = next_page(request, query, "cursor", cursors.seal([last], canonical))
    return validators.put_on(listed(total, bytes(items or b""), address))
