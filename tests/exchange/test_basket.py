"""The basket: an address that holds records, printed, shared, taken as a bibliography."""

import datetime as dt
import io
import json
import re
import uuid

import pypandoc
import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.core.records import PartialDate
from cms.exchange.basket import EXPORTS, MOST
from cms.formats import cited
from cms.formats.notice import Notice
from search import sync
from tests.exchange.test_lists import HOSTILE, store
from tests.factories import GuidePageFactory
from tests.library_factories import PublicationPageFactory

pytestmark = pytest.mark.django_db
DAY = PartialDate(dt.date(2024, 3, 12))


def uid(page):
    touches.flush()
    return Record.objects.get(page_id=page.pk).uid


@pytest.fixture
def two(db):
    report = PublicationPageFactory(
        title="Évaluer les coûts & bénéfices d’un <CLS>", slug="couts", kind="report",
        issued="2019-03",
        authors=["Exemple, Camille", "France Assos Santé"],
    )  # fmt: skip
    guide = GuidePageFactory(title="Zoom sur le sommeil")
    found = [uid(report), uid(guide)]
    sync.follow_postgres()
    return found


def address(uids, extension="", **more):
    query = "&".join([f"id={','.join(map(str, uids))}", *(f"{k}={v}" for k, v in more.items())])
    return f"/panier.{extension}?{query}" if extension else f"/panier/?{query}"


def pdf_text(data):
    pages = pypdfium2.PdfDocument(data)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


def docx_text(data):
    return "\n".join(one.text for one in Document(io.BytesIO(data)).paragraphs)


def test_an_empty_basket_says_what_it_is_for(client):
    response = client.get("/panier/")
    assert response.status_code == 200
    assert "Set-Cookie" not in response
    assert response["X-Robots-Tag"] == "noindex"


def test_the_address_holds_the_records_in_its_order(client, two):
    page = client.get(address(reversed(two))).content.decode()
    titles = re.findall(r"<h2>\s*<a [^>]*>([^<]*)<", page)
    assert titles[0] == "Zoom sur le sommeil"
    assert titles[1].startswith("Évaluer les coûts")
    assert f'href="/panier/?id={two[1]}"' in page  # without the other
    for extension in ("ris", "bib", "csl.json"):
        assert f'href="/panier.{extension}?id={two[1]},{two[0]}"' in page


def test_it_works_without_javascript(client, two):
    """From a record to the basket, then another one found from there, then one out."""
    page = client.get(Record.objects.get(uid=two[0]).url).content.decode()
    assert f'href="/panier/?id={two[0]}"' in page
    page = client.get(f"/panier/?id={two[0]}&q=sommeil").content.decode()
    both = f"/panier/?id={two[0]},{two[1]}"
    assert f'href="{both}"' in page
    page = client.get(both).content.decode()
    assert "Zoom sur le sommeil" in page
    assert f'href="/panier/?id={two[1]}"' in page


def test_lists_offer_to_put_their_records_aside(client, two):
    page = client.get("/recherche/?q=sommeil").content.decode()
    assert f'href="/panier/?id={two[1]}#ajouter"' in page
    assert 'href="/notices.csv?q=sommeil"' in page


def test_what_is_none_or_no_longer_public_is_said_and_left_out(client, two):
    page = GuidePageFactory(title="CANARI")
    gone = uid(page)
    page.unpublish()
    touches.flush()
    response = client.get(address([two[0], gone, uuid.uuid4(), "x"]))
    assert response.status_code == 200
    assert "CANARI" not in response.content.decode()
    for extension in EXPORTS:
        data = client.get(address([two[0], gone], extension)).content
        assert b"CANARI" not in data
    assert "CANARI" not in pdf_text(client.get(address([gone], "pdf")).content)


@pytest.mark.parametrize(("extension", "form"), [("ris", "ris"), ("bib", "bibtex")])
def test_references_are_read_by_another_program(client, two, extension, form):
    data = client.get(address(two, extension)).content.decode()
    found = json.loads(pypandoc.convert_text(data, "csljson", format=form))
    assert sorted(one["title"] for one in found) == [
        "Zoom sur le sommeil", "Évaluer les coûts & bénéfices d’un <CLS>",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("style", "begins"),
    [("iso690", "EXEMPLE, Camille et FRANCE ASSOS SANTÉ, 2019."),
     ("apa", "Exemple, C., & France Assos Santé. (2019)."),
     ("vancouver", "Exemple C, France Assos Santé.")],
)  # fmt: skip
def test_a_bibliography_follows_its_style_in_pdf_and_docx(client, two, style, begins):
    pdf = client.get(address(two, "pdf", style=style))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"].startswith("attachment")
    docx = docx_text(client.get(address(two, "docx", style=style)).content)
    for text in (pdf_text(pdf.content), docx):
        assert begins in text
        assert "Évaluer les coûts & bénéfices d’un <CLS>" in text
        assert f"/notices/{two[0]}" in text
    word = pypandoc.convert_text(
        client.get(address(two, "docx", style=style)).content, "plain", format="docx"
    )
    assert begins.split(",")[0] in word


@pytest.mark.parametrize(
    ("style", "locale", "date"),
    [("apa", "fr", "Santé publique France. (2024, 12 mars)."),
     ("apa", "en", "Santé publique France. (2024, March 12)."),
     ("apa", "es", "Santé publique France. (2024, 12 de marzo)."),
     ("vancouver", "fr", "1. Santé publique France."),
     ("iso690", "fr", "12 mars 2024")],
)  # fmt: skip
def test_dates_are_said_as_the_language_says_them(db, style, locale, date):
    uid = store(
        1, kind="guide", authors=["Santé publique France"], date=PartialDate(dt.date(2024, 3, 12))
    )
    notice = Notice(Record.objects.get(uid=uid), "Relais")
    [entry] = cited.bibliography([notice], style, locale)
    assert date in str(entry), str(entry)


def test_parts_of_a_date_are_not_stuck_together(db):
    uid = store(1, kind="publication", date=DAY, authors=["Exemple, Camille"],
                data={"schema_type": "Article", "host_title": "Revue", "volume": "3"})  # fmt: skip
    notice = Notice(Record.objects.get(uid=uid), "Relais")
    assert "2024 Mar 12;3" in str(cited.bibliography([notice], "vancouver", "en")[0])
    assert "12 mars 2024;3" in str(cited.bibliography([notice], "vancouver", "fr")[0])


def test_hostile_texts_go_through_every_format(client):
    found = [store(1, title=HOSTILE, summary="a\x00b", kind="publication", authors=["}{", "=1"]),
             store(2, title="x" * 10_000), store(3, title="😀 שלום العربية \u202e"),
             store(4, title="<i>a</b> &amp; &#0;")]  # fmt: skip
    for extension in EXPORTS:
        for style in cited.STYLES:
            more = {"style": style} if EXPORTS[extension].styled else {}
            response = client.get(address(found, extension, **more))
            assert response.status_code == 200, (extension, style)
    text = docx_text(client.get(address(found, "docx")).content)
    assert "<i>a</b> &amp; &#0;" in text
    assert client.get(address(found)).status_code == 200


def test_a_style_that_cannot_be_followed_leaves_citations(two, monkeypatch):
    monkeypatch.setattr(cited, "_styled", lambda *_args: 1 / 0)
    notices = [Notice(one, "Centre") for one in Record.objects.filter(uid__in=two)]
    entries = cited.bibliography(notices, "apa", "fr")
    assert sorted(map(str, entries)) == sorted(one.citation for one in notices)


@pytest.mark.parametrize("extension", EXPORTS)
@pytest.mark.parametrize(
    "query",
    ["", "id=", "id=x", "id=%00", "id=" + ",".join(str(uuid.uuid4()) for _ in range(MOST + 1)),
     "style=rien&id={}", "sujet=1&id={}", "id={},x"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_a_problem(client, extension, query):
    response = client.get(f"/panier.{extension}?{query.format(uuid.uuid4())}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["id=" + "x," * 2_000, "q=%00", "q=" + "a" * 3_000, "%FF=%FE"])
def test_the_page_answers_any_address(client, query):
    assert client.get(f"/panier/?{query}").status_code == 200


def test_too_many_are_told(client, two):
    many = [*two, *(uuid.uuid4() for _ in range(MOST))]
    page = client.get(address(many)).content.decode()
    assert page.count("<h2>") == 2
    assert f"{MOST}" in page


def test_who_has_it_is_told_so_and_queries_do_not_grow(client, two):
    for extension in EXPORTS:
        with CaptureQueriesContext(connection) as few:
            tag = client.get(address(two, extension))["ETag"]
        assert len(few) <= 2
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address(two, extension), headers={"If-None-Match": tag})
        assert response.status_code == 304
        assert len(asked) <= 2
        assert client.post(f"/panier.{extension}").status_code == 405
    with CaptureQueriesContext(connection) as few:
        client.get(address(two[:1]))
    with CaptureQueriesContext(connection) as more:
        client.get(address(two))
    assert len(few) == len(more)
