"""What is kept of people, how long, and how somebody gets it or has it erased.

| state | kept after the last change |
|---|---|
| unconfirmed | 30 days, then everything goes |
| spam | 60 days, then everything goes |
| withdrawn | 30 days, then everything goes |
| refused, archived | 180 days: then everything goes |
| accepted | 365 days: then all goes but the link to the page |
"""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cms.core import people

from . import kinds, outbox
from .models import Author, Knock, Mail, Salt, State, Submission
from .uploads import remove

DAYS = {
    State.UNCONFIRMED: 30, State.SPAM: 60, State.WITHDRAWN: 30, State.REFUSED: 180,
    State.ARCHIVED: 180, State.ACCEPTED: 365,
}  # fmt: skip
BATCH = 500


def purge(now: dt.datetime | None = None) -> int:
    """Forget what has been kept long enough; the number of submissions touched."""
    now = now or timezone.now()
    done = 0
    for state, days in DAYS.items():
        due = Submission.objects.filter(state=state, changed_at__lt=now - dt.timedelta(days=days))
        if state == State.ACCEPTED:
            due = due.filter(Q(author__isnull=False) | Q(uploads__isnull=False)).distinct()
        for submission in due.order_by("pk")[:BATCH]:
            forget(submission, whole=state != State.ACCEPTED)
            done += 1
    Knock.objects.filter(at__lt=now - dt.timedelta(days=1)).delete()
    Salt.objects.filter(day__lt=timezone.localdate(now)).delete()
    Mail.objects.filter(submission=None, created_at__lt=now - dt.timedelta(days=30)).delete()
    return done


@transaction.atomic
def forget(submission: Submission, *, whole: bool) -> None:
    """Erase a submission; or, of one that became a page, all but the link to the page."""
    for upload in submission.uploads.all():
        remove(upload)
    if whole:
        submission.delete()
        return
    Author.objects.filter(submission=submission).delete()
    submission.mails.all().delete()
    submission.steps.update(text="")
    Submission.objects.filter(pk=submission.pk).update(
        values={},
        original={},
        corrected={},
        title="",
        suspicion="",
        proof_until=None,
        proof_digest="",
    )


def of(email: str) -> list[Submission]:
    """The submissions of somebody, the oldest first."""
    found = Submission.objects.filter(author__email__iexact=email.strip())
    return list(found.select_related("author", "territory").order_by("pk"))


def export(email: str) -> dict[str, Any]:
    """Everything that is kept of somebody, as JSON can say it: submissions here, and what other
    rooms answer, by their name."""
    found: dict[str, Any] = {"email": email, "submissions": [_said(one) for one in of(email)]}
    for name, (exporting, _erasing) in others().items():
        found[name] = exporting(email)
    return found


def as_json(email: str) -> str:
    """The export as a file that somebody can read."""
    return json.dumps(export(email), ensure_ascii=False, indent=2, default=str)


def erase(email: str) -> dict[str, int]:
    """Erase somebody's data; how many things in each room. What became a page stays, without its
    author's data; messages to this address go too."""
    counts = {"submissions": 0}
    for submission in of(email):
        forget(submission, whole=submission.page_id is None)
        counts["submissions"] += 1
    Mail.objects.filter(to__iexact=email.strip()).delete()
    for name, (_exporting, erasing) in others().items():
        counts[name] = erasing(email)
    return counts


def others() -> dict[str, tuple[Callable[[str], Any], Callable[[str], int]]]:
    """How the other rooms answer: see `cms.core.people`."""
    return dict(people.keepers)


def _said(submission: Submission) -> dict[str, Any]:
    author = submission.author
    return {
        "kind": submission.kind,
        "state": submission.state,
        "title": submission.title,
        "fields": kinds.shown(submission, submission.values),
        "territory": submission.territory.name if submission.territory else None,
        "author": {
            "name": author.name, "email": author.email, "organisation": author.organisation,
            "show_name": author.show_name, "consent_version": author.consent_version,
            "consent_at": author.consent_at.isoformat(),
        },
        "begun_at": submission.created_at.isoformat(),
        "received_at": submission.received_at.isoformat() if submission.received_at else None,
        "became": outbox.page_address(submission),  # where the name is printed, if that was agreed
        "files": [upload.name for upload in submission.uploads.all()],
        "steps": [
            {"action": step.action, "at": step.at.isoformat(), "text": step.text}
            for step in submission.steps.all()
        ],
        "messages": [
            {"kind": mail.kind, "at": mail.sent_at.isoformat() if mail.sent_at else None}
            for mail in submission.mails.all()
        ],
    }  # fmt: skip
