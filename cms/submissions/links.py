"""The author's links: made from a secret of the site, so that the database alone gives none."""

import base64
import hashlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Submission


def token(nonce: UUID) -> str:
    """What leads to the tracking page of a submission; 43 signs, unguessable."""
    return _token("cms.submissions.tracking", nonce.hex)


def _token(purpose: str, said: str) -> str:
    made = salted_hmac(purpose, said, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def proof_token(submission: Submission) -> str:
    """What leads to the proof that is to be read now, and to nothing else: the author may pass it
    on. Another proof has another token."""
    until = submission.proof_until
    end = int(until.timestamp()) if until else 0
    said = f"{submission.nonce.hex}:{submission.proof_revision_id}:{end}"
    return _token("cms.submissions.proof", said)


def proof_path(submission: Submission) -> str:
    with translation.override(submission.language):
        return reverse("submissions:proof", args=[proof_token(submission)])


def proof_address(submission: Submission) -> str:
    return f"{settings.BASE_URL}{proof_path(submission)}"


def support_token(submission: Submission) -> str:
    """What lets whoever is asked for support read the request."""
    said = f"{submission.nonce.hex}:{submission.referent_id}"
    return _token("cms.submissions.support", said)


def support_address(submission: Submission, language: str) -> str:
    with translation.override(language):
        path = reverse("submissions:support", args=[submission.pk, support_token(submission)])
    return f"{settings.BASE_URL}{path}"


def digest(token: str) -> str:
    """How a token is known in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def code(submission: Submission, email: str) -> str:
    """What only whoever reads this mailbox can know."""
    said = f"{submission.nonce.hex}:{email.lower()}"
    return salted_hmac("cms.submissions.mailbox", said, algorithm="sha256").hexdigest()[:32]


def is_code(submission: Submission, email: str, given: str) -> bool:
    return constant_time_compare(code(submission, email), given)


def path(submission: Submission, name: str = "tracking", *more: Any) -> str:
    """The address, on this site, of one of the author's pages, in the author's language."""
    with translation.override(submission.language):
        return reverse(f"submissions:{name}", args=[token(submission.nonce), *more])


def address(submission: Submission, name: str = "tracking", *more: str) -> str:
    """The same for a message."""
    return f"{settings.BASE_URL}{path(submission, name, *more)}"
