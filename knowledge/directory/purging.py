"""Taking out of old versions what nobody agreed, or agrees any more, to see published."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import PageLogEntry, Revision
from wagtail_localize.models import TranslationSource

from . import proof
from .contacts import Reachable, granted


@dataclass(slots=True)
class Purged:
    """What was taken out, of one page: which fields, from how many versions and log entries."""

    title: str
    fields: set[str] = field(default_factory=set)
    versions: int = 0
    entries: int = 0

    def __bool__(self) -> bool:
        return bool(self.versions or self.entries)


def pages(slug: str = "") -> Iterator[Any]:
    """The people of the directory; only the one of this slug, in every language, where given."""
    for model in apps.get_models():
        declared = getattr(getattr(model, "record_type", None), "actor", "")
        if declared == "person" and issubclass(model, Reachable):
            found: Any = model._default_manager.order_by("pk")
            named = found.filter(slug=slug).order_by().values("translation_key")
            yield from found.filter(translation_key__in=named) if slug else found


@transaction.atomic
def purge(page: Any, *, write: bool = True) -> Purged:
    """Take from every old version of a page, scheduled ones too, and from its log, the contact
    values that may not be published today. Today is the latest version: what it stores for the
    centre's own use stays in it alone, and in the page where it says the same. The date and the
    source of a consent stay: they prove it. The second time nothing is left to do."""
    done = Purged(page.title)
    today = page.last_word() or vars(page)
    allowed = {name: today[name] if granted(today, name) else None for name in page.contact_points}
    values: set[str] = set()
    for version, content in _versions(page):
        found = {n for n in allowed if content.get(n) and content[n] != allowed[n]}
        if not found:
            continue
        done.fields |= found
        done.versions += 1
        values |= {content[name] for name in found}
        content |= dict.fromkeys(found, "")
        if write:
            _store(version, content)
    values |= _purge_row(page, today, done, write)
    done.entries = _purge_log(page, values, write)
    if done and write:
        proof.purged(page, done.fields)
    return done


def _versions(page: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Every stored copy of the page with its content, but the version that has the last word,
    which may be one of a translation: old versions, and the text from which it is translated."""
    last = page.last_version()
    for version in page.revisions.exclude(pk=last and last.pk).iterator():
        yield version, dict(version.content)
    for source in TranslationSource.objects.filter(object_id=page.translation_key):
        content = json.loads(source.content_json)
        if content.get("pk") == page.pk:
            yield source, content


def _purge_row(page: Any, today: Mapping[str, Any], done: Purged, write: bool) -> set[str]:
    """Take from the page itself what it no longer publishes and the latest version no longer has;
    the values that went."""
    found = {
        name: value
        for name in page.contact_points
        if (value := getattr(page, name)) and value != today[name] and not page.granted(name)
    }
    if found:
        done.fields |= set(found)
        done.versions += 1
        if write:
            type(page)._default_manager.filter(pk=page.pk).update(**dict.fromkeys(found, ""))
    return set(found.values())


def _store(version: Any, content: dict[str, Any]) -> None:
    if isinstance(version, TranslationSource):
        text = json.dumps(content)
        TranslationSource.objects.filter(pk=version.pk).update(content_json=text)
    else:
        Revision.objects.filter(pk=version.pk).update(content=content)


def _purge_log(page: Any, values: set[str], write: bool) -> int:
    """The entries of the page's log that quote one of these values lose it."""
    number = 0
    for entry in PageLogEntry.objects.filter(page=page.pk) if values else ():
        said = json.dumps(entry.data, ensure_ascii=False)
        clean = said
        for value in values:
            clean = clean.replace(json.dumps(value, ensure_ascii=False)[1:-1], "")
        if clean != said:
            number += 1
            if write:
                PageLogEntry.objects.filter(pk=entry.pk).update(data=json.loads(clean))
    return number
