"""Background work of the submissions."""

import imaplib
import logging

from django.conf import settings
from procrastinate.contrib.django import app

from . import bounces, outbox, personal

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="submissions.send_mail", name="submissions.send_mail")
def send_mail(timestamp: int = 0) -> None:
    """Tell what has come online, and send the messages that wait."""
    outbox.tell_what_is_published()
    outbox.send_waiting()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="submissions.bounces", name="submissions.bounces")
def read_bounces(timestamp: int = 0) -> None:
    """Look for messages that came back, where a mailbox is set for them."""
    if not settings.BOUNCE_IMAP_URL:
        return
    try:
        bounces.read()
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("The mailbox of messages that came back cannot be read: %s", error)


@app.periodic(cron="30 6 * * *")
@app.task(queueing_lock="submissions.digest", name="submissions.digest")
def digest(timestamp: int = 0) -> None:
    """Every morning: tell the editors what waits."""
    outbox.queue_digests()


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="submissions.purge", name="submissions.purge")
def purge(timestamp: int = 0) -> None:
    """Every night: forget what has been kept long enough."""
    personal.purge()
