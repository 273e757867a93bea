"""The territories in the admin."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.deletion import ProtectedError, RestrictedError
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from .finding import attach_departments, named
from .forms import ReplaceForm
from .models import Territory
from .panels import free_panels, official_panels
from .replacing import replace, uses


class TerritoryIndexView(generic.IndexView):
    add_item_label = _("Add a territory")
    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Territory]:
        return super().get_base_queryset().defer("outline")

    def search_queryset(self, queryset: QuerySet[Territory]) -> QuerySet[Territory]:
        return named(queryset, self.search_query) if self.is_searching else queryset

    def get_table(self, object_list: Any) -> Any:
        attach_departments(object_list)
        return super().get_table(object_list)

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TitleColumn)
        return [
            title("name", label=_("Territory"), sort_key="name_key", get_url=self.get_edit_url),
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
            Column("code", label=_("Code"), sort_key="code"),
            Column("departments", label=_("Department")),
            NumberColumn("population", label=_("Inhabitants"), sort_key="population"),
        ]


class _TwoAtOnce:
    """Two people who make the same territory at the same moment: the second is told so."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().form_valid(form)  # type: ignore[misc]  # a mixin of form views
        except IntegrityError:
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            form.add_error(None, _("Somebody has just made this territory: look at the list."))
            return self.form_invalid(form)  # type: ignore[attr-defined]


class TerritoryCreateView(_TwoAtOnce, generic.CreateView):
    pass


class TerritoryEditView(_TwoAtOnce, generic.EditView):
    """What a free territory is made of is edited; an official one's content is only shown."""

    def get_panel(self) -> Any:
        kind = Territory.objects.filter(pk=self.object_pk).values_list("kind", flat=True).first()
        return free_panels if kind == Territory.Kind.FREE else official_panels

    def get_form_class(self) -> Any:
        return self.panel.get_form_class()


class TerritoryDeleteView(generic.DeleteView):
    """Asks which territory takes the place of one that is in use."""

    template_name = "knowledge_territories/confirm_delete.html"
    form_class = ReplaceForm

    @cached_property
    def uses(self) -> list[Any]:
        return uses(self.object)

    def get_usage_url(self) -> None:
        """None: `uses` knows more than Wagtail's index of references, and is up to date."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(), "territory": self.object, "used": bool(self.uses),
        }  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        finder = AdminURLFinder(self.request.user)
        context["uses"] = [(found, finder.get_edit_url(found)) for found in self.uses[:30]]
        context["number"] = len(self.uses)
        return context

    def form_valid(self, form: ReplaceForm) -> HttpResponse:
        new = form.cleaned_data["replacement"]
        try:
            with transaction.atomic():
                if new is not None:
                    replace(self.object, new)
                return super().form_valid(form)
        except (IntegrityError, ProtectedError, RestrictedError):
            message = gettext("Something that uses it cannot use the other one: change that first.")
            messages.error(self.request, message)
            return self.form_invalid(form)


class TerritoryViewSet(ModelViewSet):
    model = Territory
    name = "territories"
    url_prefix = "territories"
    menu_label = _("Territories")
    menu_order = 260
    icon = "thumbtack"
    add_to_admin_menu = True
    edit_handler = free_panels
    copy_view_enabled = False
    list_per_page = 50
    list_filter = ["kind"]
    ordering = ("name_key", "pk")
    index_view_class = TerritoryIndexView
    add_view_class = TerritoryCreateView
    edit_view_class = TerritoryEditView
    delete_view_class = TerritoryDeleteView
    delete_template_name = "knowledge_territories/confirm_delete.html"
