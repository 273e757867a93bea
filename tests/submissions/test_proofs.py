"""The draft shown to its author before it is published, and the answer."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.catalogue import touches
from cms.submissions import outbox, proofs, states, uploads
from cms.submissions.models import State, Submission
from knowledge.projects.models import ProjectPage
from tests.factories import pdf_bytes, png_bytes
from tests.submission_factories import do, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]


@pytest.fixture
def accepted(client, rosnay, noa, shelf):
    found = make(State.CLAIMED, claimed_by=noa, territory=rosnay)
    uploads.add(
        found,
        [
            SimpleUploadedFile("Bilan de l’année.pdf", pdf_bytes(["Un bilan"])),
            SimpleUploadedFile("photo.png", png_bytes()),
        ],
    )
    do(client, found, "accept", parent=shelf.pk)
    return found


def proof_link(client, found, mailoutbox, text="") -> str:
    do(client, found, "proof", text=text)
    outbox.send_waiting()
    return re.findall(r"http://testserver(/proposer/epreuve/\S+)", mailoutbox[-1].body)[0]


def test_the_author_reads_the_draft_without_an_account_and_answers(client, accepted, mailoutbox):
    address = proof_link(client, accepted, mailoutbox, "Relisez bien la date.")
    assert "Relisez bien la date." in mailoutbox[-1].body
    visitor = Client()
    page = visitor.get(address)
    html = page.content.decode()
    assert "Rompre l’isolement." in html
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"].startswith("noindex")
    assert "/proposer/suivi/" not in html  # whoever is shown the proof cannot withdraw it
    assert "camille@example.org" not in html
    draft = ProjectPage.objects.get(pk=accepted.page_id)
    assert visitor.get(draft.url or "/projets/x/").status_code == 404
    assert visitor.post(address, {"do": "remark", "text": " "}).status_code == 422
    assert visitor.post(address, {"do": "nothing"}).status_code == 422
    assert visitor.post(address, {"do": "remark", "text": "La date est fausse."}).status_code == 302
    assert visitor.post(address, {"do": "agree"}).status_code == 302
    assert "La date est fausse." in visitor.get(address).content.decode()
    shown = client.get(reverse("submissions_detail", args=[accepted.pk])).content.decode()
    assert "La date est fausse." in shown
    assert "Jardins partagés" in client.get(reverse("submissions_desk")).content.decode()
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED


def test_pictures_and_files_of_the_draft_are_read_with_the_proof_only(client, accepted, mailoutbox):
    address = proof_link(client, accepted, mailoutbox)
    visitor = Client()
    html = visitor.get(address).content.decode()
    lent = set(re.findall(r"/proposer/epreuve/[^/]+/fichier/\?f=[^\"'\s,]+", html))
    assert any("documents" in one for one in lent)
    assert any("images" in one for one in lent)
    for one in lent:
        answer = visitor.get(one)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    document = ProjectPage.objects.get(pk=accepted.page_id).downloads.get().document
    assert visitor.get(document.url).status_code == 404
    assert f'"{document.url}' not in html
    one = next(iter(lent))
    assert visitor.get(one[:-3]).status_code == 404
    base = one.split("?")[0]
    assert visitor.get(base).status_code == 404
    assert visitor.get(f"{base}?f={document.url}").status_code == 404
    Submission.objects.update(proof_until=timezone.now() - dt.timedelta(seconds=1))
    assert visitor.get(one).status_code == 404


def test_a_proof_ends_after_its_days_and_another_one_takes_its_place(client, accepted, mailoutbox):
    first = proof_link(client, accepted, mailoutbox)
    accepted.refresh_from_db()
    assert accepted.proof_until - timezone.now() < dt.timedelta(days=proofs.DAYS)
    draft = ProjectPage.objects.get(pk=accepted.page_id)
    draft.summary = "Un autre résumé."
    draft.save_revision()
    second = proof_link(client, accepted, mailoutbox)
    visitor = Client()
    assert first != second
    assert visitor.get(first).status_code == 404
    assert "Un autre résumé." in visitor.get(second).content.decode()
    Submission.objects.update(proof_until=timezone.now() - dt.timedelta(seconds=1))
    assert visitor.get(second).status_code == 410
    assert visitor.post(second, {"do": "agree"}).status_code == 410
    assert not accepted.steps.filter(action="proof_answer").exists()


def test_once_it_is_online_the_proof_leads_there_and_the_desk_forgets_it(
    client, accepted, mailoutbox
):
    address = proof_link(client, accepted, mailoutbox)
    visitor = Client()
    visitor.post(address, {"do": "agree"})
    page = ProjectPage.objects.get(pk=accepted.page_id)
    page.get_latest_revision().publish()
    touches.flush()
    page.refresh_from_db()
    outbox.tell_what_is_published()
    answer = visitor.get(address)
    assert answer.status_code == 302
    assert answer.url.endswith(page.url)
    assert "Jardins partagés" not in client.get(reverse("submissions_desk")).content.decode()
    before = len(mailoutbox)
    do(client, accepted, "proof")
    outbox.send_waiting()
    told = [one.subject for one in mailoutbox[before:]]
    assert not any("relire" in one.lower() or "Read it" in one for one in told)


def test_a_proof_is_protected_like_every_form_and_bounded(client, accepted, mailoutbox):
    address = proof_link(client, accepted, mailoutbox)
    assert Client(enforce_csrf_checks=True).post(address, {"do": "agree"}).status_code == 403
    visitor = Client()
    for _time in range(proofs.ANSWERS):
        assert visitor.post(address, {"do": "agree"}).status_code == 302
    assert visitor.post(address, {"do": "agree"}).status_code == 422
    script = "<script>alert(1)</script>"
    assert script not in visitor.post(address, {"do": "remark", "text": script}).content.decode()
    assert visitor.get("/proposer/epreuve/nonsense/").status_code == 404
    assert visitor.post(address, {}, CONTENT_LENGTH=str(2 * 1024**3)).status_code == 413


def test_what_is_not_accepted_has_no_proof(client, noa, rosnay):
    found = make(State.CLAIMED, claimed_by=noa)
    do(client, found, "proof")
    assert found.proof_until is None
    with pytest.raises(states.Refused):
        states.perform(found.pk, "proof_answer", text="Bien.")
