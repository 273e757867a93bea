"""What a record's page shows that only the search knows."""

from collections.abc import Mapping
from typing import Any

from django import template

from cms.catalogue.models import Record

from ..related import related

register = template.Library()


@register.simple_tag(takes_context=True)
def related_records(context: Mapping[str, Any], page: Any) -> list[Record]:
    """The records that are near a page and not on it already; none for a page that was never
    saved. Two queries, once for each request."""
    if page.pk is None:
        return []
    request = context.get("request")
    kept = vars(request).setdefault("_related", {}) if request is not None else {}
    if page.pk not in kept:
        kept[page.pk] = related(
            page.translation_key, page.locale.language_code, without=_shown(context)
        )
    return kept[page.pk]


def _shown(context: Mapping[str, Any]) -> list[str]:
    """The addresses of what the page names: chosen pages, ties, organisations, contacts."""
    found = [*(context.get("related") or ()), *(context.get("contacts") or ())]
    for tie in context.get("ties") or ():
        found += tie.records
    for role in context.get("roles") or ():
        found += role["actors"]
    return [one.url for one in found if one.url]
