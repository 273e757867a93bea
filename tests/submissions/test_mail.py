"""Messages that come back, that are cut short, that are asked for again."""

import datetime as dt
from email import message_from_bytes
from socketserver import StreamRequestHandler, TCPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from cms.submissions import bounces, links, outbox, states, tasks
from cms.submissions.models import Mail, State, Submission
from tests.factories import UserFactory
from tests.submission_factories import AUTHOR, do, editor, make, propose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


REPORT = """\
From: MAILER-DAEMON@example.org
To: retours@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/{kind}

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; camille@example.org
Action: {action}
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: x

--b--
"""


def report(message_id: str, action: str = "failed", kind: str = "delivery-status") -> bytes:
    """What a mail server sends back (RFC 3464)."""
    return REPORT.format(message_id=message_id, action=action, kind=kind).encode()


@pytest.fixture
def asked(noa):
    """A submission whose author was asked something, by a message that has left."""
    found = make(State.CLAIMED, claimed_by=noa)
    states.perform(found.pk, "ask", user=noa, text="Combien ?")
    outbox.send_waiting()
    return found


def test_a_message_that_comes_back_is_said_on_the_desk_and_to_the_author(
    client, asked, mailoutbox, tmp_path
):
    detail, tracking = reverse("submissions_detail", args=[asked.pk]), links.path(asked)
    name = mailoutbox[0].message()["Message-ID"]
    file = tmp_path / "retour.eml"
    file.write_bytes(report(name))
    call_command("read_bounces", str(file))
    assert Mail.objects.get().bounced_at
    assert client.get(detail).context["unreachable"]
    assert 'value="resend"' in client.get(detail).content.decode()
    lists = client.get(reverse("submissions_desk")).content.decode()
    assert outbox.subjects()["needs_information"] in client.get(detail).content.decode()
    assert "does not arrive" in lists or "n’arrive pas" in lists
    assert 'role="alert"' in Client().get(tracking).content.decode()
    do(client, asked, "resend", mail=Mail.objects.get().pk)
    assert outbox.send_waiting() == 1
    assert mailoutbox[1].message()["Message-ID"] == name  # programs know it again
    assert not client.get(detail).context["unreachable"]


def test_what_is_no_report_of_a_failure_of_ours_changes_nothing(asked, mailoutbox):
    name = mailoutbox[0].message()["Message-ID"]
    pk = Mail.objects.get().pk
    assert bounces.take(report(name, action="delayed"))
    for content in (
        report(f"<submission-{pk}.{'0' * 16}@testserver>"),  # made up
        report(f"<submission-{pk}@testserver>"),
        report("<other@example.org>"),
        report(name, kind="disposition-notification"),
        f"Subject: Absence\nIn-Reply-To: {name}\n\nJe suis en congé.".encode(),
        b"", b"\xff\xfe\x00", b"Content-Type: multipart/report\n\n",
    ):  # fmt: skip
        assert not bounces.take(content)
    assert Mail.objects.get().bounced_at is None


class Mailbox(StreamRequestHandler):
    """As much of IMAP as one reading needs."""

    messages: ClassVar[list[bytes]] = []
    flags: ClassVar[dict[int, str]] = {}

    def say(self, text: str | bytes) -> None:
        self.wfile.write((text.encode() if isinstance(text, str) else text) + b"\r\n")

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, command, *words = line.split()
            if command == "UID":
                command, *words = words
            getattr(self, f"do_{command.lower()}", lambda *_words: None)(*words)
            self.say(f"{tag} OK done")

    def do_capability(self) -> None:
        self.say("* CAPABILITY IMAP4rev1")

    def do_select(self, *_words: str) -> None:
        self.say(f"* {len(self.messages)} EXISTS")

    def do_search(self, *_words: str) -> None:
        unseen = (str(n) for n in range(1, len(self.messages) + 1) if n not in self.flags)
        self.say("* SEARCH " + " ".join(unseen))

    def do_fetch(self, number: str, *_words: str) -> None:
        content = self.messages[int(number) - 1]
        self.say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(content)}}}")
        self.say(content + b")")

    def do_store(self, number: str, _what: str, flag: str) -> None:
        self.flags[int(number)] = flag


def test_the_mailbox_is_read_and_what_is_not_ours_stays(asked, mailoutbox, settings):
    ours = report(mailoutbox[0].message()["Message-ID"])
    Mailbox.messages, Mailbox.flags = [b"Subject: Bonjour\r\n\r\nOui ?", ours], {}
    with TCPServer(("127.0.0.1", 0), Mailbox) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        settings.BOUNCE_IMAP_URL = f"imap://retours:mot%20de%20passe@127.0.0.1:{port}/INBOX"
        tasks.read_bounces()
        assert bounces.read() == 0  # neither is new any more
        server.shutdown()
    assert Mail.objects.get().bounced_at
    assert Mailbox.flags == {1: r"(\Seen)", 2: r"(\Deleted)"}
    tasks.read_bounces()  # nobody answers: said in the log, and tried again later
    settings.BOUNCE_IMAP_URL = ""
    tasks.read_bounces()
    with pytest.raises(CommandError):
        call_command("read_bounces")


def test_refusals_go_to_the_address_that_is_set_for_them(asked, mailoutbox, settings):
    settings.BOUNCE_ADDRESS = "retours@example.org"
    outbox.again(Mail.objects.get())
    Mail.objects.update(sent_at=None, begun_at=None)
    outbox.send_waiting()
    message = mailoutbox[-1]
    assert message.from_email == "retours@example.org"  # the envelope's
    assert message_from_bytes(message.message().as_bytes())["From"] == settings.DEFAULT_FROM_EMAIL


def test_a_crash_before_the_mail_server_listens_leaves_the_message_to_the_next_worker(
    asked, mailoutbox, monkeypatch
):
    Mail.objects.update(sent_at=None, begun_at=None)
    mailoutbox.clear()

    def die(self: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(EmailBackend, "open", die)
        outbox.send_waiting()
    assert Mail.objects.get().begun_at is None
    assert outbox.send_waiting() == 1
    assert outbox.send_waiting() == 0
    assert len(mailoutbox) == 1


def test_a_message_cut_short_waits_on_the_desk_and_in_the_digest_until_it_is_sent_again(
    client, noa, asked, mailoutbox
):
    then = timezone.now() - dt.timedelta(hours=1)
    Submission.objects.update(state=State.REFUSED)
    listed = reverse("submissions_desk")
    assert "Jardins" not in client.get(listed).content.decode()
    Mail.objects.update(sent_at=None, begun_at=then)
    assert outbox.send_waiting() == 0  # it may have left
    assert "Jardins" in client.get(listed).content.decode()
    outbox.queue_digests()
    outbox.send_waiting()
    assert "1 " in mailoutbox[-1].subject
    do(client, asked, "resend", mail=Mail.objects.get(submission=asked).pk)
    assert outbox.send_waiting() == 1
    assert "Jardins" not in client.get(listed).content.decode()


def test_the_link_to_confirm_is_sent_again_to_the_same_address_and_not_for_ever(
    client, rosnay, mailoutbox
):
    tracking = propose(client)
    address = f"{tracking}etape/5/"
    for _time in range(3):  # it waits: one message
        assert client.post(address, AUTHOR).status_code == 302
    outbox.send_waiting()
    assert len(mailoutbox) == 1
    for number in (2, 3):
        client.post(address, AUTHOR)
        client.post(address, AUTHOR)
        outbox.send_waiting()
        assert len(mailoutbox) == number
    refused = client.post(address, {**AUTHOR, "email": "autre@example.org"})
    assert refused.status_code == 422
    assert "email" in refused.context["form"].errors
    found = Submission.objects.select_related("author").get()
    assert found.author.email == "camille@example.org"  # what the page says of the message holds
    code = links.path(found, "confirm", links.code(found, "camille@example.org"))
    assert client.post(code).status_code == 302
    assert Submission.objects.get().state == State.RECEIVED


def test_an_editor_says_why_for_the_team_alone(client, noa):
    found = make(State.CLAIMED, claimed_by=editor())
    do(client, found, "take_over", text="Elle est en congé.")
    assert found.steps.get().text == "Elle est en congé."
    shown = client.get(reverse("submissions_detail", args=[found.pk])).content.decode()
    assert "Elle est en congé." in shown
    assert "Elle est en congé." not in Client().get(links.path(found)).content.decode()


def test_an_accepted_draft_enters_the_workflow_without_a_letter_of_its_own(
    client, rosnay, noa, shelf, mailoutbox
):
    approver, root = editor(email="relecture@example.org"), UserFactory()
    workflow = Workflow.objects.create(name="Relecture")
    task = GroupApprovalTask.objects.create(name="Relecture")
    task.groups.set(approver.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(page=shelf, workflow=workflow)
    found = make(State.CLAIMED, claimed_by=noa, territory=rosnay)
    do(client, found, "accept", parent=shelf.pk)
    outbox.send_waiting()
    page = Page.objects.get(pk=found.page_id)
    assert page.current_workflow_task
    assert [mail.to for mail in mailoutbox] == [[AUTHOR["email"]]]
    # What editors write themselves is announced to those who approve it, as ever.
    page.current_workflow_state.cancel(user=noa)
    mailoutbox.clear()
    workflow.start(page, noa)
    assert {approver.email, root.email} <= {mail.to[0] for mail in mailoutbox}
