"""Which version of its source each version of a translation carries.

Written when a translation is saved; a source that is published again without another word counts
as carried too, so that nobody is told of a change that is none.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.signals import post_save
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.signals import page_published

from .models import Carried

# What a version says of where and when, not of what a reader reads.
_ASIDE = frozenset(
    {"pk", "path", "depth", "numchild", "url_path", "draft_title", "live", "expired", "owner",
     "has_unpublished_changes", "latest_revision_created_at", "first_published_at", "alias_of",
     "last_published_at", "live_revision", "latest_revision", "go_live_at", "expire_at", "locked",
     "locked_at", "locked_by", "translation_key", "locale", "content_type",
     "wagtail_admin_comments"}
)  # fmt: skip

# What the rows of a draft do not have before they are stored.
_LATER = frozenset({"pk", "locale"})

_STRESS = re.compile(r"(</?)(strong|em)>")

# All texts but the page's name in its address, which keeps the source's until it is translated.
_PROGRESS = """
    SELECT count(*), count(said.id), count(said.id) FILTER (WHERE said.translation_type = 'machine')
    FROM wagtail_localize_stringsegment segment
    JOIN wagtail_localize_translationcontext context ON context.id = segment.context_id
    LEFT JOIN wagtail_localize_stringtranslation said ON said.translation_of_id = segment.string_id
        AND said.context_id = segment.context_id AND said.locale_id = %s AND NOT said.has_error
    WHERE segment.source_id = %s AND context.path <> 'slug'
"""

# The newest version at or before the published one that came from a translation.
OUTDATED = """
    SELECT source.live AND carried.source_revision IS DISTINCT FROM source.live_revision_id
        AS outdated,
        carried.machine > 0 AS machine, source.id AS source_id
    FROM cms_languages_carried carried
    JOIN wagtailcore_page source ON source.id = carried.source_id
    WHERE carried.page_id = {page}.id AND carried.revision_id <= {page}.live_revision_id
    ORDER BY carried.revision_id DESC LIMIT 1
"""
_STATE = f"""
    SELECT found.* FROM wagtailcore_page page, LATERAL ({OUTDATED.format(page="page")}) found
    WHERE page.id = %s
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many texts are needed, translated, and of these by a machine alone."""

    total: int
    translated: int
    machine: int

    @property
    def missing(self) -> int:
        return self.total - self.translated


def connect() -> None:
    """Called once, when the applications are ready."""
    from wagtail_localize.models import TranslationLog

    uid = "cms_languages.carrying"
    post_save.connect(note, sender=TranslationLog, dispatch_uid=uid)
    page_published.connect(same_words, dispatch_uid=uid)
    page_published.connect(by_hand, dispatch_uid=f"{uid}.by_hand")


def progress(source_id: int, locale_id: int) -> Progress:
    """Where the translation of a source into a language stands. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [locale_id, source_id])
        return Progress(*cursor.fetchone())


def digest(content: str | dict[str, Any]) -> str:
    """What a version says, whenever and wherever it says it."""
    data = json.loads(content) if isinstance(content, str) else content
    said = {name: _numberless(value) for name, value in data.items() if name not in _ASIDE}
    written = plain(json.dumps(said, sort_keys=True, default=str))
    return hashlib.sha256(written.encode()).hexdigest()


def plain(text: str) -> str:
    """A text with one name for each kind of stress: the admin's form writes others than a file
    that was taken in, and nobody has changed a word."""
    return _STRESS.sub(lambda found: found[1] + ("b" if found[2] == "strong" else "i") + ">", text)


def _numberless(value: Any) -> Any:
    if isinstance(value, list):
        return [_numberless(one) for one in value]
    if isinstance(value, dict):
        return {name: _numberless(one) for name, one in value.items() if name not in _LATER}
    return value


def note(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    """A translation was saved: keep what it carries."""
    revision = instance.revision
    if not created or revision is None or revision.base_content_type.model != "page":
        return
    source = instance.source
    found = Page.objects.filter(
        translation_key=source.object_id, locale_id=source.locale_id
    ).first()
    if found is None:
        return
    now, said = progress(source.pk, instance.locale_id), digest(source.content_json)
    Carried.objects.create(
        page_id=int(revision.object_id),
        revision=revision,
        source_id=found.pk,
        source_revision=_version(source, found, said),
        digest=said,
        total=now.total,
        translated=now.translated,
        machine=now.machine,
    )


def _version(source: Any, page: Page, said: str) -> int | None:
    """The published version of a page whose words its translations have: the one that is out, or,
    where they are not synchronised, the one that was when they last were."""
    if digest(source.get_source_instance().to_json()) == said:
        return page.live_revision_id
    published = PageLogEntry.objects.filter(
        page_id=page.pk, action="wagtail.publish", timestamp__lte=source.last_updated_at
    )
    found: int | None = published.order_by("-timestamp").values_list("revision", flat=True).first()
    return found


def same_words(sender: Any, instance: Any, revision: Revision | None = None, **kwargs: Any) -> None:
    """Published again: translations that carry these very words carry this version too."""
    if revision is None:
        return
    carried = Carried.objects.filter(source_id=instance.pk)
    if not carried.exists():
        return
    carried.filter(digest=digest(instance.to_json())).update(
        source_revision=instance.live_revision_id
    )


def by_hand(sender: Any, instance: Any, revision: Revision | None = None, **kwargs: Any) -> None:
    """A translation that was stopped is published by hand: whoever writes it answers for it, and
    it carries what its source says now."""
    from wagtail_localize.models import Translation

    if revision is None or instance.locale.language_code == settings.LANGUAGE_CODE:
        return
    made = Translation.objects.filter(
        source__object_id=instance.translation_key, target_locale=instance.locale, enabled=False
    ).first()
    source = made and Page.objects.filter(
        translation_key=instance.translation_key, locale_id=made.source.locale_id
    ).specific().first()  # fmt: skip
    if source:
        Carried.objects.get_or_create(
            revision=revision,
            defaults={
                "page_id": instance.pk, "source_id": source.pk, "total": 0, "translated": 0,
                "source_revision": source.live_revision_id, "digest": digest(source.to_json()),
            },
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Freshness:
    """What readers are told of a translation; `source` is the page that it translates."""

    outdated: bool
    machine: bool
    source_id: int


def freshness(page: Page) -> Freshness | None:
    """How fresh a published translation is; None for what is none. One query."""
    if page.pk is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [page.pk])
        row = cursor.fetchone()
    return Freshness(*row) if row else None
