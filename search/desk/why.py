"""“Why is this hit here”: a search and a page, in the admin."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.catalogue.models import Record
from cms.core.records import record_types

from ..engines.base import EngineError
from ..query import MAX_TEXT, InvalidQuery, SearchQuery
from .explaining import explain, first_results

NAME = "why_report"


class WhyForm(forms.Form):
    """The search's other parameters (filters) go along as they are."""

    q = forms.CharField(label=pgettext_lazy("page", "Search"), max_length=MAX_TEXT, required=False)
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    chosen = forms.ModelChoiceField(
        label=_("Page"), queryset=Page.objects.none(), required=False, widget=AdminPageChooser()
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        chosen: Any = self.fields["chosen"]
        chosen.queryset = policy_registry.get_by_type(Page).explorable_instances(user)
        chosen.widget.choices = chosen.choices


class WhyView(WagtailAdminTemplateMixin, TemplateView):
    """`q`, `locale` and the filters of the public page; `chosen` is a page's number, `record` a
    record's identifier. For everybody who works in the admin and may see the page."""

    template_name = "search/desk/why.html"
    page_title = _("Why is it found?")
    header_icon = "help"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        record, page = self._asked_for()
        context |= {
            "form": self._form(page),
            "kept": self._kept(),
            "record": record,
            "page": page,
            "title": record.title if record and record.title else page.title if page else "",
            "explanation": None,
            "result": None,
            "hits": [],
            "error": "",
        }
        context["media"] = context["form"].media
        try:
            query = SearchQuery.parse(self._parameters(), locale=settings.LANGUAGE_CODE)
            context["query"] = query
            if query.q:
                context["public"] = _public(query)
                if record or page:
                    context["explanation"] = explain(query, record)
                context["result"] = found = first_results(query)
                context["hits"] = [(hit, address(query, hit.uid)) for hit in found.hits]
        except InvalidQuery as invalid:
            context["error"] = invalid.message
        except EngineError:
            context["error"] = gettext("The engine does not answer: try again in a minute.")
        return context

    def _parameters(self) -> Any:
        """The search's own: no page of the results, and no language that is none."""
        asked = self.request.GET.copy()
        for name in ("page", "chosen", "record"):
            asked.pop(name, None)
        return asked

    def _kept(self) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name, values in self._parameters().lists()
            if name not in ("q", "locale")
            for value in values
        ]

    def _form(self, page: Page | None) -> WhyForm:
        asked = self.request.GET
        data = {
            "q": asked.get("q", ""),
            "locale": asked.get("locale") or settings.LANGUAGE_CODE,
            "chosen": page.pk if page else "",
        }
        return WhyForm(data, user=self.request.user)

    def _asked_for(self) -> tuple[Record | None, Page | None]:
        """The record and the page; neither when nothing valid is asked for. Raises
        PermissionDenied for what this person may not see."""
        record, page = None, None
        number, uid = self.request.GET.get("chosen", ""), self.request.GET.get("record", "")
        if number.isascii() and number.isdecimal() and len(number) < 19:
            page = Page.objects.filter(pk=int(number)).first()
        elif found := _uuid(uid):
            record = Record.objects.filter(pk=found).first()
            page = Page.objects.filter(pk=record.page_id).first() if record else None
        if page is not None and record is None:
            record = (
                Record.objects.filter(page_id=page.pk, locale=page.locale.language_code)
                .order_by("-version")
                .first()
            )
        if page is not None and (record is None or record.gone_at):
            policy = policy_registry.get_by_type(Page)
            if not policy.explorable_instances(self.request.user).filter(pk=page.pk).exists():
                raise PermissionDenied
        return record, page


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _public(query: SearchQuery) -> str:
    with translation.override(query.locale):
        return f"{reverse('search')}{query.as_address()}"


def address(query: SearchQuery, uid: uuid.UUID | None = None) -> str:
    """Where to ask why a record is a hit of a search, or of the search in general."""
    asked = [(name, value) for name, value in query.parameters() if name not in ("page", "locale")]
    asked.append(("locale", query.locale))
    if uid is not None:
        asked.append(("record", str(uid)))
    return f"{reverse(NAME)}?{urlencode(asked)}"


def button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Any:
    """In the menu of a page that searches can find."""
    kind = getattr(page.specific_class, "record_type", None)
    if kind is not None and kind.name in record_types():
        asked = urlencode({"chosen": page.pk, "locale": page.locale.language_code})
        yield Button(
            _("Why is it found?"), f"{reverse(NAME)}?{asked}", icon_name="help", priority=80
        )
