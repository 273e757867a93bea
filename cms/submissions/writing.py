"""What the author does: begin, write step by step, send, confirm, answer, withdraw."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core.referents import Referents

from . import kinds, links, outbox, spam, states
from .forms import CONSENT
from .models import Author, State, Submission


def begin(nonce: UUID, kind: str, language: str, suspicion: str) -> Submission:
    """The submission of this form: the same however often it is posted."""
    submission, _created = Submission.objects.get_or_create(
        nonce=nonce,
        defaults={
            "kind": kind, "language": language, "suspicion": suspicion[:200],
            "token_digest": links.digest(links.token(nonce)),
        },
    )  # fmt: skip
    return submission


@transaction.atomic
def write(pk: int, form: Any) -> Submission:
    """Keep the values of one step. Raises states.Refused when it is too late."""
    submission = states.locked(pk)
    if not submission.may_be_written:
        raise states.Refused(states.refusal(submission, "send") or "")
    cleaned = form.cleaned_data
    submission.values = {**submission.values, **kinds.written(form)}
    submission.title = kinds.title_of(submission, cleaned)
    if "commune" in cleaned:
        submission.territory = cleaned["commune"]
    if submission.kind == kinds.CORRECTION and "page" in cleaned:
        submission.target_id = cleaned["page"].pk
    submission.save()
    return submission


@transaction.atomic
def sign(pk: int, cleaned: dict[str, Any]) -> Submission:
    """Keep who proposes, with the version of the text agreed to. Until the address is confirmed
    it may be corrected, and the link is sent, to a new one or again. Raises states.Refused when it
    is too late, or was sent too often; nothing has changed then."""
    submission = states.locked(pk)
    if submission.state != State.UNCONFIRMED:
        raise states.Refused(states.refusal(submission, "send"))
    fields = {name: cleaned[name] for name in ("name", "email", "organisation")}
    fields["show_name"] = cleaned.get("show_name", False)
    Author.objects.update_or_create(
        submission=submission,
        defaults={**fields, "consent_version": CONSENT, "consent_at": timezone.now()},
    )
    submission = Submission.objects.select_related("author").get(pk=pk)
    if submission.sent_at and not outbox.ask_to_confirm(submission):
        raise states.Refused(
            _(
                "The link was sent %(n)d times already: look among the undesired messages, or"
                " propose it again from the beginning."
            )
            % {"n": outbox.CONFIRMATIONS}
        )
    return submission


@transaction.atomic
def send(pk: int) -> Submission:
    """The author has finished: the link that confirms leaves, unless it looks like spam. Sending
    twice is sending once."""
    submission = states.locked(pk)
    if submission.sent_at:
        return submission
    if why := states.refusal(submission, "send"):
        raise states.Refused(why)
    suspicion = submission.suspicion or spam.suspicion(_texts(submission), submission.title)
    submission.sent_at = timezone.now()
    submission.original = submission.values
    submission.suspicion = suspicion[:200]
    submission.save()
    states.note(submission, "send", State.UNCONFIRMED)
    if suspicion:
        return states.perform(pk, "suspect", text=suspicion)
    outbox.ask_to_confirm(submission)
    return submission


def _texts(submission: Submission) -> list[str]:
    """What was written where no address was asked for."""
    fields = kinds.Steps(submission).fields()
    asked = {name for name, one in fields.items() if isinstance(one, forms.URLField)} | {"page"}
    return [str(value) for name, value in submission.values.items() if name not in asked]


@transaction.atomic
def confirm(pk: int) -> Submission:
    """The address is the author's: the submission waits for an editor, and a request for support
    is passed on to who is to be asked."""
    submission = states.perform(pk, "confirm")
    if submission.kind == kinds.SUPPORT:
        theme = str(submission.values.get("theme", ""))
        concept = int(theme) if theme.isdecimal() else None
        found = Referents.find(concept, submission.territory_id)
        if found:
            Submission.objects.filter(pk=pk).update(referent_id=found.page_id)
            submission.referent_id = found.page_id
            if found.email:
                outbox.tell(
                    submission, "support", key=f"{pk}:{found.page_id}", to=found.email,
                    language=found.language,
                )  # fmt: skip
    return submission
