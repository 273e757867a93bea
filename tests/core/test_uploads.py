"""A file is what its name says, and the text of a PDF is known page by page."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.core.extraction import check_signature, pdf_pages
from cms.core.models import CustomDocument, DocumentPage
from cms.core.tasks import read_documents
from tests.factories import DocumentFactory, pdf_bytes


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rapport.pdf", b"<html><script>alert(1)</script></html>"),
        ("rapport.pdf", b"MZ\x90\x00 this is a program"),
        ("rapport.pdf", b""),
        ("tableau.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
        ("notes.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("texte.docx", b"%PDF-1.7 not a document"),
        ("texte.docx", archive("evil.exe")),
        ("texte.odt", archive("mimetype")),
        ("notes.txt", b"\xef\xbb\xbf<!-- x --> <script>alert(1)</script>"),
        ("chiffres.csv", b"a;b\x01c"),
        ("archive.zip", b"PK\x03\x04"),
        ("page.html", b"<p>bonjour</p>"),
    ],
)
def test_an_upload_that_is_not_what_its_name_says_is_refused(name, content):
    with pytest.raises(ValidationError):
        check_signature(io.BytesIO(content), name)


def test_an_honest_upload_passes_and_its_position_is_kept():
    file = io.BytesIO(pdf_bytes(["bonjour"]))
    check_signature(file, "Rapport.PDF")
    assert file.tell() == 0
    office = archive("[Content_Types].xml", "word/document.xml")
    check_signature(io.BytesIO(office), "rapport.docx")
    check_signature(io.BytesIO("thème;nombre\nsanté;3\n".encode("cp1252")), "chiffres.csv")


@pytest.mark.django_db
def test_the_admin_says_why_it_refuses_a_lying_upload(admin_client):
    response = admin_client.post(
        reverse("wagtaildocs:add"),
        {
            "title": "Faux rapport",
            "language": "fr",
            "file": SimpleUploadedFile("rapport.pdf", b"MZ\x90\x00", "application/pdf"),
        },
    )
    assert response.status_code == 200
    assert "son contenu n’est pas celui" in response.content.decode()
    assert not CustomDocument.objects.exists()


@pytest.mark.django_db
def test_the_text_of_each_page_is_kept_with_its_number():
    document = DocumentFactory(texts=["Première page", "Une évaluation à mi-parcours"])
    assert document.text_state == "read"
    assert document.page_count == 2
    assert list(DocumentPage.objects.values_list("number", "text")) == [
        (1, "Première page"),
        (2, "Une évaluation à mi-parcours"),
    ]
    assert len(document.checksum) == 64


@pytest.mark.django_db
def test_a_pdf_without_text_is_flagged():
    assert DocumentFactory(texts=["", ""]).text_state == "empty"


@pytest.mark.django_db
def test_a_damaged_pdf_is_kept_and_said_to_be_unreadable():
    document = DocumentFactory(file=ContentFile(b"%PDF-1.7 truncated", name="abime.pdf"))
    assert document.text_state == "unreadable"
    assert document.page_count is None


@pytest.mark.django_db
def test_a_reading_cut_short_is_finished_later(monkeypatch):
    class Killed(BaseException):
        pass

    def killed(self):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(CustomDocument, "read_text", killed)
        DocumentFactory(texts=["un texte"])
    assert CustomDocument.objects.get().text_state == "unread"
    read_documents()
    assert CustomDocument.objects.get().pages.get(number=1).text == "un texte"


def test_files_are_read_in_several_threads_at_once():
    content = pdf_bytes(["une page"] * 20)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: pdf_pages(io.BytesIO(content)), range(24)))
    assert all(pages == ["une page"] * 20 for pages in found)


def add_several(client, name: str, content: bytes):
    """What the page for several files posts for each."""
    return client.post(
        reverse("wagtaildocs:add_multiple"),
        {"title": name, "files[]": SimpleUploadedFile(name, content)},
        headers={"x-requested-with": "XMLHttpRequest"},
    ).json()


@pytest.mark.django_db
def test_the_page_for_several_files_takes_an_honest_one_and_reads_it(admin_client):
    assert add_several(admin_client, "rapport.pdf", pdf_bytes(["un texte"]))["success"]
    document = CustomDocument.objects.get()
    assert (document.language, document.text_state) == ("fr", "read")


@pytest.mark.django_db
def test_the_page_for_several_files_refuses_a_lying_one(admin_client):
    answer = add_several(admin_client, "menteur.pdf", b"<html></html>")
    assert not answer["success"]
    assert "n’est pas ce que dit son nom" in answer["error_message"]
    assert not CustomDocument.objects.exists()
