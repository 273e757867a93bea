"""The edit forms of vocabularies and descriptors."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultipleChooserPanel, ObjectList

from .choosers import concept_chooser
from .forms import ConceptForm, ConceptSchemeForm

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
        FieldPanel(
            "broader", widget=concept_chooser.widget_class(linked_fields=SAME_SCHEME)
        ),
        MultipleChooserPanel(
            "relations",
            chooser_field_name="other",
            heading=_("Related terms (RT)"),
            label=_("Related term (RT)"),
            panels=[FieldPanel("other")],
        ),
        FieldPanel("scope_note"),
        FieldPanel("slug"),
        FieldPanel("exact_match"),
        FieldPanel("replaced_by"),
    ],
    base_form_class=ConceptForm,
)
