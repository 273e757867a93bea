"""The record and the page of a publication and of a thematic file say the same."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.base.models import PageOrganisation
from knowledge.library.models import DossierPage, PublicationPage
from search import service, sync
from search.engines.postgres import PostgresEngine
from search.query import SearchQuery
from tests.factories import GuidePageFactory, SectionPageFactory
from tests.library_factories import DossierPageFactory, PublicationPageFactory

pytestmark = pytest.mark.django_db


def answer(page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk, gone_at=None).json.replace(BASE, ""))


def book(**fields):
    known = {
        "title": "Habiter la santé", "kind": "book", "issued": "2021-03", "extent": "182 p.",
        "authors": ["EXEMPLE Camille"], "publisher_place": "Tours", "isbn": "9782999999008",
        "series": "Repères", "series_number": "3", "ean": "3760000000000",
        "link": "https://example.org/habiter", "abstract": "Un long résumé.",
        "copies": [
            {"site": "Lorvain", "shelf_mark": "SAN 12", "borrowing": "Trois semaines"},
            {"site": "Trois-Gués", "on_loan": True, "due_back": "2027-01-31", "condition": "worn"},
        ],
    }  # fmt: skip
    page = PublicationPageFactory(**{**known, **fields})
    PageOrganisation.objects.create(page=page, role="publisher", name="Éditions du Gué")
    return page


def test_a_book_has_every_field_in_its_record(client):
    page = book()
    found = answer(page)
    data = found["data"]
    assert found["date"] == "2021-03"
    assert data["publication_kind"] == "book"
    assert data["schema_type"] == "Book"
    assert (data["isbn"], data["isbn_printed"]) == ("9782999999008", "978-2-9999990-0-8")
    assert data["publisher"] == "Éditions du Gué"
    assert data["available"] is True
    assert data["copies"][1] == {
        "site": "Trois-Gués", "shelf_mark": "", "on_loan": True, "due_back": "2027-01-31",
        "condition": "worn", "borrowing": "",
    }  # fmt: skip
    assert data["citation"] == (
        "EXEMPLE Camille. Habiter la santé. Tours : Éditions du Gué, 2021, 182 p. (Repères, n° 3)."
        " ISBN 978-2-9999990-0-8. Disponible sur : https://example.org/habiter"
    )
    assert "publication_kind:book" in Record.objects.get(page_id=page.pk).terms
    html = client.get(found["url"]).content.decode()
    for text in ("978-2-9999990-0-8", "SAN 12", "31 janvier 2027", "Repères", "182 p.",
                 "Un long résumé.", "Trois semaines", "Éditions du Gué", "mars 2021",
                 "https://example.org/habiter", "EXEMPLE Camille. Habiter la santé."):  # fmt: skip
        assert text in html, text


def test_an_isbn_is_searchable_with_and_without_hyphens():
    page = book()
    answer(page)
    text = Record.objects.get(page_id=page.pk).document["body"]
    for form in ("9782999999008", "978-2-9999990-0-8", "2999999003", "SAN 12"):
        assert form in text


@pytest.mark.parametrize(
    "typed", ["9782999999008", "978-2-9999990-0-8", "2999999003", "ISBN 978-2-9999990-0-8"]
)
def test_a_reader_finds_a_book_by_its_isbn(typed):
    page = book()
    PublicationPageFactory(title="Un autre", isbn="9782999999015")
    touches.flush()
    sync.follow_postgres()
    found = service.search(SearchQuery(q=typed), engine=PostgresEngine())
    assert [hit.title for hit in found.hits][:1] == [page.title]


def test_an_article_names_its_periodical(client):
    page = PublicationPageFactory(
        title="Marcher", kind="article", host_title="La Revue des rives", volume="12", issue="3",
        pages="45-52", issued="2019", issn="0000-0019", doi="10.5555/relais.12",
    )  # fmt: skip
    found = answer(page)
    assert found["data"]["citation"] == (
        "Marcher. La Revue des rives, 2019, vol. 12, n° 3, p. 45-52. ISSN 0000-0019."
        " DOI 10.5555/relais.12."
    )
    assert found["data"]["available"] is None
    html = client.get(found["url"]).content.decode()
    assert "La Revue des rives" in html
    assert "https://doi.org/10.5555/relais.12" in html


def test_a_written_citation_is_kept():
    assert answer(book(citation_text="Tel quel."))["data"]["citation"] == "Tel quel."


def private_page():
    page = PublicationPageFactory(title="Canari")
    page.live = False
    page.save()
    return page


def test_a_thematic_file_gathers_public_pages_in_sections(client):
    guide, hidden = GuidePageFactory(title="Guide du diagnostic"), private_page()
    livre = book(link="")
    section = SectionPageFactory(title="Rubrique")
    file = DossierPageFactory(
        title="Santé des aînés",
        sections=[
            ("Comprendre", "Pour entrer.", [(livre, "À lire d’abord."), (hidden, "Note canari")]),
            ("Agir", "", [(guide, ""), (section, "")]),
        ],
    )
    found = answer(file)
    uid = str(Record.objects.get(page_id=livre.pk).uid)
    parts = found["data"]["sections"]
    assert [part["title"] for part in parts] == ["Comprendre", "Agir"]
    assert parts[0]["entries"] == [{"uid": uid, "note": "À lire d’abord."}]
    assert [link["relation"] for link in found["links"]][:2] == ["gathers", "gathers"]
    html = client.get(found["url"]).content.decode()
    for text in ("Comprendre", "Pour entrer.", "À lire d’abord.", "Guide du diagnostic",
                 "Tours\u00a0: Éditions du Gué, 2021"):  # fmt: skip
        assert text in html, text
    assert html.count("Habiter la santé") == 2  # in its section and in the bibliography
    seen = html + str(found)
    assert "anari" not in seen
    other = client.get(Record.objects.get(page_id=guide.pk).url).content.decode()
    assert "Santé des aînés" in other


def test_the_bibliography_is_a_text_file(client):
    page = GuidePageFactory(title="Guide du diagnostic", edition_date="2019")
    file = DossierPageFactory(
        title="Dossier", slug="dossier-test",
        sections=[("Lire", "", [(book(), "À lire d’abord."), (page, ""), (private_page(), "x")])],
    )  # fmt: skip
    address = answer(file)["url"]
    response = client.get(address, {"format": "txt"})
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    text = response.content.decode()
    assert "1. EXEMPLE Camille. Habiter la santé." in text
    assert "À lire d’abord." in text
    assert "2. Guide du diagnostic. 2019." in text
    assert "Canari" not in text
    assert "<html" in client.get(address, {"format": "exe"}).content.decode()
    assert client.get(address).headers["Content-Type"].startswith("text/html")


def test_a_private_thematic_file_keeps_its_bibliography(client):
    file = DossierPageFactory(sections=[("Lire", "", [(book(), "")])])
    address = answer(file)["url"]
    file.live = False
    file.save()
    assert client.get(address, {"format": "txt"}).status_code == 404


@pytest.mark.parametrize("model", [PublicationPage, DossierPage])
def test_describing_five_costs_what_describing_one_does(model):
    if model is PublicationPage:
        pages = [book(title=f"Livre {n}") for n in range(5)]
    else:
        pages = [
            DossierPageFactory(sections=[("Lire", "", [(book(title=f"L{n}"), "Note")])])
            for n in range(5)
        ]
    found = list(model.objects.filter(pk__in=[p.pk for p in pages]).select_related("locale"))
    touches.flush()
    with CaptureQueriesContext(connection) as one:
        model.describe_many(found[:1])
    with CaptureQueriesContext(connection) as five:
        model.describe_many(found)
    assert len(one) == len(five)
