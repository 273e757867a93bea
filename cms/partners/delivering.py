"""Telling partners of changes: deliveries made from the change feed, sent by the worker.

A delivery says only that a record changed. What is sent is read from the catalogue when it is
sent: nothing that has stopped being public leaves, however long a delivery waited. It is sent
until the partner's server answers 2xx, so it may come twice: `webhook-id` tells.
"""

import datetime as dt
import json
import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cms.catalogue import clock
from cms.catalogue.feed import changes
from cms.catalogue.models import Record

from . import signing
from .models import Delivery, Webhook
from .receivers import Poster

UPDATED, GONE, PING = "record.updated", "record.gone", "ping"
BATCH = 200  # changes read at once
MOST = 1_000  # deliveries that wait for one webhook: the rest stays in the feed
SECONDS = 40.0  # of one run
# Minutes after each attempt; one more attempt after the last pause. A day and a half in all.
PAUSES = (1, 5, 30, 120, 300, 600, 1_080)
SUSPENDED_AFTER = dt.timedelta(days=5)  # without one success
DAYS = 30  # of the log
State = Delivery.State


def start(webhook: Webhook) -> None:
    """A new webhook is told of what changes from now on."""
    webhook.version = clock.now()


def queue() -> int:
    """Make deliveries of what has changed; how many."""
    active = Webhook.objects.filter(is_active=True, partner__is_active=True)
    return sum(_queue(pk) for pk in active.values_list("pk", flat=True))


@transaction.atomic
def _queue(pk: int) -> int:
    webhook = Webhook.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if webhook is None:  # another worker does it
        return 0
    webhook.version = min(webhook.version, clock.now())  # of a catalogue that was restored
    room = MOST - webhook.deliveries.filter(state=State.WAITING).count()
    made = 0
    while room > 0:
        rows = list(
            changes(webhook.version, min(BATCH, room)).only("uid", "type", "version", "gone_at")
        )
        if not rows:
            break
        made += len(Delivery.objects.bulk_create(_deliveries(webhook, rows)))
        webhook.version = rows[-1].version
        room -= len(rows)
    webhook.save(update_fields=["version"])
    return made


def _deliveries(webhook: Webhook, rows: Iterable[Record]) -> list[Delivery]:
    return [
        Delivery(webhook=webhook, event=_event(row), uid=row.uid, version=row.version)
        for row in rows
        if (not webhook.types or row.type in webhook.types)
        and (webhook.on_gone if row.gone_at else webhook.on_update)
    ]


def _event(row: Record) -> str:
    return GONE if row.gone_at else UPDATED


def ping(webhook: Webhook) -> Delivery:
    """A message that says nothing, to try the address."""
    return Delivery.objects.create(webhook=webhook, event=PING)


def replay(delivery: Delivery) -> Delivery | None:
    """Tell again: of the record as it is now. None where there is nothing to tell."""
    if delivery.uid is None:
        return ping(delivery.webhook)
    row = Record.objects.filter(uid=delivery.uid).first()
    if row is None:
        return None
    return Delivery.objects.create(
        webhook=delivery.webhook, event=_event(row), uid=row.uid, version=row.version
    )


def send_waiting(poster: Poster | None = None, seconds: float = SECONDS) -> int:
    """Send what waits, within a bound of time; how many were delivered. A server that fails is
    left alone for the rest of the run, so that others do not wait for it."""
    poster = poster or Poster()
    begin = time.monotonic()
    failing: set[int] = set()
    sent = 0
    while time.monotonic() - begin < seconds and (delivery := _next(failing)):
        if _send(delivery, poster):
            sent += 1
        elif delivery.error:
            failing.add(delivery.webhook_id)
    return sent


def _next(failing: set[int]) -> Delivery | None:
    """The next delivery. It counts as tried, and waits for its next attempt, before anything is
    sent: no other worker takes it, and a crash does not lose it."""
    now = timezone.now()
    with transaction.atomic():
        delivery = (
            Delivery.objects.filter(
                state=State.WAITING, not_before__lte=now, webhook__is_active=True,
                webhook__partner__is_active=True,
            )
            .exclude(webhook__in=failing)
            .select_related("webhook")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("not_before", "version")
            .first()
        )  # fmt: skip
        if delivery:
            pause = PAUSES[min(delivery.attempts, len(PAUSES) - 1)]
            delivery.attempts += 1
            delivery.tried_at = now
            delivery.not_before = now + dt.timedelta(minutes=pause)
            delivery.save(update_fields=["attempts", "tried_at", "not_before"])
    return delivery


def _send(delivery: Delivery, poster: Poster) -> bool:
    webhook = delivery.webhook
    document = message(delivery)
    if document is None:
        delivery.state, delivery.error = State.SUPERSEDED, ""
        delivery.save(update_fields=["state", "error"])
        return False
    body = json.dumps(document, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Relais webhooks (+{settings.BASE_URL}/)",
        **signing.headers(webhook.nonce, str(delivery.pk), int(time.time()), body),
    }
    answer = poster.post(webhook.url, body, headers)
    delivery.status, delivery.error = answer.status, answer.error
    if not answer.error:
        delivery.state = State.DELIVERED
    elif delivery.attempts > len(PAUSES):
        delivery.state = State.FAILED
    delivery.save(update_fields=["status", "error", "state"])
    _note(webhook, failed=bool(answer.error))
    return not answer.error


def _note(webhook: Webhook, *, failed: bool) -> None:
    """Since when a webhook fails; after days without one success it is paused."""
    rows = Webhook.objects.filter(pk=webhook.pk)
    now = timezone.now()
    if not failed:
        rows.exclude(failing_since=None).update(failing_since=None)
        return
    rows.filter(failing_since=None).update(failing_since=now)
    rows.filter(failing_since__lt=now - SUSPENDED_AFTER).update(is_active=False)


def message(delivery: Delivery) -> dict[str, Any] | None:
    """What is sent: `{"type", "timestamp", "data"}`. None when the record has changed since, which
    has or will have a delivery of its own."""
    now = timezone.now().isoformat(timespec="seconds")
    if delivery.uid is None or delivery.version is None:
        return {"type": PING, "timestamp": now, "data": {}}
    row = Record.objects.filter(uid=delivery.uid, version=delivery.version).first()
    if row is None:
        return None
    return {
        "type": _event(row),
        "timestamp": now,
        "data": _gone(row) if row.gone_at else _said(row),
    }


def _gone(row: Record) -> dict[str, Any]:
    return {
        "uid": str(row.uid),
        "gone_at": row.gone_at.isoformat() if row.gone_at else None,
        "reason": row.gone_reason,
    }


def _said(row: Record) -> dict[str, Any]:
    return {
        "uid": str(row.uid),
        "type": row.type,
        "locale": row.locale,
        "version": row.version,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "modified_at": row.modified_at.isoformat(),
        "url": f"{settings.BASE_URL}{row.url}",
        "record": f"{settings.BASE_URL}/api/v1/records/{row.uid}",
    }


def forget_old() -> int:
    """The log is kept for a while; the number of rows."""
    before = timezone.now() - dt.timedelta(days=DAYS)
    told = Delivery.objects.exclude(state=State.WAITING)
    return told.filter(created_at__lt=before).delete()[0]
