"""Two at once, servers that refuse, what is too large: each has one outcome, nothing is lost."""

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from cms.submissions import links, outbox, spam, states, uploads, writing
from cms.submissions.models import Mail, State, Submission, Upload
from tests.submission_factories import (
    AUTHOR,
    PROJECT,
    commune,
    confirm,
    editor,
    make,
    propose,
    ticket,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


def at_once(what, times=4):
    """The answers of the same call made by several at the same time."""

    def call(_number):
        try:
            return what()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


def test_steps_that_are_posted_twice_at_once_are_one(transactional_db):
    commune()
    shown = Client().get("/proposer/project/").content.decode()
    first = {**PROJECT[0], "ticket": ticket(shown)}
    answers = at_once(lambda: Client().post("/proposer/project/", first))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    found = Submission.objects.get()
    tracking = links.path(found)
    for number, values in ((2, PROJECT[1]), (3, PROJECT[2]), (5, AUTHOR)):
        address = f"{tracking}etape/{number}/"
        answers = at_once(lambda where=address, said=values: Client().post(where, said))
        assert {answer.status_code for answer in answers} == {302}
    at_once(lambda: Client().post(f"{tracking}envoyer/"))
    assert Mail.objects.filter(kind="confirm").count() == 1
    found = Submission.objects.select_related("author").get()
    code = links.code(found, "camille@example.org")
    at_once(lambda: Client().post(links.path(found, "confirm", code)))
    found.refresh_from_db()
    assert found.state == State.RECEIVED
    assert Mail.objects.filter(kind="received").count() == 1
    assert list(found.steps.values_list("action", flat=True)) == ["send", "confirm"]


def test_the_same_file_sent_twice_at_once_is_kept_once(transactional_db):
    from django.core.files.uploadedfile import SimpleUploadedFile

    found = make(State.UNCONFIRMED)
    Submission.objects.update(sent_at=None)
    address = f"{links.path(found)}etape/4/"

    def post():
        return Client().post(address, {"joined": SimpleUploadedFile("a.txt", b"Bonjour")})

    assert {answer.status_code for answer in at_once(post)} == {302}
    assert Upload.objects.count() == 1


def test_of_a_refusal_and_a_withdrawal_at_once_one_is_done_and_told(transactional_db):
    noa = editor()
    found = make(State.CLAIMED, claimed_by=noa)

    def change(name, user):
        try:
            states.perform(found.pk, name, user=user, text="Hors du champ.")
        except states.Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(change, ("refuse", "withdraw"), (noa, None)))
    assert sorted(done) == [False, True]
    found.refresh_from_db()
    assert found.steps.count() == 1
    assert Mail.objects.count() == (found.state == State.REFUSED)


def test_a_change_that_is_given_up_sends_nothing_and_one_that_is_kept_sends_later_once(
    mailoutbox, rosnay
):
    noa = editor()
    found = make(State.CLAIMED, claimed_by=noa)
    with pytest.raises(RuntimeError), transaction.atomic():
        states.perform(found.pk, "refuse", user=noa, text="Non.")
        raise RuntimeError
    assert outbox.send_waiting() == 0
    states.perform(found.pk, "refuse", user=noa, text="Non.")
    # The process dies here: the next worker sends it.
    assert outbox.send_waiting() == 1
    assert outbox.send_waiting() == 0
    assert len(mailoutbox) == 1


def refusing(code):
    def send(self, *args, **options):
        raise SMTPRecipientsRefused({self.to[0]: (code, b"said the server")})

    return send


def test_an_address_that_its_server_refuses_is_said_and_can_be_corrected(
    client, rosnay, mailoutbox, monkeypatch
):
    tracking = propose(client)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refusing(450))
        outbox.send_waiting()
        assert Mail.objects.get().attempts == 1  # "later": asked again
        Mail.objects.update(not_before=Mail.objects.get().created_at)
        assert "notice" not in client.get(tracking).content.decode()
        patched.setattr("django.core.mail.EmailMessage.send", refusing(550))
        outbox.send_waiting()
        Mail.objects.update(not_before=Mail.objects.get().created_at)
        assert outbox.send_waiting() == 0
    assert Mail.objects.get().attempts == outbox.ATTEMPTS
    page = client.get(tracking).content.decode()
    assert "camille@example.org" in page
    assert "/etape/5/" in page
    assert 'role="alert"' in page
    client.post(f"{tracking}etape/5/", {**AUTHOR, "email": "bonne@example.org"})
    confirm(client, mailoutbox)
    assert Submission.objects.get().state == State.RECEIVED
    assert 'role="alert"' not in client.get(tracking).content.decode()


def test_the_desk_says_that_an_author_cannot_be_written_to(client, noa, mailoutbox, monkeypatch):
    found = make(State.CLAIMED, claimed_by=noa)
    address = reverse("submissions_detail", args=[found.pk])
    client.post(address, {"do": "ask", "text": "Combien ?"})
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refusing(550))
        outbox.send_waiting()
    assert client.get(address).context["unreachable"]
    client.post(address, {"do": "resend", "mail": Mail.objects.get().pk})
    assert outbox.send_waiting() == 1
    assert not client.get(address).context["unreachable"]


def test_two_gigabytes_are_refused_before_a_byte_of_them_is_sent(live_server, monkeypatch):
    monkeypatch.setattr(spam, "FASTEST", 0)
    found = make(State.UNCONFIRMED)
    Submission.objects.update(sent_at=None)
    server = urlsplit(live_server.url)
    lines = [
        f"POST {links.path(found)}etape/4/ HTTP/1.1",
        f"Host: {server.netloc}",
        "Content-Type: multipart/form-data; boundary=b",
        f"Content-Length: {2 * 1024**3}",
        "Connection: close",
        "",
        "",
    ]
    with socket.create_connection((server.hostname, server.port), timeout=20) as line:
        line.sendall("\r\n".join(lines).encode())
        answer = line.recv(4096).decode()
    assert re.match(r"HTTP/1\.1 413", answer)
    assert uploads.BODY < 2 * 1024**3


def test_every_public_post_is_cheap(client, rosnay, mailoutbox, django_assert_max_num_queries):
    propose(client)  # what the process caches is known
    shown = client.get("/proposer/project/").content.decode()
    with django_assert_max_num_queries(15):
        address = client.post("/proposer/project/", {**PROJECT[0], "ticket": ticket(shown)}).url
    for values in (*PROJECT[1:], {}, AUTHOR):
        with django_assert_max_num_queries(15):
            address = client.post(address, values).url
    with django_assert_max_num_queries(15):
        tracking = client.post(address).url
    found = Submission.objects.select_related("author").order_by("-pk").first()
    code = links.path(found, "confirm", links.code(found, "camille@example.org"))
    with django_assert_max_num_queries(15):
        client.post(code)
    with django_assert_max_num_queries(15):
        client.get(tracking)
    states.perform(found.pk, "claim", user=(noa := editor()))
    states.perform(found.pk, "ask", user=noa, text="?")
    with django_assert_max_num_queries(15):
        client.post(tracking, {"do": "answer", "text": "Voici."})
    assert writing.Submission.objects.get(pk=found.pk).state == State.CLAIMED
