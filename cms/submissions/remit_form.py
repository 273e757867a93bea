"""The form of a remit: territories are chosen one by one, there are too many for a list."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks import BlockField, StreamBlock

from knowledge.territories.choosers import territory_chooser

TerritoryBlock = territory_chooser.get_block_class(name="TerritoryBlock", module_path=__name__)


class RemitForm(WagtailAdminModelForm):
    where = BlockField(
        # A stream, not a list: Wagtail's script fails on a list that stands in no other block.
        block=StreamBlock(
            [("one", TerritoryBlock(required=False, label=_("Territory")))], required=False
        ),
        required=False,
        label=_("Territories"),
        help_text=_("With all that lies in them; none chosen: all of them."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = self.instance.territories.all() if self.instance.pk else ()
        block = self.fields["where"].block
        self.initial["where"] = block.to_python(
            [{"type": "one", "value": one.pk} for one in known] or [{"type": "one", "value": None}]
        )

    def _save_m2m(self) -> None:
        super()._save_m2m()
        chosen = (child.value for child in self.cleaned_data.get("where") or ())
        self.instance.territories.set(filter(None, chosen))
