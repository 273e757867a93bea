"""How much of what LHEO asks for a training has."""

import json
from typing import Any

from django.urls import reverse

from cms.catalogue.models import Record
from knowledge.base.panels import Gap, GapsPanel
from knowledge.base.relations import Role

from .lheo import FIRST_CIRCLE, Provider, lacking


class LheoPanel(GapsPanel):
    """“LHEO : 12 sur 26”, each gap a link to its field, or to the organisation's own page."""

    counted = "LHEO"

    def __init__(self, **options: Any) -> None:
        options.setdefault("heading", "LHEO")
        super().__init__(**options)

    class BoundPanel(GapsPanel.BoundPanel):
        total = len(FIRST_CIRCLE)

        def gaps(self) -> list[Gap]:
            provider = provider_of(self.edited)
            return [
                Gap(
                    one.label,
                    one.field,
                    code=one.name,
                    url=provider.edit_url if one.of_provider else "",
                )
                for one in lacking(self.edited, provider)
            ]


def provider_of(page: Any) -> Provider:
    """The organisation that is responsible for the training, as its own record says it: the
    organiser, else the lead, else the first one. One query."""
    rows = list(page.organisations.all())
    order = {Role.ORGANISER: 0, Role.LEAD: 1}
    rows.sort(key=lambda row: order.get(row.role, 2))
    if not rows:
        return Provider()
    row = rows[0]
    if not row.organisation_id:
        return Provider(row.name)
    record = Record.objects.filter(page_id=row.organisation_id, gone_at__isnull=True).first()
    edit_url = reverse("wagtailadmin_pages:edit", args=[row.organisation_id])
    if record is None:
        return Provider(row.name, edit_url=edit_url)
    data = json.loads(record.json, strict=False)["data"]
    return Provider(
        record.title,
        siret=data.get("siret") or "",
        address=data.get("address") or "",
        contact=data.get("contact") or {},
        edit_url=edit_url,
    )
