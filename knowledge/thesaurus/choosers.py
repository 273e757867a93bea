"""Choosing a descriptor by any of its names."""

from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser, BaseChooserAdapter

from .finding import named, with_names
from .models import Concept, ConceptLabel, ConceptScheme


class ConceptFilterForm(BaseFilterForm):
    """By name, by vocabulary, and by the type of content that will carry the descriptor."""

    q = forms.CharField(
        label=_("Any name"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Descriptor, acronym, synonym")}),
    )
    scheme = forms.ModelChoiceField(
        label=_("Vocabulary"),
        queryset=ConceptScheme.objects.all(),
        required=False,
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )
    applies_to = forms.CharField(required=False, widget=forms.HiddenInput)

    def filter(self, concepts: QuerySet[Concept]) -> QuerySet[Concept]:
        if scheme := self.cleaned_data.get("scheme"):
            concepts = concepts.filter(scheme=scheme)
        if kind := self.cleaned_data.get("applies_to"):
            concepts = concepts.filter(scheme__applies_to__contains=[kind])
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        return named(concepts, self.search_query or "")


class _Results(views.BaseChooseView):
    filter_form_class = ConceptFilterForm

    def get_object_list(self) -> QuerySet[Concept]:
        return with_names(Concept.objects.filter(replaced_by=None))

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            Column("other_names", label=_("Non-descriptors (UF)"), accessor=other_names),
            Column("scheme", label=_("Vocabulary")),
        ]


def other_names(concept: Concept) -> str:
    """The names under which a concept is found too, hidden ones left out."""
    kind = ConceptLabel.Kind.ALTERNATIVE
    return ", ".join(label.label for label in concept.labels.all() if label.kind == kind)


class ConceptChooseView(views.ChooseViewMixin, views.CreationFormMixin, _Results):
    pass


class ConceptChooseResultsView(views.ChooseResultsViewMixin, views.CreationFormMixin, _Results):
    pass


class ConceptChooser(BaseChooser):
    """`applies_to`: show only the vocabularies of this record type; `scheme`: only this one."""

    applies_to = ""
    scheme: int | None = None

    def get_chooser_modal_url(self) -> str:
        address = super().get_chooser_modal_url()
        asked = {"applies_to": self.applies_to, "scheme": self.scheme}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{address}?{query}" if query else address


class ConceptChooserViewSet(ChooserViewSet):
    model = Concept
    icon = "tag"
    choose_one_text = _("Choose a descriptor")
    choose_another_text = _("Choose another descriptor")
    edit_item_text = _("Edit this descriptor")
    per_page = 20
    base_widget_class = ConceptChooser
    widget_telepath_adapter_class = BaseChooserAdapter
    choose_view_class = ConceptChooseView
    choose_results_view_class = ConceptChooseResultsView
    preserve_url_parameters = ["multiple", "applies_to", "scheme"]


concept_chooser = ConceptChooserViewSet("concept_chooser", url_prefix="thesaurus/choose")
