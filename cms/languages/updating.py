"""Synchronising: what a source says otherwise than its translations know, shown before it is done.

Nothing that a translator wrote is lost. A text that changed keeps its translation as a proposal,
marked as to be read again, so that nothing is published with it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation
from wagtail_localize.segments.extract import extract_segments

from . import board, carrying

Text = tuple[str, str]  # (path, text)


@dataclass(slots=True)
class Effect:
    """What synchronising does to one language: texts `kept`, `to_read` again, `to_do` anew."""

    translation: Translation
    page: Page | None
    kept: int = 0
    to_read: int = 0
    to_do: int = 0


@dataclass(slots=True)
class Plan:
    """`changed`: (before, now); `fields`: what is copied from the source, by name."""

    source: Page
    added: list[str] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.fields)


def plan(source: Any) -> Plan:
    """What synchronising a source would do. Writes nothing."""
    page = source.get_source_instance()
    found = Plan(page)
    old, new = _stored(source), _said(page)
    pairs = paired(old, new)
    changed = {before: now for before, now in pairs if before and now and before != now}
    found.changed = [(before[1], now[1]) for before, now in changed.items()]
    found.added = [now[1] for before, now in pairs if now and not before]
    found.removed = [before[1] for before, now in pairs if before and not now]
    found.fields = _fields(source, page)
    for translation in _translations(source):
        found.effects.append(_effect(translation, new, changed))
    return found


def apply(source: Any) -> Plan:
    """Bring the source's texts up to date, and give each language its proposals."""
    with transaction.atomic():
        type(source).objects.select_for_update().get(pk=source.pk)
        done = plan(source)
        old, new = _stored(source), _said(done.source)
        source.update_from_db()
        for before, now in paired(old, new):
            if before and now and before != now:
                _propose(source, before, now)
    return done


def paired(old: Sequence[Text], new: Sequence[Text]) -> list[tuple[Text | None, Text | None]]:
    """The texts before and now, side by side: a text that changed stands beside what it was, one
    that came or went beside nothing."""
    found: list[tuple[Text | None, Text | None]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += list(zip(old[a:b], new[c:d], strict=True))
            continue
        left, right = list(old[a:b]), list(new[c:d])
        for before in list(left):
            # In one place, one text after the other: the first that nobody has taken.
            now = next((one for one in right if one[0] == before[0]), None)
            if now is not None:
                left.remove(before)
                right.remove(now)
                found.append((before, now))
        found += [(before, None) for before in left] + [(None, now) for now in right]
    return found


def _propose(source: Any, before: Text, now: Text) -> None:
    """The translation of the text as it was, offered for the text as it is."""
    segment = StringSegment.objects.filter(
        source=source, context__path=now[0], string__data=now[1]
    ).first()
    if segment is None:
        return
    earlier = StringTranslation.objects.filter(
        context__object=source.object_id, context__path=before[0], translation_of__data=before[1]
    )
    for one in earlier:
        StringTranslation.objects.get_or_create(
            translation_of_id=segment.string_id,
            context_id=segment.context_id,
            locale_id=one.locale_id,
            defaults={
                "data": one.data, "translation_type": one.translation_type,
                "tool_name": one.tool_name, "last_translated_by": one.last_translated_by,
                "has_error": True,
                "field_error": _("The source has changed: read this translation again."),
            },
        )  # fmt: skip


def _stored(source: Any) -> list[Text]:
    rows = StringSegment.objects.filter(source=source).order_by("order")
    return list(rows.values_list("context__path", "string__data"))


def _said(page: Any) -> list[Text]:
    return [(one.path, one.string.data) for one in extract_segments(page) if hasattr(one, "string")]


def _translations(source: Any) -> list[Translation]:
    return list(source.translations.filter(enabled=True).select_related("target_locale"))


def _effect(translation: Translation, new: Sequence[Text], changed: dict[Text, Text]) -> Effect:
    rows = StringTranslation.objects.filter(
        context__object=translation.source.object_id,
        locale=translation.target_locale_id,
        has_error=False,
    )
    known = set(rows.values_list("context__path", "translation_of__data"))
    found = Effect(
        translation,
        Page.objects.filter(
            translation_key=translation.source.object_id, locale=translation.target_locale_id
        ).first(),
    )
    again = {now for before, now in changed.items() if before in known}
    for text in new:
        if text in known:
            found.kept += 1
        elif text in again:
            found.to_read += 1
        elif text[0] != "slug":
            found.to_do += 1
    return found


def _fields(source: Any, page: Any) -> list[str]:
    """The names of what is copied and has changed, rows too."""
    before, now = json.loads(source.content_json), json.loads(page.to_json())
    if carrying.digest(before) == carrying.digest(now):
        return []
    words = {
        capfirst(str(page._meta.get_field(one.field_name).verbose_name))
        for one in type(page).override_translatable_fields
        if one.is_translated(page)
    }
    return [name for name in board.changes(type(page), before, now) if name not in words]
