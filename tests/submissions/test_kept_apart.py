"""Files wait apart, and nothing of an author is in what readers see."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.models import CustomDocument
from cms.submissions import links, uploads
from cms.submissions.models import State
from knowledge.projects.models import ProjectPage
from tests.factories import pdf_bytes, png_bytes
from tests.submission_factories import do, make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

DETAIL = "submissions_detail"


def test_files_leave_quarantine_as_downloads_and_become_files_of_the_draft(
    client, rosnay, noa, shelf
):
    found = make(State.CLAIMED, claimed_by=noa, territory=rosnay)
    joined = [
        SimpleUploadedFile("Bilan.pdf", pdf_bytes(["Un bilan"])),
        SimpleUploadedFile("photo.png", png_bytes()),
    ]
    assert uploads.add(found, joined) == []
    first = found.uploads.first()
    address = reverse("submissions_upload", args=[first.pk])
    assert Client().get(address).status_code == 302
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert not CustomDocument.objects.exists()
    do(client, found, "accept", parent=shelf.pk)
    page = ProjectPage.objects.get(pk=found.page_id)
    assert [row.document.title for row in page.downloads.all()] == ["Bilan"]
    assert page.hero_image.title == "photo"
    document = page.downloads.get().document
    assert Client().get(document.url).status_code in (302, 403, 404)


def test_a_draft_that_cannot_be_made_leaves_everything_as_it_was(
    client, rosnay, noa, shelf, monkeypatch
):
    found = make(State.CLAIMED, claimed_by=noa, territory=rosnay)
    uploads.add(found, [SimpleUploadedFile("a.txt", b"Bonjour")])

    def refuse(self):
        raise ValidationError("Non.")

    with monkeypatch.context() as patched:
        patched.setattr(ProjectPage, "clean", refuse)
        answer = client.post(
            reverse(DETAIL, args=[found.pk]), {"do": "accept", "parent": shelf.pk}, follow=True
        )
    assert "Non." in answer.content.decode()
    found.refresh_from_db()
    assert found.state == State.CLAIMED
    assert not CustomDocument.objects.exists()
    assert not list((Path(settings.MEDIA_ROOT) / "documents").glob("a*.txt"))
    do(client, found, "accept", parent=shelf.pk)
    assert found.state == State.ACCEPTED


def test_nothing_of_a_submission_is_in_a_page_a_search_or_the_api(client, rosnay, shelf):
    make(title="Canariosérin", values={**make().values, "title": "Canariosérin"})
    touches.flush()
    visitor = Client()
    for address in ("/recherche/?q=Canarios%C3%A9rin", "/api/v1/records", "/api/v1/changes",
                    "/api/v1/suggest?q=canario"):  # fmt: skip
        answer = visitor.get(address, headers={"accept": "*/*"})
        assert "camille@example.org" not in answer.content.decode()
        if "recherche" not in address:
            assert "Canariosérin" not in answer.content.decode()
    assert not Record.objects.filter(title__contains="Canari").exists()


def test_what_became_a_page_holds_nothing_of_its_author(client, rosnay, noa, shelf, caplog):
    found = make(State.CLAIMED, claimed_by=noa)
    with caplog.at_level("DEBUG"):
        do(client, found, "accept", parent=shelf.pk)
    page = Page.objects.get(pk=found.page_id).specific
    told = [str(page.get_latest_revision().content), caplog.text]
    told += [str(one) for one in page.revisions.values_list("content", flat=True)]
    for text in told:
        assert "camille@example.org" not in text
        assert "Camille Exemple" not in text
    assert links.token(found.nonce) not in caplog.text
