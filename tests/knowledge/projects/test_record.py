"""A project sheet says the same in its record and on its page, and names nothing hidden."""

import json
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cms.catalogue import touches
from cms.catalogue.links import ties
from cms.catalogue.models import Link, Place, Record
from cms.catalogue.rendering import BASE
from cms.core.records import record_uid
from knowledge.plans.models import ActionPage, PlanPage
from knowledge.projects.models import ProjectPage
from knowledge.projects.period import ends_before_start
from tests.factories import GuidePageFactory, PageFactory, SectionPageFactory
from tests.project_factories import ProjectPageFactory, paragraph
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db


class PlanFactory(PageFactory):
    class Meta:
        model = PlanPage

    title = "Contrat local de santé"


class ActionFactory(PageFactory):
    class Meta:
        model = ActionPage

    title = "Prévenir le suicide"

    @classmethod
    def default_parent(cls):
        return PlanPage.objects.first() or PlanFactory(parent=SectionPageFactory(title="Plans"))


def answer(page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk, gone_at=None).json.replace(BASE, ""))


def html_of(client, page) -> str:
    response = client.get(page.get_url())
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).replace("\u00a0", " ").split())


def uid(page) -> str:
    return str(record_uid(page.translation_key, page.locale.language_code))


def full_project(**fields) -> ProjectPage:
    commune = TerritoryFactory(kind="commune", name="Le Blanc", latitude=46.63, longitude=1.1)
    funder = GuidePageFactory(title="Agence de santé")
    fields = {
        "status": "completed", "start_date": "2022-03", "end_date": "2023",
        "objectives": paragraph("<p>Rompre l’isolement.</p>"),
        "actions": paragraph("<p>Deux forums.</p>"),
        "obstacles": paragraph("<p>Peu de transports.</p>"),
        "levers": paragraph("<p>Des élus présents.</p>"),
        "evaluation": paragraph("<p>Un questionnaire.</p>"),
        "project_places": [
            {"place_name": "Salle des fêtes", "commune": commune},
            {"place_name": "Au bord de l’étang", "latitude": 46.7, "longitude": 1.2},
        ],
        "beneficiaries": [
            {"audience": "Habitants", "number": 1483, "unit": "personnes"},
            {"audience": "Bénévoles"},
        ],
        "funding_lines": [
            {"organisation": funder, "amount": "12000", "year": "2022", "note": "Appel régional"},
            {"name": "Commune", "amount": "500.50"},
        ],
        "outputs": [
            {"output": GuidePageFactory(title="Guide du forum")},
            {"label": "Une exposition itinérante"},
        ],
        "results": [
            {"label": "personnes venues", "value": "483", "unit": "pers.", "date": "2023-01"},
            {"label": "forums", "value": "2"},
        ],
        "plan_actions": [{"action": ActionFactory()}],
        **fields,
    }  # fmt: skip
    return ProjectPageFactory(**fields)


def test_the_record_and_the_page_say_the_same(client):
    project = full_project()
    found = answer(project)
    data = found["data"]
    html = html_of(client, project)
    assert (data["project_status"], data["start_date"], data["end_date"]) == (
        "completed", "2022-03", "2023",
    )  # fmt: skip
    assert "mars 2022 – 2023" in html
    assert found["date"] == "2022-03"
    assert [one["commune"] for one in data["places"]] == ["Le Blanc", ""]
    assert "Salle des fêtes, Le Blanc" in html
    assert [(p["latitude"], p["label"]) for p in found["points"]] == [
        (46.63, "Salle des fêtes, Le Blanc"), (46.7, "Au bord de l’étang"),
    ]  # fmt: skip
    assert Place.objects.filter(record__page_id=project.pk).count() == 2
    assert data["beneficiaries"] == [
        {"audience": "Habitants", "number": 1483, "unit": "personnes"},
        {"audience": "Bénévoles", "number": None, "unit": ""},
    ]
    assert "1 483 personnes" in html
    assert data["results"] == [
        {"label": "personnes venues", "value": "483", "unit": "pers.", "date": "2023-01"},
        {"label": "forums", "value": "2", "unit": "", "date": None},
    ]
    assert "483" in html
    assert "janvier 2023" in html
    assert data["funding_total"] == 12500.5
    assert "12 500,50 €" in html
    funder = data["funding_lines"][0]
    assert (funder["name"], funder["amount"], funder["year"]) == ("Agence de santé", 12000, "2022")
    assert {"Agence de santé", "Commune"} <= {one["name"] for one in found["organisations"]}
    assert [one["label"] for one in data["outputs"]] == [
        "Guide du forum", "Une exposition itinérante",
    ]  # fmt: skip
    assert {link["relation"] for link in found["links"]} == {"carries_out", "produced"}
    texts = [block["value"] for block in found["body"]]
    for said in ("Rompre l’isolement", "Deux forums", "Peu de transports", "Des élus présents",
                 "Un questionnaire"):  # fmt: skip
        assert any(said in str(text) for text in texts), said
        assert said in html, said
    assert "Guide du forum" in html
    assert "Prévenir le suicide" in html
    assert html.count("Guide du forum") == 1, "an output is shown once, not among the ties too"


def test_an_action_shows_the_projects_that_carry_it_out(client):
    project = full_project(title="Forums du Parc")
    touches.flush()
    action = ActionPage.objects.get()
    (tie,) = ties(action.pk, "fr", relation=["carries_out"])
    assert (tie.relation, tie.inverse) == ("carries_out", True)
    assert [record.page_id for record in tie.records] == [project.pk]
    assert "Forums du Parc" in html_of(client, action)


def test_a_project_is_filtered_by_its_status_and_every_year_it_took():
    full_project()
    touches.flush()
    terms = Record.objects.get(type="project").terms
    assert {"project_status:completed", "year:2022", "year:2023"} <= set(terms)


def test_what_is_not_public_is_never_named(client):
    project = full_project(
        funding_lines=[{"organisation": GuidePageFactory(title="Mécène secret", live=False),
                        "amount": "10"}],
        outputs=[{"output": GuidePageFactory(title="Brouillon secret", live=False)}],
        plan_actions=[{"action": ActionFactory(title="Action secrète", live=False)}],
    )  # fmt: skip
    found = answer(project)
    seen = json.dumps(found, ensure_ascii=False) + html_of(client, project)
    assert "secret" not in seen
    assert "secrète" not in seen
    assert found["links"] == []
    assert found["data"]["outputs"] == []
    assert found["data"]["funding_lines"][0]["name"] == ""


def test_an_output_published_later_appears_in_the_record_by_itself():
    draft = GuidePageFactory(title="Bilan à venir", live=False)
    project = full_project(outputs=[{"output": draft}])
    assert answer(project)["data"]["outputs"] == []
    draft.save_revision().publish()
    assert [one["label"] for one in answer(project)["data"]["outputs"]] == ["Bilan à venir"]


def test_a_renamed_commune_is_renamed_in_the_record():
    project = full_project()
    assert answer(project)["data"]["places"][0]["commune"] == "Le Blanc"
    commune = project.project_places.first().commune
    commune.name = "Le Blanc-Neuf"
    commune.save()
    assert answer(project)["data"]["places"][0]["commune"] == "Le Blanc-Neuf"


def test_amounts_that_are_not_known_make_a_total_of_at_least(client):
    lines = [{"name": "Commune", "amount": "1000"}, {"name": "Mutuelle"}]
    project = full_project(funding_lines=lines)
    assert answer(project)["data"]["funding_total"] == 1000
    html = html_of(client, project)
    assert "Mutuelle" in html
    nothing = full_project(title="Sans montant", funding_lines=[{"name": "Mutuelle"}])
    assert answer(nothing)["data"]["funding_total"] is None


def test_headings_are_in_the_language_of_the_sheet_whoever_saves_it():
    project = full_project()
    with translation.override("en"):
        english = ProjectPage.describe_many([project])[0].body
    with translation.override("fr"):
        french = ProjectPage.describe_many([project])[0].body
    assert english == french


def test_a_batch_is_described_in_as_many_queries_as_one():
    pages = [full_project(title=f"Projet {number}") for number in range(5)]
    pages = list(ProjectPage.objects.select_related("locale").filter(pk__in=[p.pk for p in pages]))
    ProjectPage.describe_many(pages[:1])  # the addresses of the site are kept from now on
    with CaptureQueriesContext(connection) as one:
        ProjectPage.describe_many(pages[:1])
    with CaptureQueriesContext(connection) as five:
        drafts = ProjectPage.describe_many(pages)
    assert len(one) == len(five)
    assert all(draft.data["results"] and len(draft.points) == 2 for draft in drafts)


def test_an_action_or_an_output_chosen_twice_is_tied_once():
    action, guide = ActionFactory(), GuidePageFactory()
    project = full_project(
        plan_actions=[{"action": action}, {"action": action}],
        outputs=[{"output": guide}, {"output": guide, "label": "Le guide"}],
    )
    assert len(answer(project)["links"]) == 2
    assert Link.objects.filter(page_id=project.pk).count() == 2
    assert uid(guide) in {link["uid"] for link in answer(project)["links"]}


def test_an_empty_sheet_is_read(client):
    project = ProjectPageFactory(status="")
    data = answer(project)["data"]
    assert data["project_status"] is None
    assert data["results"] == data["places"] == data["funding_lines"] == []
    html_of(client, project)


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        ("2023-05", "2023", False), ("2023", "2023-01", False), ("2023-05", "2023-05-01", False),
        ("", "2020", False), ("2020", "", False), ("2023", "2022-12", True),
        ("2023-05", "2023-04-30", True), ("2023-05-02", "2023-05-01", True),
    ],
)  # fmt: skip
def test_an_end_is_compared_with_a_beginning_as_far_as_both_are_known(start, end, refused):
    assert ends_before_start(start, end) is refused
