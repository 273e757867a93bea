"""Choosing an organisation or a person among the pages whose type says that it is an actor."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser, BaseChooserAdapter
from wagtail.models import Page

from knowledge.territories.naming import ComputedField, key
from knowledge.thesaurus.finding import words

_DOTTED = re.compile(r"\b(?:\w\.){2,}")  # S.A.M.U.
_NUMBER = re.compile(r"[\d\s]{9,}")  # a SIRET as people write it


def _name_words(text: str) -> list[str]:
    """The words of a name as two names are compared: without case, accents, signs, articles that
    are elided ("l’") or the dots of an acronym; the digits of a number are one word."""
    if _NUMBER.fullmatch(text.strip()):
        return ["".join(text.split())]
    undotted = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    return key(" ".join(words(undotted))).split()


class FoundByName(models.Model):
    """A page that pages may name (`RecordType.actor`): found in choosers by any of its names."""

    # Every name between bars, as it is compared: "| reseau culture sante | rcs |".
    names_key = ComputedField(editable=False)

    class Meta:
        abstract = True
        indexes = (GinIndex(OpClass("names_key", name="gin_trgm_ops"), name="%(class)s_names"),)

    def other_names(self) -> Iterable[str]:
        """What it is called besides its title: acronym, former names, codes."""
        return ()

    def make_names_key(self) -> str:
        names = [self.title, *self.other_names()]  # type: ignore[attr-defined]  # of a page
        found = dict.fromkeys(" ".join(_name_words(name)) for name in names)
        return f"| {' | '.join(filter(None, found))} |"


def find(pages: QuerySet[Page], text: str) -> QuerySet[Page]:
    """Those of the pages that bear every word, or its beginning, in any order, among their
    names; the one that is called exactly so comes first. Nothing for a text without a word."""
    asked = _name_words(text)
    named, exact = Q(pk__in=[]), Q(pk__in=[])
    for model in actor_models() if asked else []:
        rows: Any = model._default_manager.order_by()
        exact |= Q(pk__in=rows.filter(names_key__contains=f"| {' '.join(asked)} |").values("pk"))
        for word in asked:
            rows = rows.filter(names_key__contains=f" {word}")
        named |= Q(pk__in=rows.values("pk"))
    place = Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    return pages.filter(named).order_by(place, "title", "pk")


@cache
def actor_models(kind: str = "") -> list[type[Page]]:
    """The page types that pages may name: of a kind ("organisation", "person"), or all. They
    derive from `FoundByName`."""
    found = []
    for model in apps.get_models():
        declared = getattr(getattr(model, "record_type", None), "actor", "")
        if declared and issubclass(model, FoundByName) and (not kind or declared == kind):
            found.append(model)
    return found


class ActorFilterForm(BaseFilterForm):
    """By any name, acronym or code, in any case and without accents."""

    q = forms.CharField(
        label=_("Name or acronym"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name, acronym, former name, SIRET")}),
    )
    actor = forms.CharField(required=False, widget=forms.HiddenInput)

    def filter(self, pages: Any) -> Any:
        if kind := self.cleaned_data.get("actor"):
            pages = pages.type(*actor_models(kind)) if actor_models(kind) else pages.none()
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        return find(pages, self.search_query) if self.is_searching else pages


class _Results(views.BaseChooseView):
    filter_form_class = ActorFilterForm

    def get_object_list(self) -> QuerySet[Page]:
        models = actor_models()
        pages = Page.objects.type(*models) if models else Page.objects.none()
        return pages.select_related("content_type", "locale").order_by("title", "pk")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,
            Column("type", label=_("Type"), accessor=lambda page: page.page_type_display_name),
        ]


class ActorChooseView(views.ChooseViewMixin, views.CreationFormMixin, _Results):
    pass


class ActorChooseResultsView(views.ChooseResultsViewMixin, views.CreationFormMixin, _Results):
    pass


class ActorChooser(BaseChooser):
    """`actor`: only this kind. `language`: the one in which it opens."""

    actor = ""
    language = ""

    def get_chooser_modal_url(self) -> str:
        asked = {"actor": self.actor, "locale": self.language}
        query = urlencode({name: value for name, value in asked.items() if value})
        return "?".join(filter(None, (super().get_chooser_modal_url(), query)))


class OrganisationChooser(ActorChooser):
    actor = "organisation"


class ActorChooserViewSet(ChooserViewSet):
    model = Page
    icon = "group"
    choose_one_text = _("Choose in the directory")
    choose_another_text = _("Choose another")
    edit_item_text = _("Edit")
    per_page = 20
    register_widget = False
    base_widget_class = ActorChooser
    widget_telepath_adapter_class = BaseChooserAdapter
    choose_view_class = ActorChooseView
    choose_results_view_class = ActorChooseResultsView
    preserve_url_parameters = ["multiple", "actor"]


class OrganisationChooserViewSet(ActorChooserViewSet):
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    base_widget_class = OrganisationChooser


actor_chooser = ActorChooserViewSet("actor_chooser", url_prefix="directory/choose")
organisation_chooser = OrganisationChooserViewSet(
    "organisation_chooser", url_prefix="directory/choose-organisation"
)
