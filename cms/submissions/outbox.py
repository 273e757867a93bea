"""Messages: queued in the transaction of the step that they tell of, sent once by the worker."""

import datetime as dt
import logging
import re
from contextlib import suppress
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.exceptions import AlreadyEnqueued
from wagtail.models import Page, Site

from cms.catalogue.visibility import public_pages

from . import links, remits
from .models import ATTEMPTS as ATTEMPTS
from .models import Mail, State, Submission
from .remits import cut_short, waits, within

log = logging.getLogger(__name__)

BATCH = 100
CONFIRMATIONS = 3  # messages that ask to confirm, for one submission
_WAITS = Q(sent_at=None, begun_at=None, attempts__lt=ATTEMPTS)


def tell(
    submission: Submission, kind: str, *, key: str, to: str = "", text: str = "", language: str = ""
) -> None:
    """Queue a message, to the author in the author's language unless said otherwise. The same key
    twice is one message."""
    Mail.objects.bulk_create(
        [
            Mail(
                key=f"{kind}:{key}", submission=submission, kind=kind, text=text,
                to=to or submission.author.email, language=language or submission.language,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    ask_worker()


def ask_to_confirm(submission: Submission) -> bool:
    """Queue the link that confirms the author's address: again, if the last one has left. False
    when too many were asked for."""
    email = submission.author.email.lower()
    others = Mail.objects.filter(submission=submission, kind="confirm")
    done_with = others.filter(to__iexact=email).exclude(_WAITS).count()
    key = f"{submission.pk}:{links.code(submission, email)}" + f":{done_with}" * bool(done_with)
    if others.exclude(key=f"confirm:{key}").count() >= CONFIRMATIONS:
        return False
    tell(submission, "confirm", key=key)
    return True


def ask_worker() -> None:
    """Ask the worker to send soon, once what is to be told is kept; it looks every minute
    anyway."""
    from .tasks import send_mail

    def ask() -> None:
        with suppress(AlreadyEnqueued):
            send_mail.defer()

    transaction.on_commit(ask, robust=True)


def send_waiting() -> int:
    """Send what waits; the number of messages that left. One that the server refuses is tried
    again later; one that was cut short is not, since it may have left."""
    sent = 0
    for _number in range(BATCH):
        left = _send_next()
        if left is None:
            break
        sent += left
    return sent


def _send_next() -> bool | None:
    """Whether the next message left; None when none waits. It is marked as begun once the mail
    server listens, so that a crash leaves no doubt unless it comes between that and the answer."""
    connection = get_connection()
    try:
        with transaction.atomic():
            rows = Mail.objects.filter(_WAITS, not_before__lte=timezone.now())
            mail = rows.select_for_update(skip_locked=True).first()
            if mail is None:
                return None
            mail.attempts += 1
            try:
                with transaction.atomic():
                    message = _message(mail, connection)
                connection.open()
            except Exception as error:  # of the mail server, or of what is told
                return _later(mail, error)
            mail.begun_at = timezone.now()
            mail.save(update_fields=["begun_at", "attempts"])
        try:
            message.send()
        except Exception as error:  # the others still go
            return _later(mail, error)
        Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
        return True
    finally:
        with suppress(Exception):  # it has been said already, or does not matter any more
            connection.close()


def _later(mail: Mail, error: Exception) -> bool:
    """Try again later, unless the server says that it is of no use."""
    later = timezone.now() + dt.timedelta(minutes=2**mail.attempts * 5)
    tried = ATTEMPTS if _is_for_good(error) else mail.attempts
    Mail.objects.filter(pk=mail.pk).update(begun_at=None, not_before=later, attempts=tried)
    log.warning("Message %s cannot be sent: %s", mail.pk, type(error).__name__)
    return False


def _is_for_good(error: Exception) -> bool:
    """Whether the server says that nobody has this address (RFC 5321: 5yz is permanent)."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _said in error.recipients.values())


def is_given_up(submission: Submission) -> bool:
    """Whether the last message to the author does not arrive: it is not tried any more, or has
    come back."""
    author = getattr(submission, "author", None)
    if author is None:
        return False
    last = submission.mails.filter(to__iexact=author.email).order_by("pk").last()
    return last is not None and last.is_lost


def again(mail: Mail) -> None:
    """Send a message that was cut short, given up, or that came back."""
    Mail.objects.filter(Q(sent_at=None) | Q(bounced_at__isnull=False), pk=mail.pk).update(
        begun_at=None, sent_at=None, bounced_at=None, attempts=0, not_before=timezone.now()
    )
    ask_worker()


def came_back(number: int) -> bool:
    """A message that had left came back: its address reads nothing. False for one that is unknown
    or not thought to have left."""
    found = Mail.objects.filter(pk=number, begun_at__isnull=False)
    return bool(found.update(bounced_at=timezone.now()))


def subjects() -> dict[str, str]:
    return {
        "confirm": _("Confirm what you propose"),
        "received": _("We have received what you propose"),
        "needs_information": _("A question about what you propose"),
        "accepted": _("What you propose is accepted"),
        "refused": _("What you propose is not kept"),
        "duplicate": _("What you propose exists already"),
        "proof": _("Read it before it is published"),
        "published": _("What you proposed is online"),
        "support": _("Somebody asks for your support"),
        "support_received": _("We have received your request"),
    }


def _message(mail: Mail, connection: Any) -> EmailMessage:
    with translation.override(mail.language):
        if mail.submission is None:
            subject, text = _digest(mail)
        else:
            subject = subjects()[mail.kind]
            text = render_to_string(
                f"cms_submissions/emails/{mail.kind}.txt", _context(mail, mail.submission)
            )
    headers = {"Message-ID": message_id(mail.pk), "Auto-Submitted": "auto-generated"}
    # Refusals that come back later go to the envelope's sender.
    if settings.BOUNCE_ADDRESS:
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    return EmailMessage(
        f"[{_site_name()}] {subject}",
        text.strip() + "\n",
        from_email=settings.BOUNCE_ADDRESS or None,
        to=[mail.to],
        headers=headers,
        connection=connection,
    )


def _site_name() -> str:
    """What the centre calls itself in its settings; on one line, since it stands in a header."""
    site = Site.objects.filter(is_default_site=True).first()
    return " ".join(((site and site.site_name) or settings.WAGTAIL_SITE_NAME).split())


def message_id(number: int) -> str:
    """The same however often a message is sent, so that programs recognise it; nobody else can
    make it up."""
    host = settings.BASE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return f"<submission-{number}.{_seal(number)}@{host}>"


def _seal(number: int) -> str:
    return salted_hmac("cms.submissions.message", str(number), algorithm="sha256").hexdigest()[:16]


def number_in(text: str) -> int | None:
    """The number of the message of ours whose Message-ID stands in a text; None for none."""
    for number, seal in re.findall(r"<submission-(\d{1,15})\.([0-9a-f]{16})@", text):
        if constant_time_compare(seal, _seal(int(number))):
            return int(number)
    return None


def _context(mail: Mail, submission: Submission) -> dict[str, Any]:
    author = getattr(submission, "author", None)
    context = {
        "submission": submission,
        "author": author,
        "text": mail.text,
        "site": _site_name(),
        "tracking": links.address(submission),
    }
    if mail.kind == "confirm":
        context["confirming"] = links.address(
            submission, "confirm", links.code(submission, mail.to)
        )
    if mail.kind == "proof":
        context |= {"proof": links.proof_address(submission), "until": submission.proof_until}
    if mail.kind == "duplicate":
        context["completed"] = submission.accepted_at is not None
    if mail.kind in ("published", "duplicate"):
        context["page"] = page_address(submission)
    if mail.kind == "support":
        from .kinds import shown

        context["fields"] = shown(submission, submission.said())
        context["reading"] = links.support_address(submission, mail.language)
    return context


def page_address(submission: Submission) -> str:
    """Where what became of a submission can be read; "" when it is not public."""
    if not submission.page_id or submission.page_id not in public_pages([submission.page_id]):
        return ""
    page = Page.objects.filter(pk=submission.page_id).first()
    url = page.url if page else ""
    return url if not url or url.startswith("http") else f"{settings.BASE_URL}{url}"


def tell_what_is_published(limit: int = 200) -> int:
    """Tell the authors of what was accepted and has come online since; the number of messages.
    Looked at by the worker: scheduled and approved pages are noticed too."""
    online = Page.objects.filter(
        pk=OuterRef("page_id"), live=True, last_published_at__gte=OuterRef("accepted_at")
    )
    accepted = Submission.objects.filter(
        Exists(online), accepted_at__isnull=False, told_at=None, page_id__isnull=False
    )
    rows = list(accepted.select_related("author").order_by("accepted_at")[:limit])
    public = public_pages(row.page_id for row in rows if row.page_id)
    told = 0
    for row in rows:
        if row.page_id not in public:
            continue
        with transaction.atomic():
            Submission.objects.filter(pk=row.pk).update(told_at=timezone.now())
            if hasattr(row, "author"):
                tell(row, "published", key=str(row.pk))
                told += 1
    return told


def queue_digests() -> int:
    """One message a day to each editor while something waits that is theirs to look after."""
    if not Submission.objects.filter(waits()).exists():
        return 0
    today = timezone.localdate()
    found = get_user_model().objects.with_perm(
        "cms_submissions.change_submission",
        include_superusers=False,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    people = found.filter(is_active=True).exclude(email="").select_related("wagtail_userprofile")
    limits = remits.of_all()
    mails = [
        Mail(
            key=f"digest:{today}:{person.pk}", kind="digest", to=person.email,
            language=_language(person),
        )
        for person in people
        if within(Submission.objects.filter(waits()), limits.get(person.pk)).exists()
    ]  # fmt: skip
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    ask_worker()
    return len(mails)


def _language(person: Any) -> str:
    profile = getattr(person, "wagtail_userprofile", None)
    return (profile and profile.preferred_language) or settings.LANGUAGE_CODE


def _digest(mail: Mail) -> tuple[str, str]:
    """What waits for one editor; the number of the user stands at the end of the key."""
    waiting = within(Submission.objects.filter(waits()), remits.of(mail.key.rsplit(":", 1)[-1]))
    unclaimed = waiting.filter(state=State.RECEIVED)
    oldest = unclaimed.aggregate(at=Min(F("received_at")))["at"]
    number = waiting.count()
    subject = ngettext("%(n)d submission waits", "%(n)d submissions wait", number) % {"n": number}
    context = {
        "number": number,
        "unclaimed": unclaimed.count(),
        "left": waiting.filter(claimed_by__is_active=False).count(),
        "proofs": waiting.filter(state=State.ACCEPTED).count(),
        "unsure": waiting.filter(pk__in=cut_short().values("submission")).count(),
        "oldest": oldest,
        "desk": settings.WAGTAILADMIN_BASE_URL + reverse("submissions_desk"),
    }
    return subject, render_to_string("cms_submissions/emails/digest.txt", context)
