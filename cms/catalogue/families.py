"""The same content in several languages: which of it anybody may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from cms.core.body import page_address
from cms.core.pages import BasePage
from cms.core.records import record_uid

from .visibility import public_pages


@dataclass(frozen=True, slots=True)
class Translations:
    """The public translations of a batch, by page id: their ids, and how records name them."""

    ids: dict[int, list[int]]
    said: dict[int, list[dict[str, str]]]


def translations_of(pages: Sequence[BasePage]) -> Translations:
    """Two queries, one where nothing is translated."""
    found = Translations({page.pk: [] for page in pages}, {page.pk: [] for page in pages})
    keys = {page.translation_key for page in pages}
    family: dict[Any, list[Page]] = {}
    rows = Page.objects.filter(translation_key__in=keys).order_by("locale__language_code")
    for one in rows.select_related("locale"):
        family.setdefault(one.translation_key, []).append(one)
    several = [one for some in family.values() if len(some) > 1 for one in some]
    public = public_pages([one.pk for one in several]) if several else set()
    for page in pages:
        for one in family.get(page.translation_key, ()):
            address = page_address(one)
            if one.pk == page.pk or one.pk not in public or not address:
                continue
            code = one.locale.language_code
            uid = record_uid(one.translation_key, code)
            found.ids[page.pk].append(one.pk)
            found.said[page.pk].append({"locale": code, "uid": str(uid), "url": address})
    return found
