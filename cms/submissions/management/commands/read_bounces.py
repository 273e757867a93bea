"""`manage.py read_bounces [FILE …]`: note the messages that came back."""

import imaplib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.submissions import bounces


class Command(BaseCommand):
    help = (
        "Read delivery reports: those of the mailbox BOUNCE_IMAP_URL, or in the files given"
        " (“-” for the standard input, so that a mail server can hand them over by a pipe)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        try:
            number = sum(bounces.take(_content(name)) for name in files) if files else _read()
        except (OSError, imaplib.IMAP4.error) as error:
            raise CommandError(f"Cannot be read: {error}") from error
        self.stdout.write(f"{number}")


def _content(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(bounces.LARGEST)
    return Path(name).read_bytes()[: bounces.LARGEST]


def _read() -> int:
    if not settings.BOUNCE_IMAP_URL:
        raise CommandError("BOUNCE_IMAP_URL is not set: name the mailbox, or files to read.")
    return bounces.read()
