"""What a page says of its own language: not translated, older than its source, made by machine."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page

from cms.core.body import page_address
from cms.languages import editor
from cms.languages.carrying import Freshness, freshness

register = template.Library()


@register.inclusion_tag("cms_languages/notice.html", takes_context=True)
def language_notice(context: dict[str, Any], page: Any = None) -> dict[str, Any]:
    """`untranslated`, or `outdated` and `machine` with the address of the `source`. A page of the
    source language asks nothing; a translation one query."""
    request = context["request"]
    if getattr(request, "shown_in", ""):
        return {"untranslated": True, "LANGUAGE_CODE": get_language()}
    if not isinstance(page, Page) or not page.pk or _is_source(page):
        return {}
    found = freshness(page)
    if found is None or not (found.outdated or found.machine):
        return {}
    return {
        "outdated": found.outdated,
        "machine": found.machine,
        "source": _source(context.get("house"), found) if found.outdated else "",
    }


def _source(house: Any, found: Freshness) -> str:
    """The address of the source: where the page's surroundings name it, no query."""
    for link in getattr(house, "languages", ()):
        if link.language == settings.LANGUAGE_CODE and not link.missing:
            return str(link.url)
    source = Page.objects.filter(pk=found.source_id, live=True).select_related("locale").first()
    return page_address(source) or "" if source else ""


def _is_source(page: Page) -> bool:
    return bool(page.locale.language_code == settings.LANGUAGE_CODE)


@register.simple_tag
def standing(translation: Any) -> editor.Standing:
    return editor.standing(translation)


@register.simple_tag(takes_context=True)
def page_menu(context: dict[str, Any], page: Page) -> list[Any]:
    return editor.menu(context["request"], page)
