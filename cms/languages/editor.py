"""The form in which translators write is wagtail-localize's own; this is what it lacks: what the
page's menu has everywhere else, where the translation stands, and its words and dates in the
editor's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.ui.menus.pages import get_page_header_buttons
from wagtail.admin.widgets.button import ButtonWithDropdown
from wagtail.models import Page

from .carrying import Progress, digest, progress
from .glossary import Glossary

# Its own translations of these are missing or wrong.
WORDS = {
    "Publish in ": gettext_lazy("Publish in "),
    "Stop Synced translation": gettext_lazy("Stop Synced translation"),
    "Stopping Synced translation": gettext_lazy("Stopping Synced translation"),
    "Applying editor lock": gettext_lazy("Applying editor lock"),
    "Removing editor lock": gettext_lazy("Removing editor lock"),
}


def connect() -> None:
    from wagtail_localize.models import StringTranslation

    StringTranslation.get_comment = comment


class Words(JavaScriptCatalog):
    """What the form's script says, in the editor's language."""

    packages = ["wagtail_localize"]

    def get_catalog(self) -> dict[str, Any]:
        own = {key: str(said) for key, said in WORDS.items()}
        return super().get_catalog() | {key: said for key, said in own.items() if said != key}


def comment(written: Any) -> str:
    """Who or what wrote a text, and when; takes the place of wagtail-localize's own."""
    when = date_format(timezone.localtime(written.updated_at), "DATE_FORMAT")
    if written.translation_type == written.TRANSLATION_TYPE_MACHINE:
        said = _("Written by a machine (%(tool)s) on %(date)s: to read again")
        return said % {"tool": written.tool_name, "date": when}
    who = written.last_translated_by
    if who is None:
        return _("Translated on %(date)s") % {"date": when}
    said = _("Translated by %(name)s on %(date)s")
    return said % {"name": who.get_full_name() or who.get_username(), "date": when}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a translator is told above the form. `newer`: its source says something else than the
    texts that are offered, `source_id` is its page; `names` are those of the glossary."""

    progress: Progress
    newer: bool
    source_id: int
    names: Mapping[str, str]


def standing(translation: Any) -> Standing:
    source = translation.source
    page = source.get_source_instance()
    return Standing(
        progress(translation.source_id, translation.target_locale_id),
        digest(source.content_json) != digest(page.to_json()),
        page.pk,
        names(translation),
    )


def names(translation: Any) -> dict[str, str]:
    """The names of the glossary that a page uses, as it writes them, with those to use."""
    from wagtail_localize.models import StringSegment

    source, target = translation.source.locale, translation.target_locale
    glossary = Glossary(source.language_code, target.language_code)
    texts = StringSegment.objects.filter(source=translation.source_id).order_by("order")
    found: dict[str, str] = {}
    for text in texts.values_list("string__data", flat=True):
        for written, entry in glossary.found(text).items():
            found.setdefault(written.lower(), entry.target[0])
    return found


def menu(request: HttpRequest, page: Page) -> list[Any]:
    """The page's menu, as above the forms of other pages."""
    found = get_page_header_buttons(page, request.user, request.path, "edit")
    if not found:
        return []
    look = {"icon_name": "dots-horizontal", "classname": "w-h-slim-header"}
    return [ButtonWithDropdown(buttons=sorted(found), attrs={"aria-label": _("Actions")}, **look)]
