"""“Doublon de…”: the button of a page's menu, and the two screens behind it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from . import merging
from .relations import (
    PageDescriptor,
    PageIdentifier,
    PageOrganisation,
    PageRelated,
    PageTerritory,
)

_LABELS: dict[str, Any] = {
    "descriptors": PageDescriptor, "territories": PageTerritory,
    "organisations": PageOrganisation, "related_pages": PageRelated,
    "identifiers": PageIdentifier,
}  # fmt: skip


class DuplicateForm(forms.Form):
    """Which page to keep. `page` is the duplicate, `user` must be allowed on both."""

    kept = forms.ModelChoiceField(queryset=Page.objects.none(), label=_("Page to keep"))
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, page: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.page, self.user = page, user
        kept: Any = self.fields["kept"]
        kept.queryset = type(page).objects.exclude(pk=page.pk)
        kept.widget = AdminPageChooser(target_models=[type(page)])
        kept.widget.choices = kept.choices

    def clean_kept(self) -> Any:
        kept = self.cleaned_data["kept"]
        if reason := merging.refusal(self.page, kept):
            raise forms.ValidationError(reason)
        if not merging.may_merge(self.user, kept):
            raise forms.ValidationError(
                gettext("You may not edit and publish this page, or it is locked.")
            )
        return kept


class DuplicateView(WagtailAdminTemplateMixin, FormView):
    """Choose the page to keep; see what will happen; do it."""

    form_class = DuplicateForm
    template_name = "knowledge_base/duplicate.html"
    page_title = _("Duplicate of…")
    header_icon = "copy"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        page = get_object_or_404(Page, pk=kwargs["page_id"])
        if not merging.mergeable(page):
            raise Http404
        self.page = page.specific
        if not merging.may_merge(request.user, self.page):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            {"url": edit, "label": self.page.get_admin_display_title()},
            {"url": "", "label": self.page_title},
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "page": self.page, "user": self.request.user}

    def form_valid(self, form: DuplicateForm) -> HttpResponse:
        kept = form.cleaned_data["kept"]
        if not form.cleaned_data["confirmed"]:
            return self.render_to_response(self.get_context_data(form=form, kept=kept))
        try:
            done = merging.merge(self.page, kept, self.request.user)
        except ValueError as refused:  # something changed since the form was checked
            form.add_error("kept", str(refused))
            return self.form_invalid(form)
        said = gettext("“%(duplicate)s” is unpublished; its readers are led to “%(kept)s”.")
        messages.success(
            self.request, said % {"duplicate": self.page.title, "kept": done.kept.title}
        )
        return redirect("wagtailadmin_pages:edit", done.kept.pk)

    def form_invalid(self, form: DuplicateForm) -> HttpResponse:
        typed = str(form.data.get("kept") or "")
        if not (typed.isdigit() and len(typed) < 10 and Page.objects.filter(pk=typed).exists()):
            # The chooser cannot show what is no page.
            form.data = {"kept": ""}
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["page"] = self.page
        context["media"] = context["form"].media
        if kept := kwargs.get("kept"):
            plan = merging.plan(self.page, kept, self.request.user)
            context |= {"plan": plan, "additions": _additions(plan)}
        return context


def _additions(plan: merging.Plan) -> list[dict[str, Any]]:
    return [
        {
            "label": _LABELS[name]._meta.verbose_name,
            "texts": [str(row) for row in rows],
        }
        for name, rows in plan.rows.items()
    ]


def urls() -> list[Any]:
    return [
        path("pages/<int:page_id>/duplicate/", DuplicateView.as_view(), name="relais_duplicate")
    ]


def button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if merging.mergeable(page) and merging.may_merge(user, page):
        address = reverse("relais_duplicate", args=[page.pk])
        yield Button(_("Duplicate of…"), address, icon_name="copy", priority=55)


def actions(registry: Any) -> None:
    registry.register_action(
        merging.ACTION, _("Mark as a duplicate"), _("Marked as a duplicate of another page")
    )
