"""The thesaurus in the admin: vocabularies, and descriptors as trees."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Count, ProtectedError, QuerySet
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page

from cms.core import replacing

from .choosers import concept_chooser, other_names
from .finding import Place, in_tree_order, named, places, with_names
from .labels import normalise
from .merging import merge
from .models import Concept, ConceptLabel, ConceptScheme
from .panels import concept_panels, scheme_panels


class TreeColumn(TitleColumn):
    """The descriptor, as far to the right as it is specific."""

    cell_template_name = "knowledge_thesaurus/tree_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "depth": parent_context["table"].view_depth(instance)}


class ConceptIndexView(generic.IndexView):
    add_item_label = _("Add a descriptor")
    is_searchable = True
    list_filter = ["scheme"]
    paginate_by = 100

    def get_base_queryset(self) -> QuerySet[Concept]:
        return with_names(super().get_base_queryset())

    @cached_property
    def places(self) -> dict[int, Place]:
        return places((get_language() or "fr").split("-")[0])

    def order_queryset(self, queryset: QuerySet[Concept]) -> QuerySet[Concept]:
        return in_tree_order(queryset, self.places)

    def search_queryset(self, queryset: QuerySet[Concept]) -> QuerySet[Concept]:
        return named(queryset, self.search_query) if self.is_searching else queryset

    def get_table(self, object_list: Any) -> Any:
        table = super().get_table(object_list)
        known = {} if self.is_searching else self.places
        table.view_depth = lambda row: known[row.pk].depth if row.pk in known else 0
        return table

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TreeColumn)
        return [
            title("label", label=_("Descriptor"), accessor="label", get_url=self.get_edit_url),
            Column("other_names", label=_("Non-descriptors (UF)"), accessor=other_names),
            Column("broader", label=_("Broader term (BT)"), accessor=_broader),
            Column("scheme", label=_("Vocabulary")),
        ]


def _broader(concept: Concept) -> str:
    return concept.broader.label() if concept.broader else ""


class _TwoAtOnce:
    """Two people who give the same name at the same moment: the second is told so. The database
    notices when it commits, after the form found nothing wrong."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]  # a mixin of form views
        except IntegrityError:
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            form.add_error(None, _("Somebody has just given the same name: look at the list."))
            return self.form_invalid(form)  # type: ignore[attr-defined]


def _asked_label(request: HttpRequest, kind: str) -> ConceptLabel | None:
    """The label that a link to a form wants added (`?label=…&language=fr`): it is saved with the
    form, or not at all."""
    text = " ".join(request.GET.get("label", "").replace("\x00", "").split())
    language = request.GET.get("language", "fr")
    if request.method != "GET" or not normalise(text) or language not in dict(settings.LANGUAGES):
        return None
    return ConceptLabel(kind=kind, language=language, label=text[:200])


class ConceptCreateView(_TwoAtOnce, generic.CreateView):
    def get_initial_form_instance(self) -> Concept:
        concept = super().get_initial_form_instance() or Concept()
        if label := _asked_label(self.request, ConceptLabel.Kind.PREFERRED):
            concept.labels.add(label)
        return concept


class ConceptEditView(_TwoAtOnce, generic.EditView):
    def get_object(self, queryset: Any = None) -> Concept:
        concept = super().get_object(queryset)
        label = _asked_label(self.request, ConceptLabel.Kind.ALTERNATIVE)
        known = {(one.language, one.normalized) for one in concept.labels.all()}
        if label and (label.language, normalise(label.label)) not in known:
            label.sort_order = len(known)  # after the others
            concept.labels.add(label)
        return concept


class ProtectedDeleteView(generic.DeleteView):
    """Refuses while something uses the descriptor or vocabulary, and says what."""

    template_name = "knowledge_thesaurus/confirm_delete.html"

    @cached_property
    def uses(self) -> list[Any]:
        return uses(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        finder = AdminURLFinder(self.request.user)
        context["uses"] = [(found, finder.get_edit_url(found)) for found in self.uses]
        context["is_protected"] = bool(self.uses) or context.get("is_protected", False)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        if self.uses:
            messages.error(self.request, _("It is in use: it cannot be deleted."))
            return HttpResponseRedirect(self.get_delete_url())
        return super().form_valid(form)


def uses(thing: Concept | ConceptScheme) -> list[Any]:
    """What keeps it from being deleted: pages that carry a concept, in a draft too, narrower
    terms…"""
    found = [one for one in replacing.uses(thing) if not isinstance(one, Concept)]
    pages = {one.pk for one in found if isinstance(one, Page)}
    try:
        Collector(using="default", origin=thing).collect([thing])
    except ProtectedError as error:
        owners = (getattr(row, "page", row) for row in error.protected_objects)
        found += (one for one in owners if not (isinstance(one, Page) and one.pk in pages))
    return list(dict.fromkeys(found))


class ReplacementForm(forms.Form):
    """Which descriptor of the same vocabulary takes the place of another."""

    replacement = forms.ModelChoiceField(
        queryset=Concept.objects.none(),
        label=_("Descriptor that replaces it"),
        error_messages={"required": _("Choose the descriptor that replaces it.")},
    )

    def __init__(self, concept: Concept, data: Any = None) -> None:
        if data is not None and not str(data.get("replacement", "")).isdigit():
            data = {"replacement": ""}  # the chooser can show numbers only
        super().__init__(data)
        others = Concept.objects.filter(scheme=concept.scheme_id, replaced_by=None)
        field: Any = self.fields["replacement"]
        field.queryset = others.exclude(pk=concept.pk)
        field.widget = concept_chooser.widget_class()
        field.widget.scheme = concept.scheme_id


class ConceptDeleteView(ProtectedDeleteView):
    """A descriptor in use is replaced: its identifier then leads to the one that takes over."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.uses and not self.object.replaced_by_id:
            context.setdefault("replacing", ReplacementForm(self.object))
            context["media"] = context.get("media", forms.Media()) + context["replacing"].media
        return context

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.uses or self.object.replaced_by_id or "replacement" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = ReplacementForm(self.object, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(replacing=form))
        names = {"old": self.object.label(), "new": form.cleaned_data["replacement"].label()}
        merge(self.object, form.cleaned_data["replacement"])
        messages.success(request, _("“%(new)s” replaces “%(old)s” everywhere.") % names)
        return HttpResponseRedirect(self.get_success_url())


class ConceptViewSet(ModelViewSet):
    model = Concept
    name = "thesaurus_concepts"
    url_prefix = "thesaurus/concepts"
    menu_label = _("Descriptors")
    icon = "tag"
    edit_handler = concept_panels
    copy_view_enabled = False
    list_per_page = 100
    index_view_class = ConceptIndexView
    add_view_class = ConceptCreateView
    edit_view_class = ConceptEditView
    delete_view_class = ConceptDeleteView
    list_filter = ["scheme"]


class YesNoColumn(BooleanColumn):
    """Wagtail's says "True" and "False" to those who hear the page."""

    cell_template_name = "knowledge_thesaurus/yes_no_cell.html"


class SchemeIndexView(generic.IndexView):
    add_item_label = _("Add a vocabulary")

    def get_base_queryset(self) -> QuerySet[ConceptScheme]:
        return super().get_base_queryset().annotate(number=Count("concepts"))

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TitleColumn)
        return [
            title("title", label=_("Vocabulary"), get_url=self.get_edit_url),
            Column("slug", label=_("Identifier")),
            Column("number", label=_("Descriptors")),
            YesNoColumn("multiple", label=_("Several")),
            YesNoColumn("is_facet", label=_("Search filter")),
            YesNoColumn("required", label=_("Required")),
        ]


class SchemeViewSet(ModelViewSet):
    model = ConceptScheme
    name = "thesaurus_schemes"
    url_prefix = "thesaurus/schemes"
    menu_label = _("Vocabularies")
    icon = "folder-open-inverse"
    edit_handler = scheme_panels
    copy_view_enabled = False
    index_view_class = SchemeIndexView
    delete_view_class = ProtectedDeleteView


class ThesaurusGroup(ViewSetGroup):
    menu_label = _("Thesaurus")
    menu_icon = "tag"
    menu_order = 250
    items = (ConceptViewSet, SchemeViewSet)
