"""Long translations: a page and all below it, by the worker, a page at a time."""

import logging
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail_localize.operations import translate_object

from .models import TreeTranslation

log = logging.getLogger(__name__)


def start(page: Page, locale: Locale, user: Any) -> TreeTranslation:
    """Ask the worker for it, on commit."""
    job = TreeTranslation.objects.create(
        page_id=page.pk,
        title=page.title[:255],
        locale=locale,
        user=user,
        total=page.get_descendants(inclusive=True).filter(alias_of=None).count(),
    )
    transaction.on_commit(lambda: translate_tree.defer(job_id=job.pk))
    return job


@app.task(name="languages.translate_tree")
def translate_tree(job_id: int) -> None:
    """Begin the translation of every page of a tree that has none. A page that fails is counted
    and passed over; begun again, what was done is done."""
    job = TreeTranslation.objects.select_related("locale", "user").get(pk=job_id)
    user = job.user or get_user_model().objects.filter(is_superuser=True).first()
    top = Page.objects.get(pk=job.page_id)
    pages = top.get_descendants(inclusive=True).filter(alias_of=None).order_by("path")
    job.done = job.failed = 0
    for page in pages:
        try:
            if not _translated(page, job.locale):
                _begin(page, job.locale, user)
        except Exception:
            log.exception("Page %s cannot be translated.", page.pk)
            job.failed += 1
        job.done += 1
        job.save(update_fields=["done", "failed"])
    job.finished_at = timezone.now()
    job.save(update_fields=["finished_at"])


@transaction.atomic
def _begin(page: Page, locale: Locale, user: Any) -> None:
    """What uses what is noted once, for the page as it is in the end: it is saved three times."""
    with disable_reference_index_auto_update():
        translate_object(page.specific, [locale], user=user)
    made = Page.objects.filter(translation_key=page.translation_key, locale=locale).first()
    if made is not None:
        ReferenceIndex.create_or_update_for_object(made.specific)


def _translated(page: Page, locale: Locale) -> bool:
    return Page.objects.filter(
        translation_key=page.translation_key, locale=locale, alias_of=None
    ).exists()
