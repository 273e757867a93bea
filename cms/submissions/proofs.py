"""Proofs: the draft as it will be read, shown to its author by a link of its own before it is
published, and what the author says of it."""

import datetime as dt
import re
from typing import Any
from urllib.parse import unquote, urlencode

from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Page, Revision

from . import links, outbox, states
from .guarding import guarded, sorry
from .models import State, Submission

DAYS = 14  # that a proof may be read
ANSWERS = 20  # to one proof

# The addresses of files that a page writes, on this site's name or without one.
_FILE = re.compile(
    r"(?:https?://[^/\"'\s]+)?(/(?:documents/\d+|images/[^/\s\"',]+/\d+|media/images)/[^\"'\s,?]+)"
)


@transaction.atomic
def send(pk: int, user: Any, text: str = "") -> Submission:
    """Send the author the latest draft of the page. Raises states.Refused when there is nothing
    to read, or nobody to read it."""
    submission = states.locked(pk)
    if why := states.refusal(submission, "proof", user):
        raise states.Refused(why)
    page = _page(submission)
    if page is None or not page.latest_revision_id:
        raise states.Refused(gettext("The page is gone."))
    if not page.permissions_for_user(user).can_edit():
        raise states.Refused(gettext("You may not edit this page."))
    if page.live and not page.has_unpublished_changes:
        raise states.Refused(gettext("It is online already: there is nothing to read before."))
    if not hasattr(submission, "author"):
        raise states.Refused(gettext("Nobody is left to whom it could be sent."))
    until = timezone.now().replace(microsecond=0) + dt.timedelta(days=DAYS)
    submission.proof_revision_id, submission.proof_until = page.latest_revision_id, until
    return states.perform(
        pk, "proof", user=user, text=text, proof_revision_id=page.latest_revision_id,
        proof_until=until, proof_answered_at=None,
        proof_digest=links.digest(links.proof_token(submission)),
    )  # fmt: skip


def may_be_read(submission: Submission) -> bool:
    """Whether its proof has not ended, and has not become what is online."""
    if submission.state != State.ACCEPTED or submission.proof_until is None:
        return False
    return submission.proof_until > timezone.now() and not _is_online(submission)


def _page(submission: Submission) -> Page | None:
    return Page.objects.filter(pk=submission.page_id).first() if submission.page_id else None


def _is_online(submission: Submission) -> bool:
    page = _page(submission)
    number = submission.proof_revision_id or 0
    return page is not None and page.live and (page.live_revision_id or 0) >= number


def _found(token: str) -> Submission:
    found = Submission.objects.select_related("author").filter(proof_digest=links.digest(token))
    submission = found.first()
    if submission is None:
        raise Http404
    return submission


@guarded
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """The draft, with a form above it: it is right, or a remark."""
    submission = _found(token)
    if _is_online(submission) and (address := outbox.page_address(submission)):
        return redirect(address)
    revision = Revision.objects.filter(pk=submission.proof_revision_id).first()
    if revision is None or not may_be_read(submission):
        said = gettext(
            "This proof can no longer be read: its time is over, or the page has changed since."
            " Ask the team for another one from the address where you follow what you propose."
        )
        return sorry(request, said, 410)
    error = _answer(request, submission) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        return redirect(request.path)
    return _shown(request, submission, revision, token, error)


def _answer(request: HttpRequest, submission: Submission) -> str:
    """Keep what the author says; the sentence of an error, "" when it is done."""
    text = request.POST.get("text", "").strip()[:5000].replace("\x00", "")
    name = request.POST.get("do", "")
    if name not in ("agree", "remark"):
        return gettext("This is not something that can be done here.")
    if name == "remark" and not text:
        return gettext("Write your remark.")
    if submission.steps.filter(action="proof_answer").count() >= ANSWERS:
        return gettext("You have answered many times: the team will read it all first.")
    if name == "agree":
        text = "\n\n".join(filter(None, [gettext("It may be published so."), text]))
    try:
        states.perform(submission.pk, "proof_answer", text=text)
    except states.Refused as refused:
        return str(refused)
    return ""


def _shown(
    request: Any, submission: Submission, revision: Revision, token: str, error: str
) -> HttpResponse:
    page = revision.as_object()
    answers = submission.steps.filter(action="proof_answer", at__gte=_sent_at(submission))
    request.proof = {
        "until": submission.proof_until, "answers": list(answers), "error": error,
        "text": request.POST.get("text", "")[:5000] if error else "",
    }  # fmt: skip
    response = page.serve_preview(request, page.default_preview_mode)
    if hasattr(response, "render"):
        response.render()
    text = response.content.decode(response.charset)
    response.content = _FILE.sub(lambda found: _lent(token, found[1]), text)
    response.status_code = 422 if error else 200
    return response


def _sent_at(submission: Submission) -> Any:
    return (submission.proof_until or timezone.now()) - dt.timedelta(days=DAYS)


def _signer(token: str) -> TimestampSigner:
    return TimestampSigner(salt=f"cms.submissions.proof:{token}")


def _lent(token: str, path: str) -> str:
    """The address under which a file of the draft is read with its proof."""
    here = reverse("submissions:proof_file", args=[token])
    return f"{here}?{urlencode({'f': _signer(token).sign(path)})}"


@guarded
def proof_file(request: Any, token: str) -> HttpResponseBase:
    """A picture or a file of the draft: it has no public page yet, so only its proof shows it."""
    if not may_be_read(_found(token)):
        raise Http404
    try:
        path = _signer(token).unsign(request.GET.get("f", ""), max_age=DAYS * 86_400)
    except BadSignature:
        raise Http404 from None
    match = resolve(unquote(path))
    if not _FILE.fullmatch(path) or match.app_name:
        raise Http404
    request.lent_with_proof = True
    return match.func(request, *match.args, **match.kwargs)
