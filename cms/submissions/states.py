"""What may happen to a submission, by whom, and what follows: the only place that changes a state.

Each change locks the submission, so that of two that come together one finds it changed.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import outbox
from .models import OPEN, WAITING, State, Step, Submission

Who = Step.Who
PERMISSION = "cms_submissions.change_submission"


class Refused(Exception):
    """The change is not possible now; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Action:
    """From which states, to which one ("" to stay), by whom; `holder`: only by who claimed it."""

    before: tuple[str, ...]
    after: str
    who: str
    holder: bool = False


ACTIONS = {
    "send": Action((State.UNCONFIRMED,), "", Who.AUTHOR),
    "suspect": Action((State.UNCONFIRMED,), State.SPAM, Who.HOUSE),
    "confirm": Action((State.UNCONFIRMED,), State.RECEIVED, Who.AUTHOR),
    "withdraw": Action(OPEN, State.WITHDRAWN, Who.AUTHOR),
    "answer": Action((State.NEEDS_INFORMATION,), State.RECEIVED, Who.AUTHOR),
    "claim": Action((State.RECEIVED,), State.CLAIMED, Who.EDITOR),
    "release": Action((State.CLAIMED,), State.RECEIVED, Who.EDITOR, holder=True),
    "take_over": Action((State.CLAIMED, State.NEEDS_INFORMATION), "", Who.EDITOR),
    "correct": Action((State.CLAIMED,), "", Who.EDITOR, holder=True),
    "ask": Action((State.CLAIMED,), State.NEEDS_INFORMATION, Who.EDITOR, holder=True),
    "refuse": Action(
        (State.CLAIMED, State.NEEDS_INFORMATION), State.REFUSED, Who.EDITOR, holder=True
    ),
    "accept": Action((State.CLAIMED,), State.ACCEPTED, Who.EDITOR, holder=True),
    "merge": Action(
        (State.CLAIMED, State.NEEDS_INFORMATION), State.ARCHIVED, Who.EDITOR, holder=True
    ),
    "proof": Action((State.ACCEPTED,), "", Who.EDITOR),
    "proof_answer": Action((State.ACCEPTED,), "", Who.AUTHOR),
    "spam": Action(WAITING, State.SPAM, Who.EDITOR),
    "not_spam": Action((State.SPAM,), State.UNCONFIRMED, Who.EDITOR),
    "archive": Action(
        (State.SPAM, State.REFUSED, State.WITHDRAWN, State.ACCEPTED), State.ARCHIVED, Who.EDITOR
    ),
}
# What an author is told by mail, by the name of the message. "confirm" and "published" follow
# other rules: see `outbox`.
_TOLD = {
    "confirm": "received", "ask": "needs_information", "refuse": "refused", "accept": "accepted",
    "merge": "duplicate", "proof": "proof",
}  # fmt: skip


def may(user: Any) -> bool:
    """Whether somebody may read and decide on submissions."""
    return bool(user and user.is_active and user.has_perm(PERMISSION))


def refusal(submission: Submission, name: str, user: Any = None) -> str:
    """Why an action is not possible now; "" if it is. A user for an editor's action, else none."""
    action = ACTIONS[name]
    if action.who == Who.EDITOR and not may(user):
        return _("You may not decide on submissions.")
    if action.who != Who.EDITOR and user is not None:
        return _("This is for the author to do.")
    if submission.state not in action.before:
        if name == "claim" and submission.claimed_by_id and submission.state in WAITING:
            return _("%(name)s is reading it already.") % {"name": _name(submission.claimed_by)}
        return _("It is too late: the submission is now “%(state)s”.") % {
            "state": submission.get_state_display()
        }
    if action.holder and submission.claimed_by_id != user.pk:
        return _("Claim the submission first: somebody else is reading it.")
    return ""


def possible(submission: Submission, user: Any) -> set[str]:
    """The editor's actions that are possible now."""
    return {
        name
        for name, action in ACTIONS.items()
        if action.who == Who.EDITOR and not refusal(submission, name, user)
    }


def locked(pk: int) -> Submission:
    """The submission as it is now, with its author, held until the end of the transaction."""
    rows = Submission.objects.select_related("author").select_for_update(of=("self",))
    return rows.get(pk=pk)


@transaction.atomic
def perform(pk: int, name: str, *, user: Any = None, text: str = "", **changes: Any) -> Submission:
    """Do an action and write it down, with the values that change with it. Raises Refused."""
    submission = locked(pk)
    if why := refusal(submission, name, user):
        raise Refused(why)
    before = submission.state
    for field, value in changes.items():
        setattr(submission, field, value)
    submission.state = ACTIONS[name].after or before
    _follow(submission, name, user)
    submission.save()
    step = note(submission, name, before, user=user, text=text)
    if (kind := _TOLD.get(name)) and hasattr(submission, "author"):
        if kind == "received" and submission.kind == "support":
            kind = "support_received"
        outbox.tell(submission, kind, key=f"step:{step.pk}", text=text)
    return submission


def note(
    submission: Submission, name: str, before: str, *, user: Any = None, text: str = ""
) -> Step:
    """Write down what happened."""
    who = Who.EDITOR if user else ACTIONS[name].who if name in ACTIONS else Who.HOUSE
    return Step.objects.create(
        submission=submission, action=name, before=before, after=submission.state, who=who,
        user=user, text=text,
    )  # fmt: skip


def _follow(submission: Submission, name: str, user: Any) -> None:
    """Who holds it, and since when it waits."""
    now = timezone.now()
    if name == "confirm":
        submission.received_at = now
        if hasattr(submission, "author"):
            submission.author.confirmed_at = now
            submission.author.save(update_fields=["confirmed_at"])
    elif name in ("claim", "take_over"):
        submission.claimed_by = user
    elif name == "answer":
        # Back to who asked, if she is still there; else to everybody.
        holder = submission.claimed_by
        if holder is not None and may(holder):
            submission.state = State.CLAIMED
        else:
            submission.claimed_by = None
    elif name in ("release", "spam", "withdraw"):
        submission.claimed_by = None
    elif name == "not_spam":
        submission.suspicion = ""
        if hasattr(submission, "author"):
            if submission.author.confirmed_at:
                submission.state = State.RECEIVED
            else:
                outbox.ask_to_confirm(submission)
    elif name == "accept":
        submission.accepted_at = now
    elif name == "proof_answer":
        submission.proof_answered_at = now


def _name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
