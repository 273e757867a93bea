"""Translations follow their source through the tree, and old addresses lead on in each language.

Wagtail makes the redirects of every page that moves or changes its name, and of all below it.
"""

from typing import Any

from django.conf import settings
from wagtail.models import Page
from wagtail.signals import post_page_move


def connect() -> None:
    post_page_move.connect(follow, dispatch_uid="cms_languages.following")


def follow(
    sender: Any, instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """The page moved in the source language: it moves in the others, under the same section. A
    section that is not there yet is made as an alias, which nobody sees."""
    if parent_page_before.pk == parent_page_after.pk:
        return
    page = Page.objects.select_related("locale").get(pk=instance.pk)
    if page.locale.language_code != settings.LANGUAGE_CODE:
        return
    others = Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    for other in others.exclude(locale=page.locale_id).select_related("locale"):
        target = _section(parent_page_after, other.locale)
        if target is not None and other.get_parent().pk != target.pk:
            other.specific.move(target, pos="last-child")


def _section(parent: Page, locale: Any) -> Page | None:
    if parent.depth < 2:
        return None
    found = Page.objects.filter(translation_key=parent.translation_key, locale=locale).first()
    if found is None:
        found = parent.specific.copy_for_translation(locale, copy_parents=True, alias=True)
    return found
