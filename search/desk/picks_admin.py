"""Editors' picks in the admin: every mistake is said where it was made."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultipleChooserPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from cms.catalogue.models import Record
from cms.core.records import record_types

from .models import KEY_LENGTH, Pick, PickPage
from .picks import MOST
from .texts import LONGEST, text_key

MOST_TEXTS = 30


class PickForm(WagtailAdminModelForm):
    def clean_locale(self) -> str:
        code = str(self.cleaned_data["locale"])
        if code not in dict(settings.LANGUAGES):
            raise ValidationError(gettext("There is no content in this language."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("The last day comes before the first."))
        if "texts" in cleaned:
            self._check_texts(cleaned["texts"], cleaned.get("locale", ""), starts, ends)
        self._check_pages(cleaned.get("locale", ""))
        return cleaned

    def _check_texts(
        self, texts: str, locale: str, starts: dt.date | None, ends: dt.date | None
    ) -> None:
        keys: dict[str, str] = {}
        for line in filter(None, map(str.strip, texts.splitlines())):
            key = text_key(line)
            if not key:
                self._refuse(gettext("“%(text)s” has no letter and no digit."), text=line)
            elif len(line) > LONGEST or len(key) > KEY_LENGTH:
                self._refuse(gettext("“%(text)s…” is too long for a search."), text=line[:40])
            elif key in keys:
                self._refuse(
                    gettext("“%(text)s” is the same search as “%(first)s”, written above."),
                    text=line,
                    first=keys[key],
                )
            keys.setdefault(key, line)
        if len(keys) > MOST_TEXTS:
            self._refuse(gettext("At most %(most)d searches."), most=MOST_TEXTS)
        others = Pick.objects.filter(locale=locale, keys__overlap=list(keys)).exclude(
            pk=self.instance.pk
        )
        if starts:
            others = others.exclude(ends_on__lt=starts)
        if ends:
            others = others.exclude(starts_on__gt=ends)
        for other in others:
            both = next(text for key, text in keys.items() if key in other.keys)
            self._refuse(
                gettext("“%(text)s” has another pick in these days: %(when)s."),
                text=both,
                when=when(other),
            )
        self.instance.keys = [key for key in keys if key]

    def _refuse(self, message: str, **values: Any) -> None:
        self.add_error("texts", message % values)

    def _check_pages(self, locale: str) -> None:
        formset = self.formsets["pages"]
        rows = list(self._pages())
        if not rows:
            self._refuse_pages(formset, gettext("Choose at least one page."))
        elif len(rows) > MOST:
            self._refuse_pages(formset, gettext("At most %(most)d pages.") % {"most": MOST})
        seen = set()
        kinds = record_types()
        for form, page in rows:
            kind = getattr(page.specific_class, "record_type", None)
            if kind is None or kind.name not in kinds:
                form.add_error("page", gettext("No search finds a page of this type."))
            elif page.locale.language_code != locale:
                form.add_error(
                    "page", gettext("This page is in another language than the searches.")
                )
            elif page.pk in seen:
                form.add_error("page", gettext("This page is chosen twice."))
            seen.add(page.pk)

    def _pages(self) -> Iterator[tuple[forms.Form, Any]]:
        for form in self.formsets["pages"].forms:
            kept = form.is_valid() and not form.cleaned_data.get("DELETE")
            if kept and form.cleaned_data.get("page"):
                yield form, form.cleaned_data["page"]

    @staticmethod
    def _refuse_pages(formset: Any, message: str) -> None:
        formset.non_form_errors().append(ValidationError(message))


def when(pick: Pick) -> str:
    """The days of a pick in words."""
    starts, ends = (
        formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""
        for day in (pick.starts_on, pick.ends_on)
    )
    if starts and ends:
        return gettext("from %(starts)s until %(ends)s") % {"starts": starts, "ends": ends}
    if starts:
        return gettext("from %(starts)s on") % {"starts": starts}
    return gettext("until %(ends)s") % {"ends": ends} if ends else gettext("always")


def pages(pick: Pick) -> str:
    """The titles of its pages; those that no visitor may see are said."""
    live = pick.live_pages  # an annotation of the list
    return ", ".join(
        row.page.title
        if row.page_id in live
        else gettext("%(title)s (not public: not shown)") % {"title": row.page.title}
        for row in pick.pages.all()
    )


def language(pick: Pick) -> str:
    return str(dict(settings.LANGUAGES).get(pick.locale, pick.locale))


class PickFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("current", _("Current")), ("coming", _("To come")), ("past", _("Past"))],
        method="filter_state",
    )
    locale = django_filters.ChoiceFilter(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Pick
        fields = ("state", "locale")

    def filter_state(self, picks: QuerySet[Pick], name: str, value: str) -> QuerySet[Pick]:
        today = timezone.localdate()
        if value == "coming":
            return picks.filter(starts_on__gt=today)
        if value == "past":
            return picks.filter(ends_on__lt=today)
        return picks.exclude(starts_on__gt=today).exclude(ends_on__lt=today)


# Wagtail's chooser passes this word on, from window to list and search.
PUBLIC = "relais_public"


def offered(pages: QuerySet[Page], request: Any) -> QuerySet[Page]:
    """What a pick's chooser offers: nobody would see a draft above the results."""
    return pages.filter(live=True) if request.GET.get("user_perms") == PUBLIC else pages


class PickIndexView(IndexView):
    add_item_label = _("Add a pick")


class PickViewSet(SnippetViewSet):
    model = Pick
    index_view_class = PickIndexView
    icon = "pick"
    menu_label = _("Editors’ picks")
    menu_order = 260
    add_to_admin_menu = True
    copy_view_enabled = False
    filterset_class = PickFilterSet
    search_fields = ["texts", "note"]
    list_display = [
        "__str__",
        Column("locale", label=_("Language"), accessor=language),
        Column("pages", label=_("Pages"), accessor=pages),
        Column("when", label=_("When"), accessor=when),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("texts"),
            FieldPanel("locale", widget=forms.Select(choices=settings.LANGUAGES)),
            MultipleChooserPanel(
                "pages",
                chooser_field_name="page",
                heading=_("Pages, in their order"),
                label=_("Page"),
                panels=[FieldPanel("page", widget=AdminPageChooser(user_perms=PUBLIC))],
            ),
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            FieldPanel("note"),
        ],
        base_form_class=PickForm,
    )

    def get_queryset(self, request: Any) -> QuerySet[Pick]:
        return Pick.objects.prefetch_related("pages__page").annotate(live_pages=_live())


def _live() -> Any:
    """The numbers of a pick's pages that are public."""
    return ArraySubquery(
        Record.objects.filter(
            page_id__in=PickPage.objects.filter(pick=OuterRef(OuterRef("pk"))).values("page_id"),
            gone_at=None,
        ).values("page_id")
    )
