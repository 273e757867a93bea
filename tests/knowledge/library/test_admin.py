"""The forms of a publication and of a thematic file, through the real admin."""

import pytest
from django.urls import reverse

from cms.catalogue.models import Record
from knowledge.library.models import DossierPage, PublicationPage
from tests import admin as desk
from tests.factories import DocumentFactory, GuidePageFactory, ImageFactory, UserFactory
from tests.library_factories import DossierPageFactory, PublicationPageFactory, shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


def edit_address(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def rows(name: str, *found: dict) -> dict:
    data = {f"{name}-TOTAL_FORMS": len(found), f"{name}-INITIAL_FORMS": 0}
    for place, row in enumerate(found):
        data |= {f"{name}-{place}-{key}": value for key, value in row.items()}
        data |= {f"{name}-{place}-ORDER": place + 1, f"{name}-{place}-DELETE": "",
                 f"{name}-{place}-id": ""}  # fmt: skip
    return data


def complete() -> dict:
    return {
        "title": "Marcher en ville", "summary": "Un article.", "kind": "article",
        "issued": "03/2019", "publisher_name": "Éditions du Gué", "publisher_place": "Tours",
        "edition": "2e édition", "extent": "8 p.", "series": "Repères", "series_number": "3",
        "language": "fr", "link": "https://example.org/a", "host_title": "La Revue des rives",
        "volume": "12", "issue": "3", "pages": "45-52", "isbn": "978-2-9999990-0-8",
        "issn": "00000019", "doi": "https://doi.org/10.5555/relais.12", "ean": "",
        "citation_text": "", "abstract": "Un long résumé.", "hero_image": ImageFactory().pk,
        **rows("authors", {"name": "EXEMPLE Camille"}),
        **rows("downloads", {"document": DocumentFactory().pk, "title": "Le texte"}),
        **rows(
            "copies",
            {"site": "Lorvain", "shelf_mark": "A 1", "condition": "good", "borrowing": "",
             "on_loan": "on", "due_back": "2027-01-31"},
        ),
        **rows("organisations", {"role": "publisher", "organisation": "", "name": "Relais"}),
    }  # fmt: skip


def test_a_publication_is_made_as_a_draft_then_previewed_and_published(admin):
    parent = shelf("publications", "Publications")
    add = reverse(
        "wagtailadmin_pages:add", args=["knowledge_library", "publicationpage", parent.pk]
    )
    empty = desk.form(admin, add)
    refused = admin.post(add, empty | {"action-publish": "1"})
    assert {"title"} <= set(refused.context["form"].errors)
    desk.post(admin, add, empty | {"title": "Sans rien", "slug": "sans-rien"})
    page = PublicationPage.objects.get()
    assert not page.live
    data = desk.form(admin, edit_address(page)) | complete()
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert admin.post(preview, data).json() == {"is_valid": True, "is_available": True}
    shown = admin.get(preview).content.decode()
    for text in ("La Revue des rives", "978-2-9999990-0-8", "31 janvier 2027", "EXEMPLE Camille"):
        assert text in shown, text
    desk.post(admin, edit_address(page), data | {"action-publish": "1"})
    page.refresh_from_db()
    assert (page.isbn, page.issn, page.doi) == ("9782999999008", "0000-0019", "10.5555/relais.12")
    assert page.issued == "2019-03"
    assert Record.objects.get(page_id=page.pk).gone_at is None
    assert admin.get(edit_address(page)).status_code == 200


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("isbn", "978-2-9999990-0-9", "8"),
        ("issn", "0000-0018", "9"),
        ("ean", "3760000000018", "7"),
        ("doi", "bonjour", "10."),
        ("link", "javascript:alert(1)", ""),
        ("issued", "31/02/2019", "31/02/2019"),
    ],
)
def test_a_wrong_number_is_refused_at_its_field_even_in_a_draft(admin, field, typed, said):
    page = PublicationPageFactory()
    data = desk.form(admin, edit_address(page)) | {field: typed}
    refused = admin.post(edit_address(page), data)
    assert refused.status_code == 200
    assert said in str(refused.context["form"].errors[field])


def test_an_article_without_periodical_is_not_published(admin):
    page = PublicationPageFactory(kind="article")
    data = desk.form(admin, edit_address(page))
    refused = admin.post(edit_address(page), data | {"action-publish": "1"})
    assert "host_title" in refused.context["form"].errors
    desk.post(admin, edit_address(page), data)  # a draft may wait
    desk.post(
        admin,
        edit_address(page),
        desk.form(admin, edit_address(page)) | {"host_title": "Revue", "action-publish": "1"},
    )


def test_a_copy_that_is_not_on_loan_has_no_day_of_return(admin):
    page = PublicationPageFactory()
    copy = {"site": "Lorvain", "shelf_mark": "", "condition": "good", "borrowing": "",
            "due_back": "2027-01-31"}  # fmt: skip
    data = desk.form(admin, edit_address(page)) | rows("copies", copy)
    refused = admin.post(edit_address(page), data)
    assert "due_back" in refused.context["form"].formsets["copies"].errors[0]


def entry(**fields) -> dict:
    return {"section": "", "introduction": "", "gathered": "", "note": "", **fields}


def test_a_thematic_file_is_made_previewed_and_published(admin):
    parent = shelf("dossiers", "Dossiers")
    add = reverse("wagtailadmin_pages:add", args=["knowledge_library", "dossierpage", parent.pk])
    desk.post(admin, add, desk.form(admin, add) | {"title": "Santé des aînés", "slug": "aines"})
    page = DossierPage.objects.get()
    data = desk.form(admin, edit_address(page)) | {"summary": "Une sélection."}
    refused = admin.post(edit_address(page), data | {"action-publish": "1"})
    assert refused.context["form"].errors
    guide = GuidePageFactory(title="Guide du diagnostic")
    data |= rows(
        "entries",
        entry(section="Comprendre", introduction="Pour entrer."),
        entry(gathered=guide.pk, note="À lire d’abord."),
    )
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert admin.post(preview, data).json() == {"is_valid": True, "is_available": True}
    desk.post(admin, edit_address(page), data | {"action-publish": "1"})
    html = admin.get(Record.objects.get(page_id=page.pk).url).content.decode()
    assert "À lire d’abord." in html
    assert admin.get(edit_address(page)).status_code == 200


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (entry(note="Seule"), "gathered"),
        (entry(introduction="Sans titre"), "gathered"),
    ],
)
def test_an_entry_says_what_it_gathers_or_begins(admin, row, field):
    page = DossierPageFactory()
    data = desk.form(admin, edit_address(page)) | rows("entries", row)
    refused = admin.post(edit_address(page), data)
    assert field in refused.context["form"].formsets["entries"].errors[0]


def test_a_thematic_file_does_not_gather_itself(admin):
    page = DossierPageFactory()
    data = desk.form(admin, edit_address(page)) | rows("entries", entry(gathered=page.pk))
    refused = admin.post(edit_address(page), data)
    assert "gathered" in refused.context["form"].formsets["entries"].errors[0]


@pytest.mark.parametrize("name", ["publications", "dossiers"])
def test_the_lists_of_the_admin_open_and_filter(admin, name):
    PublicationPageFactory(kind="game", title="Jeu des brumes")
    DossierPageFactory()
    address = reverse(f"{name}:index")
    assert admin.get(address).status_code == 200
    assert admin.get(address, {"q": "l'accès"}).status_code == 200
    if name == "publications":
        shown = admin.get(address, {"kind": "game"}).content.decode()
        assert "Jeu des brumes" in shown
        assert "Jeu des brumes" not in admin.get(address, {"kind": "book"}).content.decode()
