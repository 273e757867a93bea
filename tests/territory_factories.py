"""Territories for tests, in one line each."""

from collections.abc import Iterable
from typing import Any

import factory

from knowledge.territories.inclusion import mark_partial
from knowledge.territories.models import Inclusion, Territory

_CODES = {
    "region": "{:02d}", "departement": "{:02d}", "commune": "36{:03d}", "qpv": "QN036{:02d}M",
}  # fmt: skip


def siren(number: int) -> str:
    """A SIREN of nine digits that passes its check, one for each number under 10 000 000."""
    base = f"2{number:07d}"
    doubled = (int(sign) * (2 - place % 2) for place, sign in enumerate(reversed(base)))
    total = sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return f"{base}{-total % 10}"


class TerritoryFactory(factory.django.DjangoModelFactory):
    """A free territory unless said otherwise; `code` is made where its kind has one; `inside` are
    the territories in which it lies."""

    class Meta:
        model = Territory

    kind = "free"
    name = factory.Sequence("Territoire {}".format)

    @factory.lazy_attribute_sequence
    def code(self, number: int) -> str:
        if self.kind == "free":
            return ""
        return siren(number) if self.kind == "epci" else _CODES[self.kind].format(number % 100)

    @classmethod
    def _create(
        cls, model_class: Any, *args: Any, inside: Iterable[Territory] = (), **fields: Any
    ) -> Territory:
        made = super()._create(model_class, *args, **fields)
        Inclusion.objects.bulk_create(Inclusion(outer=outer, inner=made) for outer in inside)
        mark_partial([made.pk])
        return made
