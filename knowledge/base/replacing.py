"""Before a page is deleted: what uses it, and which page takes its place."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.widgets import AdminPageChooser
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.core.replacing import must_be_replaced, replace, uses

from .actors import actor_chooser, organisation_chooser

SHOWN = 20
ASKED = "replacing"  # a field of our page's form: what was asked has been answered


class ReplacePageForm(forms.Form):
    """Another page of the same type, or none where nothing insists on one."""

    replacement = forms.ModelChoiceField(
        queryset=Page.objects.none(), required=False, label=gettext_lazy("Page that replaces it")
    )
    without = forms.BooleanField(
        required=False,
        label=gettext_lazy("Delete without replacing"),
        help_text=gettext_lazy(
            "What names it will name nothing any more, or only the name written beside it; lists"
            " of related pages and of contacts lose their line."
        ),
    )

    def __init__(self, page: Page, data: Any = None) -> None:
        if data is not None and not str(data.get("replacement", "")).isdigit():
            data = {**data.dict(), "replacement": ""}  # the chooser can show numbers only
        super().__init__(data)
        model = page.specific_class
        field: Any = self.fields["replacement"]
        field.queryset = model._default_manager.exclude(pk=page.pk)
        field.widget = _chooser(model)
        if must_be_replaced(page):
            del self.fields["without"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("replacement") or cleaned.get("without")
        if not chosen and "replacement" not in self.errors:
            self.add_error("replacement", _("Choose the page that replaces it."))
        if cleaned.get("replacement") and cleaned.get("without"):
            self.add_error("without", _("Choose one or the other."))
        return cleaned


def _chooser(model: Any) -> Any:
    kind = getattr(getattr(model, "record_type", None), "actor", "")
    if kind == "organisation":
        return organisation_chooser.widget_class()
    if kind:
        return actor_chooser.widget_class()
    return AdminPageChooser(target_models=[model])


def ask_before_deleting(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Shows what uses the page and asks what replaces it; None where nothing uses it, or once
    that was answered and done: the page is then deleted as usual."""
    confirmed = "confirm_site_name" in request.POST  # Wagtail's own question, asked after ours
    found = [] if confirmed else uses(page)
    if not found:
        return None
    form = ReplacePageForm(page, request.POST if ASKED in request.POST else None)
    if form.is_bound and form.is_valid():
        if new := form.cleaned_data["replacement"]:
            _follow(page, new)
            names = {"old": page.title, "new": new.title}
            messages.success(request, _("“%(new)s” replaces “%(old)s” everywhere.") % names)
        return None
    finder = AdminURLFinder(request.user)
    return TemplateResponse(
        request,
        "knowledge_base/replace_page.html",
        {
            "page": page,
            "form": form,
            "media": form.media,
            "asked": ASKED,
            "uses": [(one, finder.get_edit_url(one)) for one in found[:SHOWN]],
            "number": len(found),
            "more": max(0, len(found) - SHOWN),
        },
    )


def _follow(old: Page, new: Page) -> None:
    """Whatever led to the old page leads to the new one, its address too."""
    replace(old, new)
    parts = old.get_url_parts()
    if parts and parts[2]:
        site_id, _root, path = parts
        Redirect.objects.update_or_create(
            old_path=Redirect.normalise_path(path),
            site_id=site_id,
            defaults={"redirect_page": new.page_ptr, "is_permanent": True},
        )


def refuse_in_bulk(
    request: HttpRequest, action: str, objects: Any, view: Any
) -> HttpResponse | None:
    """Pages that are in use are deleted one by one: each asks what replaces it."""
    if action != "delete" or getattr(view, "model", None) is not Page or request.method != "POST":
        return None
    together = {page.pk for page in objects}
    used = [page for page in objects if _used_by_others(page, together)]
    if not used:
        return None
    names = ", ".join(page.title for page in used[:SHOWN])
    messages.error(
        request,
        _("In use: %(pages)s. Delete them one by one, to say what replaces each.")
        % {"pages": names},
    )
    parent = used[0].get_parent()
    return redirect("wagtailadmin_explore", parent.pk)


def _used_by_others(page: Page, together: set[int]) -> bool:
    return any(not isinstance(one, Page) or one.pk not in together for one in uses(page.specific))
