"""Organisations as what readers filter by: their names are in their own records."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from cms.core.vocabularies import ORGANISATION, Scheme, Value

from .models import Record


class Organisations:
    """Records that others name with a role."""

    edited = False

    def schemes(self) -> Sequence[Scheme]:
        return [Scheme(ORGANISATION, _("Organisation"), ORGANISATION, 250)]

    def values(self, scheme: Scheme, ids: Iterable[str], locale: str) -> Mapping[str, Value]:
        if scheme.name != ORGANISATION:
            return {}
        found = Record.objects.filter(uid__in=_uids(ids), gone_at__isnull=True)
        return {
            str(uid): Value(title, language="" if own == locale else own)
            for uid, title, own in found.values_list("uid", "title", "locale")
        }


def _uids(ids: Iterable[str]) -> list[UUID]:
    found = []
    for one in ids:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
