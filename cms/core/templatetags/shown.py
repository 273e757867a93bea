"""Files and links in a page's HTML: only what anybody may see, as in the page's record."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import mark_safe
from wagtail.images.models import AbstractImage

from cms.core import richtext, showing
from cms.core.body import Reference, References
from cms.core.pages import BasePage

from .relais import typo

register = template.Library()


def _targets(context: Mapping[str, Any], wanted: set[Reference]) -> References:
    """What anybody may see of that: known for the whole page, and kept on the request."""
    request, page = context.get("request"), context.get("page")
    if request is None or not isinstance(page, BasePage):
        return References.load(wanted)
    kept = vars(request)
    if "_targets" not in kept or kept["_targets"][0] is not page:
        kept["_targets"] = page, showing.targets(page)
    return kept["_targets"][1]


@register.simple_tag(takes_context=True)
def visible(context: Mapping[str, Any], file: Any) -> Any:
    """The picture or document of a page; None where its collection is kept from visitors. The
    same for everybody: an editor sees what the public sees."""
    if not file:
        return None
    if isinstance(file, AbstractImage):
        return file if file.pk in _targets(context, {("image", file.pk)}).images else None
    return file if file.pk in _targets(context, {("document", file.pk)}).documents else None


@register.simple_tag(takes_context=True)
def rich(context: Mapping[str, Any], text: Any) -> str:
    """Rich text; a link to what is not public keeps its words and loses its address, which may
    say as much as the page."""
    found = _targets(context, richtext.links(text.source))
    return typo(mark_safe(richtext.resolve(text.source, found.addresses)))  # noqa: S308  cleaned


@register.simple_tag(takes_context=True)
def described(context: Mapping[str, Any], value: Any) -> Any:
    """A block as the page's record says it: pages that are not public are neither named nor
    linked, files that are not public are left out."""
    raw = value.block.get_prep_value(value)
    return value.block.describe(raw, _targets(context, value.block.references(raw)))
