"""The texts of a source, stored in a dozen queries whatever their number.

wagtail-localize asks several times for each text: a plan of sixty actions took minutes. The rows
are the same as its own.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail_localize.models import (
    OverridableSegment,
    RelatedObjectSegment,
    String,
    StringSegment,
    Template,
    TemplateSegment,
    TranslationContext,
)
from wagtail_localize.segments import (
    OverridableSegmentValue,
    RelatedObjectSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import extract_segments


@transaction.atomic
def refresh(source: Any) -> None:
    """Make the segments of a source those of its content; takes the place of
    `TranslationSource.refresh_segments`."""
    instance = source.as_instance()
    found = extract_segments(instance)
    places = _contexts(source, {one.path for one in found}, instance)
    texts = [one for one in found if isinstance(one, StringSegmentValue)]
    strings = _strings(source.locale_id, {one.string.data for one in texts})
    _store(
        StringSegment,
        source,
        [
            {
                "context_id": places[one.path],
                "order": one.order,
                "string_id": strings[one.string.data],
                "attrs": json.dumps(one.attrs, cls=DjangoJSONEncoder),
            }
            for one in texts
        ],
    )
    shapes = [one for one in found if isinstance(one, TemplateSegmentValue)]
    templates = _templates(shapes)
    _store(
        TemplateSegment,
        source,
        [
            {
                "context_id": places[one.path],
                "order": one.order,
                "template_id": templates[one.format, one.template],
            }
            for one in shapes
        ],
    )
    _few(RelatedObjectSegment, source, found, RelatedObjectSegmentValue)
    _few(OverridableSegment, source, found, OverridableSegmentValue)


def _contexts(source: Any, paths: set[str], instance: Any) -> dict[str, int]:
    """The places of the texts, by path; new ones know to which field they belong."""
    rows = TranslationContext.objects.filter(object_id=source.object_id, path__in=paths)
    known = dict(rows.values_list("path", "pk"))
    new = []
    for path in sorted(paths - set(known)):
        one = TranslationContext(
            object_id=source.object_id, path=path, path_id=TranslationContext._get_path_id(path)
        )
        one.save = _later  # it would save each of them when it is asked for its field
        one.get_field_path(instance)
        del one.save
        new.append(one)
    TranslationContext.objects.bulk_create(new, ignore_conflicts=True)
    return dict(rows.values_list("path", "pk")) if new else known


def _later(**options: Any) -> None:
    """They are saved together."""


def _strings(locale_id: int, texts: set[str]) -> dict[str, int]:
    hashes = {String._get_data_hash(text): text for text in texts}
    rows = String.objects.filter(locale_id=locale_id, data_hash__in=hashes)
    known = dict(rows.values_list("data_hash", "pk"))
    new = [
        String(locale_id=locale_id, data_hash=key, data=text)
        for key, text in sorted(hashes.items())  # two at once wait for each other in one order
        if key not in known
    ]
    String.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        known = dict(rows.values_list("data_hash", "pk"))
    return {text: known[key] for key, text in hashes.items()}


def _templates(shapes: Sequence[TemplateSegmentValue]) -> dict[tuple[str, str], int]:
    """What is left of rich texts without their words, by format and text."""
    keys = {
        uuid.uuid5(uuid.uuid5(Template.BASE_UUID_NAMESPACE, one.format), one.template): one
        for one in shapes
    }
    rows = Template.objects.filter(uuid__in=keys)
    known = dict(rows.values_list("uuid", "pk"))
    new = [
        Template(
            uuid=key, template=one.template, template_format=one.format,
            string_count=one.string_count,
        )
        for key, one in sorted(keys.items())
        if key not in known
    ]  # fmt: skip
    Template.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        known = dict(rows.values_list("uuid", "pk"))
    return {(one.format, one.template): known[key] for key, one in keys.items()}


def _store(model: Any, source: Any, wanted: Sequence[dict[str, Any]]) -> None:
    """Keep the rows that are as wanted, delete the others, add what is missing."""
    names = list(wanted[0]) if wanted else ["pk"]
    kept: dict[tuple[Any, ...], int] = {
        tuple(values): pk
        for pk, *values in model.objects.filter(source=source).values_list("pk", *names)
    }
    asked = [tuple(one.values()) for one in wanted]
    gone = [pk for values, pk in kept.items() if values not in set(asked)]
    if gone:
        model.objects.filter(pk__in=gone).delete()
    model.objects.bulk_create(
        model(source=source, **one)
        for one, values in zip(wanted, asked, strict=True)
        if values not in kept
    )


def _few(model: Any, source: Any, found: Iterable[Any], kind: type) -> None:
    ids = [model.from_value(source, one).pk for one in found if isinstance(one, kind)]
    model.objects.filter(source=source).exclude(pk__in=ids).delete()
