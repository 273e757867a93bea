"""Submissions, who made them, what happened to them, the files that wait and the mail to send.

Pages are named by their key, without a foreign key: a submission outlives what became of it, and
nothing of it is found from a page.
"""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.core.pages import SectionPage
from knowledge.territories.models import Territory


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", pgettext_lazy("submission", "To be confirmed")
    RECEIVED = "received", pgettext_lazy("submission", "Received")
    CLAIMED = "claimed", pgettext_lazy("submission", "Being read")
    NEEDS_INFORMATION = "needs_information", pgettext_lazy("submission", "Information asked for")
    ACCEPTED = "accepted", pgettext_lazy("submission", "Accepted")
    REFUSED = "refused", pgettext_lazy("submission", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("submission", "Withdrawn")
    SPAM = "spam", pgettext_lazy("submission", "Spam")
    ARCHIVED = "archived", pgettext_lazy("submission", "Archived")


# What waits for an editor.
WAITING = (State.RECEIVED, State.CLAIMED, State.NEEDS_INFORMATION)
OPEN = (State.UNCONFIRMED, *WAITING)
ATTEMPTS = 8  # to send a message, over two days
CUT_SHORT = dt.timedelta(minutes=15)  # after which a message that is being sent is not any more


class Submission(models.Model):
    """Something proposed. `kind` is a type's name, "correction" or "support"; `nonce` makes the
    tracking link (see `links`), whose digest finds it again.

    `values` is what the author says, as text by field of the forms; `original` what was said when
    it was sent first; `corrected` what an editor says instead. `sent_at` is None while it is being
    written; `target_id` is the page to correct, or of which it is the duplicate; `page_id` the
    draft made of it; `accepted_at` and `told_at`, when it was accepted and when its author was
    told the address.
    """

    nonce = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(max_length=12, default="fr")
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.UNCONFIRMED, db_index=True
    )
    title = models.CharField(_("title"), max_length=255, blank=True)
    values = models.JSONField(default=dict)
    original = models.JSONField(default=dict)
    corrected = models.JSONField(default=dict)
    territory = models.ForeignKey(
        Territory,
        verbose_name=_("territory"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    target_id = models.BigIntegerField(null=True, blank=True)
    page_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    referent_id = models.BigIntegerField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("claimed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    suspicion = models.CharField(_("why it looks like spam"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    proof_revision_id = models.BigIntegerField(null=True, blank=True)
    proof_until = models.DateTimeField(null=True, blank=True)
    proof_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    proof_answered_at = models.DateTimeField(null=True, blank=True)

    territory_id: int | None
    claimed_by_id: int | None
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ("view", "change")
        ordering = ("received_at", "pk")
        indexes = (models.Index(fields=("state", "received_at"), name="submission_queue"),)

    def __str__(self) -> str:
        return f"n° {self.pk}"

    def said(self) -> dict[str, Any]:
        """What is to be published: the author's values, an editor's where there are any."""
        return {**self.values, **self.corrected}

    @property
    def may_be_written(self) -> bool:
        """Whether the author may still change the text."""
        return self.state == State.NEEDS_INFORMATION or (
            self.state == State.UNCONFIRMED and self.sent_at is None
        )


class Author(models.Model):
    """Who proposes: apart from the content, erased before it."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="author")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), db_index=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    show_name = models.BooleanField(_("agrees to be named"), default=False)
    confirmed_at = models.DateTimeField(_("e-mail confirmed"), null=True)
    consent_version = models.CharField(_("version of the consent"), max_length=20)
    consent_at = models.DateTimeField(_("agreed on"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("author of a submission")

    def __str__(self) -> str:
        return f"{self.submission_id}"


class Step(models.Model):
    """Something that happened: who (a user, else the author or the house), when, why."""

    class Who(models.TextChoices):
        AUTHOR = "author", _("The author")
        EDITOR = "editor", _("The team")
        HOUSE = "house", _("Automatic")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=20)
    before = models.CharField(max_length=20, choices=State, blank=True)
    after = models.CharField(max_length=20, choices=State)
    who = models.CharField(max_length=10, choices=Who)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.submission_id} {self.action}"


class Quarantine(FileSystemStorage):
    """Files that wait: no address leads there, and no page uses them."""

    def url(self, name: str | None) -> str:
        raise ValueError("A file in quarantine has no address.")


def quarantine() -> Quarantine:
    return Quarantine(location=Path(settings.MEDIA_ROOT) / "quarantine")


def _hidden_name(upload: "Upload", filename: str) -> str:
    return f"{uuid.uuid4().hex}{Path(filename).suffix.lower()[:8]}"


class Upload(models.Model):
    """A file that waits with its submission; `name` as the author called it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="uploads")
    file = models.FileField(storage=quarantine, upload_to=_hidden_name, max_length=120)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    is_picture = models.BooleanField(default=False)
    checksum = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("submission", "checksum"), name="one_file_once"),
        )

    def __str__(self) -> str:
        return self.name


class Mail(models.Model):
    """A message to send, once: `key` says to whom and for which step. `begun_at` without
    `sent_at`: it was interrupted, so it may have left and is not sent again by itself.
    `bounced_at`: it left and came back."""

    key = models.CharField(max_length=160, unique=True)
    submission = models.ForeignKey(
        Submission, null=True, on_delete=models.CASCADE, related_name="mails"
    )
    kind = models.CharField(max_length=20)
    to = models.EmailField()
    language = models.CharField(max_length=12, default="fr")
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(
                fields=("not_before",), name="mail_to_send", condition=models.Q(sent_at=None)
            ),
        )

    def __str__(self) -> str:
        return self.key

    @property
    def is_cut_short(self) -> bool:
        """Whether the process died while it was being sent: nobody knows whether it has left."""
        if self.begun_at is None or self.sent_at:
            return False
        return timezone.now() - self.begun_at > CUT_SHORT

    @property
    def is_lost(self) -> bool:
        """Whether it came back, or the server has refused it for good."""
        given_up = not self.sent_at and not self.begun_at and self.attempts >= ATTEMPTS
        return bool(self.bounced_at) or given_up


class Salt(models.Model):
    """The day's secret with which addresses are hashed; yesterday's are thrown away."""

    day = models.DateField(unique=True)
    value = models.BinaryField(max_length=32)


class Knock(models.Model):
    """Somebody posted, known by a digest that means nothing tomorrow."""

    digest = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)


class RefusalReason(models.Model):
    """A reason to refuse, written once; an editor changes it before it is sent."""

    label = models.CharField(_("name of the reason"), max_length=100)
    text = models.TextField(_("text sent to the author"))
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("reason of refusal")
        verbose_name_plural = _("reasons of refusal")
        ordering = ("sort_order", "label")

    def __str__(self) -> str:
        return self.label


class KindsField(models.JSONField):
    """Kinds of submissions, as a list of their names; boxes to tick."""

    def formfield(self, **options: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=_kinds, required=False, widget=forms.CheckboxSelectMultiple,
            label=capfirst(self.verbose_name), help_text=self.help_text,
        )  # fmt: skip


def _kinds() -> list[tuple[str, Any]]:
    from .kinds import kinds

    return [(name, one.label) for name, one in kinds().items()]


class Remit(models.Model):
    """What an editor looks after: only these kinds, territories (all that lies in them) and
    sections (corrections of their pages, and what resembles the pages that they hold); empty for
    all. Somebody without a remit looks after everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("editor"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    kinds = KindsField(
        _("kinds"), default=list, blank=True, help_text=_("Nothing ticked: all of them.")
    )
    territories = models.ManyToManyField(
        Territory,
        verbose_name=_("territories"),
        blank=True,
        related_name="+",
        help_text=_("With all that lies in them; none chosen: all of them."),
    )
    sections = models.ManyToManyField(
        SectionPage,
        verbose_name=_("sections"),
        blank=True,
        related_name="+",
        help_text=_(
            "Corrections of their pages, and proposals of the types that they hold; drafts are"
            " put there only. None chosen: all of them."
        ),
    )

    class Meta:
        verbose_name = _("remit of an editor")
        verbose_name_plural = _("remits of editors")

    def __str__(self) -> str:
        return str(self.user)
