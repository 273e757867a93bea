"""Partners and their keys for tests."""

from typing import Any

import factory

from cms.partners import keys
from cms.partners.models import Key, Partner


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    name = factory.Sequence("Partenaire {}".format)


def key(partner: Partner | None = None, **fields: Any) -> tuple[Key, dict[str, str]]:
    """A key of a partner, with the headers that send it."""
    made = Key(partner=partner or PartnerFactory(), name=fields.pop("name", "site"), **fields)
    return made, {"authorization": f"Bearer {keys.make(made)}"}
