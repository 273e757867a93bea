"""Partners: their keys, how much they read, what they send us, where they are told of changes."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.catalogue.models import Failure
from cms.core.records import record_types

from . import receivers


class Partner(models.Model):
    """A body that reads from us by program, or sends us what its public proposes."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(
        _("e-mail of the contact"),
        blank=True,
        help_text=_("Whom to write to when a key expires or the API changes. Never published."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick it: all keys are refused and nothing more is sent, until it is back."),
    )
    notes = models.TextField(_("notes"), blank=True, help_text=_("For the team only."))

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def _in_a_year() -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=365)


class Key(models.Model):
    """What a partner's program says to be known. The database holds a digest: see `keys`.

    `rate` is in requests a minute, None for the setting's. `last_used_at` is written about once a
    minute. A revoked key stays, so that its usage can be read.
    """

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="keys"
    )
    name = models.CharField(
        _("name of the key"),
        max_length=100,
        help_text=_("What it is for: “website”, “nightly copy”. One key for each program."),
    )
    hint = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    may_read = models.BooleanField(
        _("may read"), default=True, help_text=_("Scope “read”: every address that gives data.")
    )
    may_submit = models.BooleanField(
        _("may propose"),
        default=False,
        help_text=_("Scope “submit”: send what its public proposes, as at /proposer/."),
    )
    rate = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the ordinary rate of keys."),
    )
    expires_at = models.DateTimeField(
        _("expires"),
        null=True,
        blank=True,
        default=_in_a_year,
        help_text=_("From then on it is refused. Empty: never; a year is a good habit."),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last use"), null=True, editable=False)

    partner_id: int

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ("partner__name", "name", "pk")

    def __str__(self) -> str:
        return f"{self.partner} – {self.name}"

    def clean(self) -> None:
        if not (self.may_read or self.may_submit):
            raise ValidationError({"may_read": _("A key must open something: tick a scope.")})

    @property
    def scopes(self) -> list[str]:
        """By the names that the contract has for them."""
        scopes = {"read": self.may_read, "submit": self.may_submit}
        return [name for name, given in scopes.items() if given]

    @property
    def state(self) -> Any:
        """In a word, for people."""
        if self.revoked_at:
            return _("revoked")
        if self.expires_at and self.expires_at <= timezone.now():
            return _("expired")
        return _("in use") if self.partner.is_active else _("partner suspended")


class Usage(models.Model):
    """How many requests came with a key on a day of the site; `refused` of them because of its
    rate or its scopes."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    requests = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=("key", "day"), name="usage_of_a_day"),)

    def __str__(self) -> str:
        return f"{self.key_id} {self.day}"


class Window(models.Model):
    """What all processes together have counted of one client in one minute. `client` is a digest
    that means nothing in the next minute."""

    client = models.CharField(max_length=64, primary_key=True)
    minute = models.BigIntegerField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.minute} {self.count}"


class Deposit(models.Model):
    """A proposal that a partner sent: the same key of idempotency again is the same proposal.

    `digest` is that of what was sent. The submission is named by its number, without a foreign
    key: it is erased by its own rules.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="deposits")
    idempotency_key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    submission_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(fields=("partner", "idempotency_key"), name="deposit_once"),
        )
        indexes = (models.Index(fields=("at",), name="deposit_at"),)

    def __str__(self) -> str:
        return f"{self.partner_id} {self.at}"


class TypesField(models.JSONField):
    """Types of content, as a list of their names; boxes to tick."""

    def formfield(self, **options: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=_types, required=False, widget=forms.CheckboxSelectMultiple,
            label=capfirst(self.verbose_name), help_text=self.help_text,
        )  # fmt: skip


def _types() -> list[tuple[str, Any]]:
    return [(name, kind.label_plural) for name, kind in record_types().items()]


class Webhook(models.Model):
    """Where a partner is told of changes. `version` is the value of the catalogue's clock up to
    which deliveries were made; `nonce` makes the secret (see `signing`), which is kept nowhere;
    `failing_since` is the first of the failures in a row."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="webhooks"
    )
    url = models.CharField(
        _("address"),
        max_length=500,
        help_text=_("Of the partner’s server, in https. We never follow its redirects."),
    )
    on_update = models.BooleanField(
        _("new and changed records"), default=True, help_text=_("Event “record.updated”.")
    )
    on_gone = models.BooleanField(
        _("records that are gone"), default=True, help_text=_("Event “record.gone”.")
    )
    types = TypesField(
        _("types of content"), default=list, blank=True, help_text=_("No type ticked: all of them.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick it to pause: what changes meanwhile is sent when it is back."),
    )
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.BigIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    partner_id: int

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("partner__name", "pk")

    def __str__(self) -> str:
        return self.url

    def clean(self) -> None:
        self.url = receivers.checked(self.url)
        if not (self.on_update or self.on_gone):
            raise ValidationError({"on_update": _("Choose an event at least.")})


class Delivery(models.Model):
    """An event to tell at a webhook, once or again. It holds no content: what is sent is read
    from the catalogue when it is sent (see `delivering`)."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
        DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
        SUPERSEDED = "superseded", pgettext_lazy("delivery", "Overtaken by a later change")
        FAILED = "failed", pgettext_lazy("delivery", "Given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=20)
    uid = models.UUIDField(null=True)
    version = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=12, choices=Failure, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-created_at", "-version")
        indexes = (
            models.Index(
                fields=("not_before",),
                name="delivery_to_send",
                condition=models.Q(state="waiting"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.uid}"
