"""A text in the wrong language never goes live under another language's address.

wagtail-localize copies the source's text into a new translation, and publishes what it is told
to. Every way to publication ends in one of these guards; the rule of visibility has the last word.
"""

import logging
import re
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.signals import post_save
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, PageLogEntry, Revision

from . import updating
from .carrying import digest, progress
from .models import Carried

log = logging.getLogger(__name__)

_WORD = re.compile(r"[^\W\d_]{2}")

SENTENCE = 40  # signs of a text that nobody leaves in French on purpose
ACCEPTED = "languages.same_accepted"  # in a page's history: texts that are right in French


def connect() -> None:
    """Called once, when the applications are ready. Methods are replaced where no signal would
    do: what is decided there is decided inside."""
    from wagtail_localize.models import Translation, TranslationSource

    from .segments import refresh

    post_save.connect(hide_alias, sender=Translation, dispatch_uid="cms_languages.hide_alias")
    if not hasattr(Translation.save_target, "__wrapped__"):
        PublishPageRevisionAction.execute = _unless_missing(PublishPageRevisionAction.execute)
        Translation.save_target = _guarded(Translation.save_target)
        TranslationSource.get_source_instance = _current(TranslationSource.get_source_instance)
        TranslationSource.get_or_create_from_instance = classmethod(_fresh)
        TranslationSource.refresh_segments = refresh


def hide_alias(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    """The alias that a new translation turns into a page becomes a draft, like any other new
    translation. It still holds the source's text."""
    if created or instance.enabled:
        Page.objects.filter(
            translation_key=instance.source.object_id,
            locale=instance.target_locale_id,
            live=True,
            alias_of__isnull=False,
        ).exclude(alias_of__locale=F("locale")).update(live=False, has_unpublished_changes=True)


def latest(page: Any) -> Any:
    """A page as translators should see it: as published; a draft as it was last saved."""
    if isinstance(page, Page) and not page.live and page.latest_revision_id:
        return page.get_latest_revision_as_object()
    return page


def missing(translation: Any) -> int:
    """The number of texts of a page that are still to translate; 0 for what is no page."""
    model = translation.source.specific_content_type.model_class()
    if model is None or not issubclass(model, Page):
        return 0
    return progress(translation.source_id, translation.target_locale_id).missing


def translation_of(page: Page) -> Any:
    """The translation that keeps a page, or None for one that is written by hand."""
    from wagtail_localize.models import Translation

    return (
        Translation.objects.filter(
            source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
        )
        .select_related("source")
        .first()
    )


def refusal(number: int) -> str:
    return ngettext(
        "%(n)d text is still to translate: the page is published once nothing is missing.",
        "%(n)d texts are still to translate: the page is published once nothing is missing.",
        number,
    ) % {"n": number}


def complete(page: Any, revision: Revision) -> bool:
    """Whether a version, which the page holds, may be published: not with texts that are still the
    source's."""
    carried = Carried.objects.filter(revision=revision).first()
    if carried is None:
        return not copied(page)
    if carried.translated >= carried.total:
        return True
    log.warning(
        "Page %s is not published: %s of %s texts are translated.",
        page.pk, carried.translated, carried.total,
    )  # fmt: skip
    return False


def stopped(page: Page) -> Any:
    """The translation that a page came from and that somebody stopped, to write it by hand."""
    from wagtail_localize.models import Translation

    found = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=False
    )
    return found.select_related("source").first()


def copied(page: Any) -> str:
    """A sentence of the source that a page written by hand, once a translation, still says word
    for word; "" for none. Names are short."""
    return next((text for text in _still(page) if len(text) >= SENTENCE), "")


def same(page: Any) -> list[str]:
    """The short texts of a page written by hand, once a translation, that are still the source's,
    in order: names, or words that somebody forgot. Those that somebody accepted are left out."""
    found = [text for text in _still(page) if len(text) < SENTENCE and _WORD.search(text)]
    if not found:
        return []
    said = PageLogEntry.objects.filter(page_id=page.pk, action=ACCEPTED)
    known = {text for data in said.values_list("data", flat=True) for text in data["texts"]}
    return [text for text in found if text not in known]


def _still(page: Any) -> list[str]:
    """The texts that a page which is no longer kept as a translation has in common with its
    source, as HTML."""
    from wagtail_localize.models import StringSegment
    from wagtail_localize.segments.extract import extract_segments

    made = stopped(page)
    if made is None:
        return []
    rows = StringSegment.objects.filter(source=made.source_id).exclude(context__path="slug")
    theirs = set(rows.values_list("string__data", flat=True))
    segments = (one for one in extract_segments(page) if hasattr(one, "string"))
    texts = (one.string.data for one in segments if one.path != "slug")
    return list(dict.fromkeys(text for text in texts if text in theirs))


def _unless_missing(original: Any) -> Any:
    @wraps(original)
    def execute(self: Any, *args: Any, **options: Any) -> Any:
        if complete(self.object, self.revision):
            return original(self, *args, **options)
        return None

    return execute


def _guarded(original: Any) -> Any:
    @wraps(original)
    def save_target(self: Any, user: Any = None, publish: bool = True) -> Any:
        left = missing(self)
        if left and publish:
            raise ValidationError(refusal(left))
        if left and _is_live(self):
            # It would write the source's words into the page that readers see.
            raise ValidationError(_("What readers see stays as it is until all is translated."))
        return original(self, user=user, publish=publish)

    return save_target


def _is_live(translation: Any) -> bool:
    return Page.objects.filter(
        translation_key=translation.source.object_id,
        locale=translation.target_locale_id,
        live=True,
        alias_of=None,
    ).exists()


def _current(original: Any) -> Any:
    @wraps(original)
    def get_source_instance(self: Any) -> Any:
        return latest(original(self))

    return get_source_instance


def _fresh(cls: Any, instance: Any) -> Any:
    """A translation begins with what its source says now, not with what it said when it was
    first translated into another language: those that have begun are synchronised."""
    found = instance.specific if isinstance(instance, Page) else instance
    source = cls.objects.get_for_instance_or_none(found)
    if source is None:
        return cls.update_or_create_from_instance(latest(found))
    if digest(source.content_json) != digest(source.get_source_instance().to_json()):
        updating.apply(source)
    return source, False
