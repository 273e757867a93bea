"""Before a page is deleted: what uses it, and which page takes its place."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
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

from cms.core.replacing import must_be_replaced, replace, uses, uses_of

from .actors import actor_chooser, organisation_chooser

SHOWN = 20
ASKED = "replacing"  # a field of our page's form: what was asked has been answered


class ReplacePageForm(forms.Form):
    """Another page of the same type and language, or none where nothing insists on one."""

    replacement = forms.ModelChoiceField(
        queryset=Page.objects.none(),
        required=False,
        label=gettext_lazy("Page that replaces it"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a page of the same type, in the same language.")
        },
    )
    without = forms.BooleanField(
        required=False,
        label=gettext_lazy("Delete without replacing"),
        help_text=gettext_lazy(
            "What names it will name nothing any more, or only the name written beside it; lists"
            " of related pages and of contacts lose their line."
        ),
    )
    confirm_site_name = forms.CharField()

    def __init__(self, page: Page, data: Any = None) -> None:
        if data is not None and not str(data.get("replacement", "")).isdigit():
            data = {**data.dict(), "replacement": ""}  # the chooser can show numbers only
        super().__init__(data)
        model = page.specific_class
        field: Any = self.fields["replacement"]
        others = model._default_manager.filter(locale=page.locale_id)
        field.queryset = others.exclude(pk=page.pk)
        field.widget = _chooser(model)
        field.widget.language = page.locale.language_code
        if must_be_replaced(page):
            del self.fields["without"]
        self._ask_for_the_site(page.get_descendant_count() + 1)

    def _ask_for_the_site(self, number: int) -> None:
        """Deleting many pages at once is confirmed as in the rest of the admin."""
        if number < getattr(settings, "WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT", 10):
            del self.fields["confirm_site_name"]
            return
        said = {"number": number, "site": settings.WAGTAIL_SITE_NAME}
        self.fields["confirm_site_name"].label = (
            _("%(number)s pages will be deleted. Type “%(site)s” to confirm.") % said
        )

    def clean_confirm_site_name(self) -> str:
        typed = str(self.cleaned_data["confirm_site_name"])
        if typed != settings.WAGTAIL_SITE_NAME:
            said = {"site": settings.WAGTAIL_SITE_NAME}
            raise forms.ValidationError(_("Type “%(site)s” to confirm.") % said)
        return typed

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
    """Shows what uses the page and asks what replaces it; None where nothing outside of what is
    deleted uses it, or once that was answered and done: the page is then deleted as usual. Refused
    while something outside uses a page below it."""
    below = list(page.get_descendants())
    together = {page.pk, *(one.pk for one in below)}
    if used := _used_by_others(below, together):
        _refuse(request, used)
        return redirect("wagtailadmin_explore", page.pk)
    found = [one for one in uses(page) if not _is_among(one, together)]
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
    chosen = list(objects)
    every = {page.pk: page for one in chosen for page in (one, *one.get_descendants())}
    used = _used_by_others(every.values(), set(every))
    if not used:
        return None
    _refuse(request, used)
    return redirect("wagtailadmin_explore", chosen[0].get_parent().pk)


def _refuse(request: HttpRequest, used: list[Page]) -> None:
    names = ", ".join(page.title for page in used[:SHOWN])
    said = _("In use: %(pages)s. Delete them one by one, to say what replaces each.")
    messages.error(request, said % {"pages": names})


def _used_by_others(pages: Iterable[Page], together: set[int]) -> list[Page]:
    """Those of the pages that something outside of what is deleted together uses."""
    kinds: dict[int, list[Any]] = defaultdict(list)
    for page in pages:
        kinds[page.content_type_id].append(page)
    used = []
    for alike in kinds.values():
        if model := alike[0].specific_class:
            whole = model._default_manager.in_bulk([page.pk for page in alike])
            found = uses_of(list(whole.values()))
            used += [
                page
                for page in alike
                if any(not _is_among(one, together) for one in found.get(page.pk, ()))
            ]
    return used


def _is_among(one: Any, together: set[int]) -> bool:
    return isinstance(one, Page) and one.pk in together
