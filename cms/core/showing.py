"""What a page's HTML may show of files and of other pages: what its record says, no more."""

from collections.abc import Iterator
from typing import Any

from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField

from . import body


def targets(page: Any) -> body.References:
    """What a page and its bodies point to and anybody may see, in as many queries as there are
    kinds of targets. Reads the page as it stands in memory: a preview shows its draft."""
    wanted: set[body.Reference] = set()
    if page.hero_image_id:
        wanted.add(("image", page.hero_image_id))
    for stream in streams(page):
        wanted |= body.references(stream.stream_block, stream.raw_data)
    return body.References.load(wanted).spoken(page.locale.language_code)


def streams(page: Any) -> Iterator[Any]:
    """Every body of the page, then those of its child objects, such as chapters."""
    yield from _own(page)
    for relation in get_all_child_relations(type(page)):
        if any(isinstance(field, StreamField) for field in relation.related_model._meta.fields):
            for child in getattr(page, relation.get_accessor_name()).all():
                yield from _own(child)


def _own(holder: Any) -> Iterator[Any]:
    for field in holder._meta.fields:
        if isinstance(field, StreamField):
            yield getattr(holder, field.name)
