"""The edit forms of vocabularies and descriptors."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.panels import FieldPanel, InlinePanel, MultipleChooserPanel, ObjectList, Panel

from .choosers import concept_chooser
from .finding import with_names
from .forms import ConceptForm, ConceptSchemeForm


class NarrowerPanel(Panel):
    """The narrower terms, to read: each is placed from its own form."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "knowledge_thesaurus/narrower.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is not None

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            finder = AdminURLFinder(self.request.user)
            rows = with_names(self.instance.narrower.all())
            named = sorted((row.label(), finder.get_edit_url(row)) for row in rows)
            return {**super().get_context_data(parent_context), "narrower": named}


SAME_SCHEME = {"scheme": "#id_scheme"}

scheme_panels = ObjectList(
    [
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("applies_to"),
        FieldPanel("multiple"),
        FieldPanel("is_facet"),
        FieldPanel("required"),
        FieldPanel("sort_order"),
    ],
    base_form_class=ConceptSchemeForm,
)

label_panels = [
    FieldPanel("label"),
    FieldPanel("kind"),
    FieldPanel("language", widget=forms.Select(choices=settings.LANGUAGES)),
]

concept_panels = ObjectList(
    [
        FieldPanel("scheme"),
        InlinePanel(
            "labels",
            heading=_("Labels"),
            label=_("Label"),
            panels=label_panels,
            min_num=1,
            help_text=_(
                "One descriptor in each language; acronyms, synonyms and former names are"
                " non-descriptors: they lead a search to the descriptor."
            ),
        ),
        FieldPanel("broader", widget=concept_chooser.widget_class(linked_fields=SAME_SCHEME)),
        NarrowerPanel(heading=_("Narrower terms (NT)")),
        MultipleChooserPanel(
            "relations",
            chooser_field_name="other",
            heading=_("Related terms (RT)"),
            label=_("Related term"),
            panels=[FieldPanel("other")],
        ),
        FieldPanel("scope_note"),
        FieldPanel("slug"),
        FieldPanel("exact_match"),
        FieldPanel("replaced_by"),
    ],
    base_form_class=ConceptForm,
)
