"""Territories as what readers filter by."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from cms.core.postgresql.reading import all_rows
from cms.core.vocabularies import TERRITORY, Scheme, Value

from .models import shown

# Under the nearest whole that stands in the tree of regions, departments and communes: an EPCI
# or a free territory beside them under its department, so that each has one place.
_VALUES = """
    SELECT here.slug, here.kind, here.code, here.name, above.slug
    FROM knowledge_territories_territory here
    LEFT JOIN LATERAL (
        SELECT outer_.slug FROM knowledge_territories_inclusion inclusion
        JOIN knowledge_territories_territory outer_ ON outer_.id = inclusion.outer_id
        WHERE inclusion.inner_id = here.id AND outer_.kind = CASE here.kind
            WHEN 'departement' THEN 'region' WHEN 'commune' THEN 'departement'
            WHEN 'epci' THEN 'departement' WHEN 'qpv' THEN 'commune' ELSE 'region' END
        ORDER BY outer_.slug LIMIT 1
    ) above ON TRUE
    WHERE here.slug = ANY(%s)
"""
# Their names tell them from others where they stand.
_PLAIN = ("region", "departement")


class Territories:
    """The one scheme of places."""

    edited = False

    def schemes(self) -> Sequence[Scheme]:
        return [Scheme(TERRITORY, _("Territory"), TERRITORY, 200)]

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        if scheme.name != TERRITORY:
            return {}
        return {
            slug: Value(name if kind in _PLAIN else shown(kind, code, name), above)
            for slug, kind, code, name, above in all_rows(_VALUES, [list(ids)])
        }
