"""A project sheet as a documentalist makes it, through the real admin."""

import json

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from cms.catalogue import touches
from cms.catalogue.models import Record
from knowledge.projects.models import ProjectPage
from tests.admin import form, nested_form_data, post, untouched
from tests.factories import GuidePageFactory, SectionPageFactory, UserFactory
from tests.project_factories import ProjectPageFactory, paragraph
from tests.territory_factories import TerritoryFactory

from .test_record import ActionFactory, answer

pytestmark = pytest.mark.django_db

TEXTS = ("body", "objectives", "actions", "obstacles", "levers", "evaluation")


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def shelf():
    return SectionPageFactory(title="Projets", slug="projets")


def address(name: str, *arguments) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=arguments)


def add_address(shelf) -> str:
    return address("add", "knowledge_projects", "projectpage", shelf.pk)


def rows(name: str, *entries: dict) -> dict:
    data = {f"{name}-TOTAL_FORMS": len(entries), f"{name}-INITIAL_FORMS": 0}
    for place, entry in enumerate(entries):
        data |= {f"{name}-{place}-{key}": value for key, value in entry.items()}
        data |= {f"{name}-{place}-ORDER": place + 1, f"{name}-{place}-DELETE": ""}
    return data


def text(name: str, html: str) -> dict:
    return dict(nested_form_data({name: streamfield([("paragraph", rich_text(html))])}))


def complete() -> dict:
    """Every field of the sheet's own, filled."""
    commune = TerritoryFactory(kind="commune", name="Rosnay", latitude=46.7, longitude=1.2)
    found = {
        "title": "Deux forums", "slug": "deux-forums", "summary": "Bref.", "status": "completed",
        "start_date": "03/2022", "end_date": "2023",
    }  # fmt: skip
    for name in TEXTS:
        found |= text(name, f"<p>Texte de {name}</p>")
    return (
        found
        | rows(
            "project_places",
            {"place_name": "Mairie", "address": "1 place", "commune": commune.pk, "latitude": "",
             "longitude": ""},
            {"place_name": "Étang", "address": "", "commune": "", "latitude": "46.71",
             "longitude": "1.21"},
        )
        | rows("beneficiaries", {"audience": "Lycéens", "number": "120", "unit": "élèves"})
        | rows(
            "funding_lines",
            {"organisation": GuidePageFactory(title="Agence").pk, "name": "", "amount": "1500",
             "year": "2022", "note": "Appel"},
        )
        | rows("outputs", {"output": GuidePageFactory(title="Affiche").pk, "label": ""})
        | rows("results", {"label": "forums", "value": "2", "unit": "", "date": "2023"})
        | rows("plan_actions", {"action": ActionFactory().pk})
    )  # fmt: skip


def errors_of(response) -> str:
    shown = response.context["form"]
    inner = {name: (f.errors, f.non_form_errors()) for name, f in shown.formsets.items()}
    return f"{shown.errors} {inner}"


def test_a_sheet_is_created_previewed_and_published(admin, shelf):
    data = form(admin, add_address(shelf)).dict() | complete()
    preview = address("preview_on_add", "knowledge_projects", "projectpage", shelf.pk)
    assert admin.post(preview, data).json() == {"is_valid": True, "is_available": True}
    shown = admin.get(preview)
    assert shown.status_code == 200
    html = shown.content.decode()
    for said in ("Texte de levers", "Rosnay", "Lycéens", "forums", "Affiche", "Agence",
                 "Prévenir le suicide"):  # fmt: skip
        assert said in html, said

    response = admin.post(add_address(shelf), data | {"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    project = ProjectPage.objects.get()
    assert project.live
    assert (project.start_date, project.end_date) == ("2022-03", "2023")
    for name in ("beneficiaries", "funding_lines", "outputs", "results", "plan_actions"):
        assert getattr(project, name).count() == 1, name
    assert project.project_places.count() == 2
    assert Record.objects.filter(page_id=project.pk, gone_at=None).exists()
    assert admin.get(project.get_url()).status_code == 200
    # Opened again and saved unchanged, it says the same.
    touches.flush()
    before = Record.objects.get(page_id=project.pk).digest
    again = form(admin, address("edit", project.pk))
    again["action-publish"] = "1"
    post(admin, address("edit", project.pk), again)
    assert Record.objects.get(page_id=project.pk).digest == before


def test_a_draft_may_be_empty_and_says_what_it_lacks_when_published(admin, shelf):
    data = form(admin, add_address(shelf)).dict() | {"title": "Une idée", "slug": "une-idee"}
    response = admin.post(add_address(shelf), data)
    assert response.status_code == 302, errors_of(response)
    project = ProjectPage.objects.get()
    assert not project.live
    edit = address("edit", project.pk)
    refused = admin.post(edit, form(admin, edit).dict() | {"action-publish": "1"})
    assert refused.status_code == 200
    assert {"summary", "status"} <= set(refused.context["form"].errors)
    response = admin.post(edit, form(admin, edit).dict() | complete() | {"action-publish": "1"})
    assert response.status_code == 302, errors_of(response)
    project.refresh_from_db()
    assert project.live


BAD_ROWS = [
    ("project_places", {"place_name": "Nulle part", "commune": ""}, "commune"),
    ("project_places", {"latitude": "46.7", "longitude": ""}, "longitude"),
    ("project_places", {"latitude": "146.7", "longitude": "1"}, "latitude"),
    ("beneficiaries", {"audience": "", "number": "12"}, "audience"),
    ("beneficiaries", {"audience": "Élèves", "number": "-3"}, "number"),
    ("beneficiaries", {"audience": "Élèves", "number": "douze"}, "number"),
    ("funding_lines", {"organisation": "", "name": " ", "amount": "10"}, "organisation"),
    ("funding_lines", {"name": "Commune", "amount": "-10"}, "amount"),
    ("funding_lines", {"name": "Commune", "year": "l’an dernier"}, "year"),
    ("outputs", {"output": "", "label": "  "}, "output"),
    ("results", {"label": "forums", "value": ""}, "value"),
    ("results", {"label": "", "value": "2"}, "label"),
    ("results", {"label": "forums", "value": "2", "date": "31/02/2023"}, "date"),
]


@pytest.mark.parametrize(("name", "row", "field"), BAD_ROWS)
def test_a_row_that_cannot_be_is_refused_at_its_field(admin, shelf, name, row, field):
    data = untouched(admin, add_address(shelf)).dict() | complete() | rows(name, row)
    response = admin.post(add_address(shelf), data | {"action-publish": "1"})
    assert response.status_code == 200
    assert field in response.context["form"].formsets[name].errors[0]
    assert not ProjectPage.objects.exists()


@pytest.mark.parametrize(
    ("start", "end"), [("2023", "2022"), ("05/2023", "04/2023"), ("02/05/2023", "01/05/2023")]
)
def test_a_project_cannot_end_before_it_begins(admin, shelf, start, end):
    changed = {"start_date": start, "end_date": end}
    data = untouched(admin, add_address(shelf)).dict() | complete() | changed
    response = admin.post(add_address(shelf), data)
    assert "end_date" in response.context["form"].errors


def test_only_actions_of_plans_are_carried_out(admin, shelf):
    guide = GuidePageFactory()
    data = untouched(admin, add_address(shelf)).dict() | complete()
    data |= rows("plan_actions", {"action": guide.pk})
    response = admin.post(add_address(shelf), data)
    assert response.status_code == 200
    assert "action" in response.context["form"].formsets["plan_actions"].errors[0]


def test_hostile_texts_are_shown_harmless(client):
    evil = "<p>Bon<script>alert(1)</script> <a href='javascript:alert(2)'>ici</a></p>"
    project = ProjectPageFactory(
        objectives=paragraph(evil),
        results=[{"label": "<img src=x onerror=alert(3)>", "value": "<b>1</b>"}],
        outputs=[{"label": "<script>alert(4)</script>"}],
    )
    touches.flush()
    html = client.get(project.get_url()).content.decode()
    for bad in ("<script>alert", "javascript:", "<img src=x", "<b>1</b>"):
        assert bad not in html, bad
    assert "script" not in json.dumps(answer(project)["body"])


def test_all_sheets_are_listed_and_filtered_by_status(admin):
    ProjectPageFactory(title="Fini", status="completed", start_date="2021-03")
    ProjectPageFactory(title="Abandon", status="abandoned")
    listing = admin.get(reverse("project_sheets:index"))
    assert listing.status_code == 200
    assert {"Fini", "Abandon"} <= {page.title for page in listing.context["page_obj"]}
    filtered = admin.get(reverse("project_sheets:index"), {"project_status": "abandoned"})
    assert [page.title for page in filtered.context["page_obj"]] == ["Abandon"]
