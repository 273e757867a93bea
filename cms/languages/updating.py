"""Synchronising: what a source says otherwise than its translations know, shown before it is done.

Nothing that a translator wrote is lost. A text that changed keeps its translation as a proposal,
marked as to be read again, so that nothing is published with it.
"""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.utils.html import strip_tags
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
    was = {now: before for before, now in pairs if before and now}
    found.changed = [(_bare(was[now]), _bare(now)) for now in was if _differ(was[now], now)]
    found.added = [_bare(now) for before, now in pairs if now and not before]
    found.removed = [_bare(before) for before, now in pairs if before and not now]
    told = {one[0] for pair in pairs for one in pair if one and pair[0] != pair[1]}
    found.fields = _fields(source, page, told)
    for translation in _translations(source):
        found.effects.append(_effect(translation, new, was))
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
    """The translation of the text as it was, offered for the text as it is; where no word has
    changed, it is that of the text."""
    other = _differ(before, now)
    segment = StringSegment.objects.filter(
        source=source, context__path=now[0], string__data=now[1]
    ).first()
    if segment is None:
        return
    earlier = StringTranslation.objects.filter(
        context__object=source.object_id, context__path=before[0], translation_of__data=before[1]
    )
    again = _("The source has changed: read this translation again.")
    for one in earlier:
        StringTranslation.objects.get_or_create(
            translation_of_id=segment.string_id,
            context_id=segment.context_id,
            locale_id=one.locale_id,
            defaults={
                "data": one.data if other else carrying.plain(one.data),
                "translation_type": one.translation_type,
                "tool_name": one.tool_name, "last_translated_by": one.last_translated_by,
                "has_error": other or one.has_error,
                "field_error": again if other else one.field_error,
            },
        )  # fmt: skip


def _stored(source: Any) -> list[Text]:
    rows = StringSegment.objects.filter(source=source).order_by("order")
    return list(rows.values_list("context__path", "string__data"))


def _said(page: Any) -> list[Text]:
    return [(one.path, one.string.data) for one in extract_segments(page) if hasattr(one, "string")]


def _translations(source: Any) -> list[Translation]:
    return list(source.translations.filter(enabled=True).select_related("target_locale"))


def _differ(before: Text, now: Text) -> bool:
    """Whether a text says something else, not only with other marks around the same words."""
    return carrying.plain(before[1]) != carrying.plain(now[1])


def _bare(text: Text) -> str:
    """A text as it is read."""
    return html.unescape(strip_tags(text[1]))


def _effect(translation: Translation, new: Sequence[Text], was: Mapping[Text, Text]) -> Effect:
    rows = StringTranslation.objects.filter(
        context__object=translation.source.object_id, locale=translation.target_locale_id
    ).values_list("context__path", "translation_of__data", "has_error")
    wrong = {(path, text): has_error for path, text, has_error in rows}
    found = Effect(
        translation,
        Page.objects.filter(
            translation_key=translation.source.object_id, locale=translation.target_locale_id
        ).first(),
    )
    for text in new:
        before = was.get(text, text)
        if wrong.get(text) is False or (wrong.get(before) is False and not _differ(before, text)):
            found.kept += 1
        elif text in wrong or before in wrong:
            found.to_read += 1
        elif text[0] != "slug":
            found.to_do += 1
    return found


def _fields(source: Any, page: Any, told: Iterable[str]) -> list[str]:
    """The names of what has changed and is copied, rows too; not of those whose texts are told."""
    before, now = json.loads(source.content_json), json.loads(page.to_json())
    texts = {path.split(".")[0] for path in told}
    found = board.changed(type(page), before, now)
    return [label for name, label in found.items() if name not in texts]
