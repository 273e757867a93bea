"""A text in the wrong language never goes live under another language's address.

wagtail-localize copies the source's text into a new translation, and publishes what it is told
to. Two moments need care: an alias that locale synchronisation made live becomes a page of its
own when its translation begins; and "publish" is offered before anything was translated.
"""

from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.signals import post_save
from django.utils.translation import gettext as _
from wagtail.models import Page


def connect() -> None:
    """Called once, when the applications are ready."""
    from wagtail_localize.models import Translation

    post_save.connect(
        hide_alias, sender=Translation, dispatch_uid="cms_core.translations.hide_alias"
    )
    # Not a signal: publication is decided inside, and every way to it ends here.
    if not hasattr(Translation.save_target, "__wrapped__"):
        Translation.save_target = _guarded(Translation.save_target)


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


def nothing_translated(translation: Any) -> bool:
    """Whether a page has texts to translate and not one of them is."""
    model = translation.source.specific_content_type.model_class()
    if model is None or not issubclass(model, Page):
        return False
    texts, translated = translation.get_progress()
    return bool(texts) and not translated


def refusal() -> str:
    return _("Nothing is translated yet: translate at least one text before you publish.")


def _guarded(original: Any) -> Any:
    @wraps(original)
    def save_target(self: Any, user: Any = None, publish: bool = True) -> Any:
        if publish and nothing_translated(self):
            raise ValidationError(refusal())
        return original(self, user=user, publish=publish)

    return save_target
