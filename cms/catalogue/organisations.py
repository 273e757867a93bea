"""Organisations as what readers filter by: their names are in their own records."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from cms.core.postgresql.reading import all_rows
from cms.core.vocabularies import ORGANISATION, Scheme, Value

_VALUES = """
    SELECT uid, title, locale FROM cms_catalogue_record WHERE uid = ANY(%s) AND gone_at IS NULL
"""


class Organisations:
    """Records that others name with a role."""

    edited = False

    def schemes(self) -> Sequence[Scheme]:
        return [Scheme(ORGANISATION, _("Organisation"), ORGANISATION, 250)]

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        if scheme.name != ORGANISATION:
            return {}
        return {
            str(uid): Value(title, language="" if own == locale else own)
            for uid, title, own in all_rows(_VALUES, [_uids(ids)])
        }


def _uids(ids: Iterable[str]) -> list[UUID]:
    found = []
    for one in ids:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
