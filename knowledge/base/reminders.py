"""Whoever looks after a page is told, once, that its review date has passed."""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.mail import send_mail

log = logging.getLogger(__name__)


class ReviewReminder(models.Model):
    """A review date of a page of which somebody was told: another date is told again."""

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="review_reminders"
    )
    review_date = models.DateField(_("review planned on"))
    sent_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("page", "review_date"), name="one_reminder"),
        )
        verbose_name = _("review reminder")
        verbose_name_plural = _("review reminders")

    def __str__(self) -> str:
        return f"{self.page_id} {self.review_date}"


def due(today: dt.date) -> list[Any]:
    """The live pages whose review date is today or past and not yet told, the oldest first. One
    query for each type of page."""
    told = ReviewReminder.objects.filter(
        page=models.OuterRef("pk"), review_date=models.OuterRef("review_date")
    )
    found = [
        page
        for model in _models()
        for page in model._default_manager.filter(
            models.Q(live=True) & models.Q(alias_of__isnull=True),
            ~models.Exists(told),
            review_date__lte=today,
        ).select_related("reviewer__wagtail_userprofile", "owner__wagtail_userprofile")
    ]
    return sorted(found, key=lambda page: (page.review_date, page.title))


def remind(today: dt.date | None = None) -> int:
    """Send each reviewer one message that lists their pages; the number of messages. A page
    without a reviewer is its owner's; one that nobody can be told of waits for somebody."""
    pages_of: dict[Any, list[Any]] = {}
    for page in due(today or timezone.localdate()):
        if person := _keeper(page):
            pages_of.setdefault(person, []).append(page)
    sent = 0
    for person, pages in pages_of.items():
        try:
            with transaction.atomic():
                _note(pages)
                _send(person, pages)
            sent += 1
        except OSError:  # of the mail server: tried again tomorrow, the others are told today
            log.exception("The reminder to user %s cannot be sent.", person.pk)
    return sent


def _models() -> Iterable[Any]:
    from .pages import KnowledgePage

    return [model for model in apps.get_models() if issubclass(model, KnowledgePage)]


def _keeper(page: Any) -> Any:
    """Who is told: the reviewer, else the owner; only who can sign in and be written to."""
    people = (page.reviewer, page.owner)
    return next((one for one in people if one and one.is_active and one.email), None)


def _note(pages: list[Any]) -> None:
    ReviewReminder.objects.bulk_create(
        [ReviewReminder(page_id=page.pk, review_date=page.review_date) for page in pages],
        ignore_conflicts=True,
    )


def _send(person: Any, pages: list[Any]) -> None:
    profile = getattr(person, "wagtail_userprofile", None)
    language = (profile and profile.preferred_language) or settings.LANGUAGE_CODE
    with translation.override(language):
        subject = ngettext(
            "%(n)d page is to be reviewed", "%(n)d pages are to be reviewed", len(pages)
        ) % {"n": len(pages)}
        lines = [
            {
                "title": page.title,
                "date": page.review_date,
                "address": settings.WAGTAILADMIN_BASE_URL
                + reverse("wagtailadmin_pages:edit", args=[page.pk]),
            }
            for page in pages
        ]
        name = person.get_short_name() or person.get_username()
        text = render_to_string(
            "knowledge_base/emails/review_reminder.txt",
            {"pages": lines, "name": name, "site": settings.WAGTAIL_SITE_NAME},
        )
        send_mail(subject, text, [person.email])
