"""The edit forms of territories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, MultipleChooserPanel, ObjectList
from wagtail.admin.panels import Panel as BasePanel

from .forms import TerritoryForm
from .models import Territory

# A region lists its departments, a department its communes: no more are read.
SHOWN = 1000


class ContentPanel(BasePanel):
    """What lies in an official territory, to read: each is placed from its own form."""

    class BoundPanel(BasePanel.BoundPanel):
        template_name = "knowledge_territories/content.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            finder = AdminURLFinder(self.request.user)
            inner = Territory.objects.filter(wholes__outer=self.instance).defer("outline")
            rows = [(row, finder.get_edit_url(row)) for row in inner[:SHOWN]]
            return {**super().get_context_data(parent_context), "rows": rows}


def _chooser(relation: str, field: str, heading: Any, help_text: Any) -> MultipleChooserPanel:
    return MultipleChooserPanel(
        relation,
        chooser_field_name=field,
        heading=heading,
        label=_("Territory"),
        help_text=help_text,
        panels=[FieldPanel(field)],
    )


facts = [
    FieldPanel("name"),
    MultiFieldPanel(
        [FieldPanel("kind", widget=forms.RadioSelect), FieldPanel("code")], heading=_("Identity")
    ),
    FieldPanel("other_names"),
    FieldPanel("postal_codes"),
    MultiFieldPanel(
        [FieldPanel("population"), FieldPanel("latitude"), FieldPanel("longitude")],
        heading=_("Inhabitants and centre"),
    ),
]
wholes = _chooser(
    "wholes",
    "outer",
    _("Lies in"),
    _("The nearest only: a commune lies in its department, and so in the region."),
)
parts = _chooser(
    "parts",
    "inner",
    _("Made of"),
    _("What lies in this territory: the communes or the EPCI of a regional park, for instance."),
)

free_panels = ObjectList([*facts, parts, wholes], base_form_class=TerritoryForm).bind_to_model(
    Territory
)
official_panels = ObjectList(
    [*facts, wholes, ContentPanel(heading=_("What lies in it"))], base_form_class=TerritoryForm
).bind_to_model(Territory)
