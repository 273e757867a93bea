"""A guide as a documentalist makes it, through the real admin."""

import json
import uuid

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.guides.models import GuidePage
from tests.factories import (
    ConceptFactory,
    ConceptSchemeFactory,
    DocumentFactory,
    GuidePageFactory,
    ImageFactory,
    SectionPageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

FORMSETS = (
    "territories",
    "organisations",
    "contacts",
    "fundings",
    "figures",
    "testimonials",
    "identifiers",
    "downloads",
    "descriptors",
    "authors",
    "related_pages",
    "chapters",
    "tools",
    "checks",
    "comments",
)


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def shelf():
    return SectionPageFactory(title="Guides", slug="guides")


def formset(name: str, rows: list[dict]) -> dict:
    data = {
        f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": 0,
        f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for n, row in enumerate(rows):
        data |= {f"{name}-{n}-{key}": value for key, value in row.items()}
        data |= {f"{name}-{n}-ORDER": n + 1, f"{name}-{n}-DELETE": "", f"{name}-{n}-id": ""}
    return data


def stream(prefix: str, blocks: list[tuple[str, dict]]) -> dict:
    """A StreamField as its editor posts it; values are {suffix: value}."""
    data = {f"{prefix}-count": len(blocks)}
    for n, (kind, values) in enumerate(blocks):
        data |= {
            f"{prefix}-{n}-type": kind, f"{prefix}-{n}-order": n, f"{prefix}-{n}-deleted": "",
            f"{prefix}-{n}-id": str(uuid.uuid4()),
        }  # fmt: skip
        data |= {f"{prefix}-{n}-value{suffix}": value for suffix, value in values.items()}
    return data


def guide_form(**fields) -> dict:
    data = {
        "title": "Évaluer une action", "slug": "evaluer-une-action", "summary": "Bref.",
        "hero_image": "", "abstract": "", "licence": "", "review_date": "", "edition": "",
        "edition_date": "", "citation_text": "", "seo_title": "", "search_description": "",
        "go_live_at": "", "expire_at": "", "comment_notifications": "",
    }  # fmt: skip
    for name in FORMSETS:
        data |= formset(name, [])
    return data | fields


def paragraph(html: str) -> str:
    """What the rich text editor posts for a paragraph."""
    return json.dumps(
        {
            "blocks": [
                {"key": "aaaaa", "text": html, "type": "unstyled", "depth": 0,
                 "inlineStyleRanges": [], "entityRanges": [], "data": {}}
            ],
            "entityMap": {},
        }
    )  # fmt: skip


def full_form(concepts, picture, document, **fields) -> dict:
    first = [
        ("heading", {"": "Avant"}),
        ("paragraph", {"": paragraph("Réunir l’équipe")}),
        ("image", {"-image": picture.pk, "-caption": "Une carte"}),
        ("callout", {"-kind": "warning", "-title": "", "-content": paragraph("Attention")}),
        ("step", {"-title": "Lire", "-duration": "Une heure", "-content": paragraph("Lire")}),
    ]
    return (
        guide_form()
        | formset("downloads", [{"document": document.pk, "title": "La grille"}])
        | formset("descriptors", [{"concept": concept.pk} for concept in concepts])
        | formset("authors", [{"name": "Relais"}])
        | formset("chapters", [{"title": "Préparer"}, {"title": "Conduire"}])
        | stream("chapters-0-body", first)
        | stream("chapters-1-body", [("paragraph", {"": paragraph("Agir")})])
        | {"edition": "2e édition", "edition_date": "03/2019", "review_date": "2027-01-31"}
        | fields
    )


def errors_of(response) -> str:
    form = response.context["form"]
    inner = {name: (f.errors, f.non_form_errors()) for name, f in form.formsets.items()}
    return f"{form.errors} {inner}"


@pytest.fixture
def vocabulary():
    themes = ConceptSchemeFactory(slug="themes", title="Thèmes", required=True)
    stages = ConceptSchemeFactory(slug="etapes", title="Étapes", multiple=False)
    return [
        ConceptFactory(label="Évaluation", scheme=themes),
        ConceptFactory(label="Contrat local de santé", alternatives=["CLS"], scheme=themes),
        ConceptFactory(label="Diagnostic", scheme=stages),
    ]


def create(admin, shelf, data):
    address = reverse("wagtailadmin_pages:add", args=["knowledge_guides", "guidepage", shelf.pk])
    return admin.post(address, data)


def test_a_guide_is_created_previewed_and_published(admin, shelf, vocabulary):
    address = reverse("wagtailadmin_pages:add", args=["knowledge_guides", "guidepage", shelf.pk])
    form = admin.get(address)
    assert form.status_code == 200
    assert "applies_to=guide" in form.content.decode()
    picture, document = ImageFactory(title="Carte", consent="unknown"), DocumentFactory()
    data = full_form(vocabulary, picture, document)

    preview = reverse(
        "wagtailadmin_pages:preview_on_add", args=["knowledge_guides", "guidepage", shelf.pk]
    )
    assert admin.post(preview, data).json() == {"is_valid": True, "is_available": True}
    shown = admin.get(preview)
    assert shown.status_code == 200
    assert "Préparer" in shown.content.decode()

    response = create(admin, shelf, data | {"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    guide = GuidePage.objects.get()
    assert guide.live
    assert guide.edition_date == "2019-03"
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert any("Carte" in message for message in said), said

    # Before the response, the catalogue knows.
    record = Record.objects.get(page_id=guide.pk)
    answer = json.loads(record.json.replace(BASE, ""))
    assert [found["title"] for found in answer["downloads"]] == ["La grille"]
    assert len(answer["concepts"]) == 3
    kinds = [block["type"] for block in answer["body"]]
    assert kinds == [
        "chapter", "heading", "paragraph", "image", "callout", "step", "chapter", "paragraph",
    ]  # fmt: skip
    page = admin.get(record.url)
    assert page.status_code == 200
    html = page.content.decode()
    file = answer["downloads"][0]["url"]
    for text in ("Réunir l’équipe", "chapitre-conduire", "Contrat local de santé", file):
        assert text in html, text


def test_saved_empty_the_errors_stand_at_their_fields(admin, shelf, vocabulary):
    response = create(admin, shelf, guide_form(title="", slug="") | {"action-publish": "1"})
    assert response.status_code == 200
    form = response.context["form"]
    assert "title" in form.errors
    assert "Thèmes" in str(form.formsets["descriptors"].non_form_errors())
    text = stream("chapters-0-body", [("paragraph", {"": paragraph("Sans titre")})])
    row = formset("chapters", [{"title": ""}]) | text
    response = create(admin, shelf, guide_form() | row | {"action-publish": "1"})
    assert response.status_code == 200
    assert "title" in response.context["form"].formsets["chapters"].errors[0]


def test_a_draft_may_be_incomplete_and_is_completed_later(admin, shelf, vocabulary):
    response = create(admin, shelf, guide_form())
    assert response.status_code == 302, errors_of(response)
    guide = GuidePage.objects.get()
    address = reverse("wagtailadmin_pages:edit", args=[guide.pk])
    assert admin.get(address).status_code == 200
    refused = admin.post(address, guide_form() | {"action-publish": "1"})
    assert refused.status_code == 200
    assert "Thèmes" in errors_of(refused)
    data = full_form(vocabulary, ImageFactory(), DocumentFactory())
    response = admin.post(address, data | {"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    guide.refresh_from_db()
    assert guide.live
    assert guide.descriptors.count() == 3
    assert admin.get(address).status_code == 200


def test_descriptors_that_do_not_fit_are_refused_by_the_name_of_their_vocabulary(
    admin, shelf, vocabulary
):
    stages = vocabulary[2].scheme
    second = ConceptFactory(label="Bilan", scheme=stages)
    other = ConceptFactory(
        label="Salle", scheme=ConceptSchemeFactory(slug="lieux", title="Lieux", applies_to=[])
    )
    rows = [vocabulary[2], second, other, vocabulary[0], vocabulary[0]]
    data = guide_form() | formset("descriptors", [{"concept": concept.pk} for concept in rows])
    response = create(admin, shelf, data)
    assert response.status_code == 200
    errors = response.context["form"].formsets["descriptors"].errors
    assert [sorted(error) for error in errors] == [[], ["concept"], ["concept"], [], ["concept"]]
    assert "Étapes" in errors[1]["concept"][0]
    assert "Lieux" in errors[2]["concept"][0]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("2019", "2019"), ("2019-03", "2019-03"), ("12/03/2019", "2019-03-12"), ("3/2019", "2019-03")],
)
def test_an_edition_date_keeps_its_precision(admin, shelf, typed, stored):
    assert create(admin, shelf, guide_form(edition_date=typed)).status_code == 302
    assert GuidePage.objects.get().edition_date == stored


@pytest.mark.parametrize("typed", ["mars 2019", "2019-13", "31/02/2019", "0000", "20190"])
def test_a_date_that_does_not_exist_is_refused(admin, shelf, typed):
    response = create(admin, shelf, guide_form(edition_date=typed))
    assert "edition_date" in response.context["form"].errors


def test_a_pdf_without_text_is_flagged_in_the_form_and_in_the_list(admin):
    silent = DocumentFactory(title="Numérisé", texts=[""])
    assert silent.text_state == "empty"
    guide = GuidePageFactory(documents=[silent, DocumentFactory(title="Lisible")])
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[guide.pk])).content.decode()
    warning = html[html.index("Numérisé") - 600 : html.index("Numérisé") + 200]
    assert "help-warning" in warning
    plain = GuidePageFactory(documents=[DocumentFactory()])
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[plain.pk])).content.decode()
    assert "help-warning" not in html
    for name in ("wagtaildocs:index", "wagtaildocs:index_results"):
        listing = admin.get(reverse(name))
        assert listing.status_code == 200
        assert str(silent.get_text_state_display()) in listing.content.decode()
        assert admin.get(reverse(name), {"q": "l'accès"}).status_code == 200
