"""Messages that came back: delivery reports (RFC 3464), read in a mailbox of their own.

A report names the message that it is about by the Message-ID that only this site can make. It is
deleted from the mailbox once read: it holds somebody's address. Whatever else lies there stays.
"""

import email
import imaplib
from contextlib import suppress
from email.message import Message
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from . import outbox

BATCH = 200  # messages read at a time
LARGEST = 200_000  # bytes of a message that are read: what it is about stands near the beginning
SECONDS = 30  # that the mailbox may take to answer


def take(content: bytes) -> bool:
    """Whether this is a report about a message of ours; if it says that it failed for good, that
    is noted."""
    report = email.message_from_bytes(content)
    number = outbox.number_in(content.decode("latin-1"))
    actions = _actions(report)
    if number is None or not actions:
        return False
    if "failed" in actions:  # not "delayed" or "delivered"
        outbox.came_back(number)
    return True


def _actions(report: Message) -> set[str]:
    """What a delivery report says of its recipients; nothing for another message."""
    if report.get_content_type() != "multipart/report":
        return set()
    found = set()
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks: Any = part.get_payload()
            for block in blocks if isinstance(blocks, list) else ():
                found.add(str(block.get("Action", "")).split(";")[0].strip().lower())
    return found - {""}


def read() -> int:
    """Go through the mailbox of the settings; how many reports were about messages of ours.
    Raises OSError or imaplib.IMAP4.error when it cannot be read."""
    address = urlsplit(settings.BOUNCE_IMAP_URL)
    kind = imaplib.IMAP4_SSL if address.scheme == "imaps" else imaplib.IMAP4
    port = address.port or (993 if address.scheme == "imaps" else 143)
    box = kind(address.hostname or "localhost", port, timeout=SECONDS)
    try:
        box.login(unquote(address.username or ""), unquote(address.password or ""))
        answer, _said = box.select(f'"{unquote(address.path.lstrip("/")) or "INBOX"}"')
        if answer != "OK":
            raise imaplib.IMAP4.error("The folder cannot be opened.")
        return _go_through(box)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()


def _go_through(box: imaplib.IMAP4) -> int:
    _answer, found = box.uid("SEARCH", "UNSEEN")
    taken = 0
    for number in (found[0] or b"").decode().split()[:BATCH]:
        _answer, parts = box.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)")
        content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        is_ours = take(content)
        box.uid("STORE", number, "+FLAGS", r"(\Deleted)" if is_ours else r"(\Seen)")
        taken += is_ours
    if taken:
        box.expunge()
    return taken
