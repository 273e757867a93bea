"""Plans and actions as a documentalist makes them, through the real admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledge.base.models import PageDescriptor
from knowledge.directory.models import OrganisationPage
from knowledge.plans.models import ActionPage, PlanBody, PlanPage
from tests import admin as act
from tests.factories import ConceptFactory, GuidePageFactory, SectionPageFactory, UserFactory
from tests.plan_factories import ActionPageFactory, ConsultationPageFactory, PlanPageFactory, rows
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db

PREVIEW = "wagtailadmin_pages:preview_on_edit"


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


def address(model: str, parent) -> str:
    return reverse("wagtailadmin_pages:add", args=["knowledge_plans", model, parent.pk])


def organisation(title: str = "Agence") -> OrganisationPage:
    directory = SectionPageFactory()
    return directory.add_child(instance=OrganisationPage(title=title))


def add_row(data, formset: str, /, **fields) -> None:
    place = int(data[f"{formset}-TOTAL_FORMS"])
    data[f"{formset}-TOTAL_FORMS"] = str(place + 1)
    data[f"{formset}-{place}-ORDER"] = str(place + 1)
    data[f"{formset}-{place}-id"] = ""
    data[f"{formset}-{place}-DELETE"] = ""
    for field, value in fields.items():
        data[f"{formset}-{place}-{field}"] = value


def refused(response) -> dict:
    assert response.status_code == 200, response.status_code
    form = response.context["form"]
    found = {name: [str(one) for one in errors] for name, errors in form.errors.items()}
    for name, formset in form.formsets.items():
        for place, errors in enumerate(formset.errors):
            found |= {f"{name}-{place}-{field}": [*map(str, e)] for field, e in errors.items()}
    return found


def plan_data(admin, shelf, **fields):
    data = act.untouched(admin, address("planpage", shelf))
    for name, value in {"title": "Contrat", "slug": "contrat", **fields}.items():
        data[name] = value
    return data


def full_plan(admin, shelf):
    ConceptFactory().scheme.__class__.objects.update(applies_to=["plan", "action", "guide"])
    other = PlanPageFactory(title="Plan national")
    first = PlanPageFactory(title="Première génération")
    signing = organisation()
    data = plan_data(
        admin, shelf, summary="Quatre axes.", kind="cls", start="2021", end="06/2026",
        parent_plan=other.pk, previous=first.pk, generation="2", axis_name="ambition",
        axis_name_plural="ambitions", objective_name="cap", objective_name_plural="caps",
        action_name="chantier", action_name_plural="chantiers",
    )  # fmt: skip
    add_row(data, "parts", level="axis", number="1", title="Renforcer l’offre")
    add_row(data, "parts", level="objective", title="Soutenir", text="- un lien\n- un lieu")
    add_row(data, "parts", level="theme", number="2", title="Un thème", expected_results="Oser")
    add_row(data, "milestones", start="2011", end="", text="Prise de conscience")
    add_row(data, "milestones", start="2015", end="2018", text="1re génération", target=first.pk)
    add_row(data, "governance", organisation=signing.pk, name="", members="23", text="23 élus")
    add_row(data, "results", label="masques", value="3700", unit="", date="2020")
    add_row(data, "obstacles", text="Peu connu")
    add_row(data, "organisations", role="signatory", organisation=signing.pk, name="")
    add_row(data, "territories", territory=TerritoryFactory().pk)
    add_row(data, "descriptors", concept=ConceptFactory().pk)
    add_row(data, "contacts", actor=signing.pk, role="Coordination")
    return data


def test_a_plan_is_saved_empty_then_complete_previewed_and_published(admin):
    shelf = SectionPageFactory()
    data = plan_data(admin, shelf)
    act.post(admin, address("planpage", shelf), data)
    draft = PlanPage.objects.get(slug="contrat")
    assert not draft.live
    assert "summary" in refused(
        admin.post(
            reverse("wagtailadmin_pages:edit", args=[draft.pk]), data | {"action-publish": "1"}
        )
    )
    draft.delete()

    data = full_plan(admin, shelf)
    preview = reverse("wagtailadmin_pages:preview_on_add",
                      args=["knowledge_plans", "planpage", shelf.pk])  # fmt: skip
    assert admin.post(preview, data).json()["is_valid"] is True
    shown = admin.get(preview).content.decode()
    for text in ("Renforcer l’offre", "un lieu", "Prise de conscience", "Peu connu"):
        assert text in shown, text
    data["action-publish"] = "1"
    act.post(admin, address("planpage", shelf), data)
    plan = PlanPage.objects.get(slug="contrat")
    assert plan.live
    assert (plan.start, plan.end, plan.generation) == ("2021", "2026-06", 2)
    assert [one.level for one in plan.parts.all()] == ["axis", "objective", "theme"]
    again = act.form(admin, reverse("wagtailadmin_pages:edit", args=[plan.pk]))
    assert again["parts-1-text"].replace("\r", "").strip() == "- un lien\n- un lieu"
    act.edit(admin, plan, **{"parts-1-title": "Soutenir et relier"})
    kept = PlanPage.objects.get(pk=plan.pk)
    assert [one.title for one in kept.parts.all()][1] == "Soutenir et relier"
    assert [one.pk for one in kept.parts.all()] == [one.pk for one in plan.parts.all()]


def test_the_bad_inputs_of_a_plan_are_refused_at_their_field(admin):
    shelf = SectionPageFactory()
    where = address("planpage", shelf)
    data = plan_data(admin, shelf, start="2026", end="2021")
    assert "avant le début" in refused(admin.post(where, data))["end"][0]
    data = plan_data(admin, shelf, start="mars 2021")
    assert "start" in refused(admin.post(where, data))
    data = plan_data(admin, shelf)
    add_row(data, "milestones", start="2018", end="2015", text="À l’envers")
    assert "milestones-0-end" in refused(admin.post(where, data))
    data = plan_data(admin, shelf)
    add_row(data, "governance", organisation="", name="", members="3", text="")
    assert "governance-0-organisation" in refused(admin.post(where, data))
    data = plan_data(admin, shelf)
    add_row(data, "governance", organisation="", name="Bureau", members="-1", text="")
    assert "governance-0-members" in refused(admin.post(where, data))


def test_an_axis_that_is_repeated_is_one_axis_and_an_objective_has_one(admin):
    shelf = SectionPageFactory()
    data = plan_data(admin, shelf)
    add_row(data, "parts", level="objective", title="Sans axe")
    add_row(data, "parts", level="axis", title="Promouvoir la santé au quotidien")
    add_row(data, "parts", level="objective", title="Un")
    add_row(data, "parts", level="axis", title="PROMOUVOIR LA SANTE  au quotidien")
    found = refused(admin.post(address("planpage", shelf), data))
    assert set(found) == {"parts-0-level", "parts-3-title"}
    assert "un seul axe" in found["parts-3-title"][0]
    # In the order shown, not in that of the form.
    data["parts-0-ORDER"] = "3"
    data["parts-2-ORDER"] = "1"
    assert "parts-2-level" in refused(admin.post(address("planpage", shelf), data))


def test_a_plan_that_is_its_own_ancestor_and_a_circle_of_generations_are_refused(admin):
    top = PlanPageFactory(title="Haut")
    middle = PlanPageFactory(title="Milieu", parent_plan=top, previous=top)
    bottom = PlanPageFactory(title="Bas", parent_plan=middle, previous=middle)
    for plan, name in ((top, "parent_plan"), (top, "previous")):
        for other in (top, middle, bottom):
            where = reverse("wagtailadmin_pages:edit", args=[plan.pk])
            data = act.form(admin, where)
            data[name] = str(other.pk)
            assert name in refused(admin.post(where, data)), (name, other)


def action_data(admin, plan, **fields):
    data = act.untouched(admin, address("actionpage", plan))
    for name, value in {"title": "Agir", "slug": "agir", **fields}.items():
        data[name] = value
    return data


def test_an_action_is_saved_empty_then_complete_previewed_and_published(admin):
    ConceptFactory().scheme.__class__.objects.update(applies_to=["plan", "action", "guide"])
    plan, national = PlanPageFactory(), PlanPageFactory(title="Plan national")
    consultation = ConsultationPageFactory()
    act.post(admin, address("actionpage", plan), action_data(admin, plan))
    assert not ActionPage.objects.get().live
    ActionPage.objects.get().delete()
    plan = PlanPage.objects.get(pk=plan.pk)

    data = action_data(
        admin, plan, summary="Bref.", code="2.2.4", status="in_progress",
        part=plan.parts.get(level="objective").pk, expected_results="- Se réunir",
        consultation_result=consultation.results.get().pk,
    )  # fmt: skip
    add_row(data, "indicators", label="Rencontres", unit="", target="3", value="1", date="2024")
    add_row(data, "outputs", output=GuidePageFactory().pk)
    add_row(data, "objectives", part=national.parts.get(level="objective").pk)
    add_row(data, "descriptors", concept=ConceptFactory().pk)
    preview = reverse("wagtailadmin_pages:preview_on_add",
                      args=["knowledge_plans", "actionpage", plan.pk])  # fmt: skip
    assert admin.post(preview, data).json()["is_valid"] is True
    assert "Se réunir" in admin.get(preview).content.decode()
    data["action-publish"] = "1"
    act.post(admin, address("actionpage", plan), data)
    action = ActionPage.objects.get()
    assert action.live
    assert action.consultation == consultation  # said by its result
    assert action.objectives.get().part.page_id == national.pk
    where = reverse("wagtailadmin_pages:edit", args=[action.pk])
    assert act.form(admin, where)["part"] == str(plan.parts.get(level="objective").pk)
    act.edit(admin, action, status="done")
    assert ActionPage.objects.get().status == "done"


def test_an_action_cannot_belong_to_an_objective_of_another_plan(admin):
    plan, other = PlanPageFactory(), PlanPageFactory(title="Autre")
    foreign = other.parts.get(level="objective")
    data = action_data(admin, plan, part=foreign.pk)
    found = refused(admin.post(address("actionpage", plan), data))
    assert "appartient à un autre plan" in found["part"][0]
    action = ActionPageFactory(parent=plan, part=plan.parts.first())
    where = reverse("wagtailadmin_pages:edit", args=[action.pk])
    data = act.form(admin, where)
    data["part"] = str(foreign.pk)
    assert "part" in refused(admin.post(where, data))
    # Carrying it out is allowed, and moving there is not.
    assert not action.can_move_to(other)
    action.part = None
    assert action.can_move_to(other)


def test_a_result_of_another_consultation_is_refused(admin):
    plan, one = PlanPageFactory(), ConsultationPageFactory(title="Une")
    other = ConsultationPageFactory(title="Autre")
    data = action_data(admin, plan, consultation=one.pk, consultation_result=other.results.get().pk)
    assert "consultation_result" in refused(admin.post(address("actionpage", plan), data))


def test_an_objective_is_chosen_by_its_words_or_by_its_plan(admin):
    PlanPageFactory(title="Plan national", parts=[("axis", "Réseau"), ("objective", "Relier")])
    PlanPageFactory(title="Contrat", parts=[("axis", "Offre"), ("objective", "Soigner")])
    results = reverse("plan_objective_chooser:choose_results")
    html = admin.get(results, {"q": "relier national"}).content.decode()
    assert "Relier" in html
    assert "Soigner" not in html
    assert admin.get(reverse("plan_objective_chooser:choose")).status_code == 200


@pytest.mark.parametrize("name", ["plans", "actions", "consultations"])
def test_the_lists_of_the_admin_show_what_tells_pages_apart(admin, name):
    plan = PlanPageFactory(title="Contrat", kind="cls", start="2021", end="2026")
    ActionPageFactory(parent=plan, title="Agir", code="2.2.4", status="done")
    ConsultationPageFactory(title="Questionnaire", method="En ligne", start="2023-07")
    response = admin.get(reverse(f"{name}:index"))
    assert response.status_code == 200
    html = response.content.decode()
    html = html[html.rindex("<tbody") : html.rindex("</tbody>")]
    expected = {
        "plans": ("Contrat", "2021-2026"), "actions": ("Agir", "2.2.4", "Réalisée"),
        "consultations": ("Questionnaire", "En ligne", "juillet 2023"),
    }  # fmt: skip
    for text in expected[name]:
        assert text in html
    field = {"plans": "kind", "actions": "status", "consultations": "live"}[name]
    assert admin.get(reverse(f"{name}:index_results"), {field: "cls"}).status_code == 200


def test_the_form_of_the_largest_plan_opens_in_forty_queries(admin):
    parts = [
        part
        for axis in range(4)
        for part in [
            ("axis", f"Axe {axis}"), *(("objective", f"Objectif {axis}.{n}") for n in range(5)),
        ]
    ]  # fmt: skip
    bodies = [organisation(f"Structure {n}") for n in range(12)]
    plan = PlanPageFactory(
        parts=parts, signatories=bodies, territories=[TerritoryFactory()],
        milestones=[{"start": "2011", "text": f"Étape {n}"} for n in range(6)],
        results=[{"label": f"Résultat {n}", "value": "1"} for n in range(12)],
        obstacles=["Un", "Deux", "Trois"],
    )  # fmt: skip
    ConceptFactory().scheme.__class__.objects.update(applies_to=["plan"])
    for n in range(4):
        concept = ConceptFactory(label=f"Descripteur {n}")
        PageDescriptor.objects.create(page_id=plan.pk, concept=concept, sort_order=n)
    rows(PlanBody, plan, [{"organisation_id": bodies[0].pk, "members": 23}])
    objectives = list(plan.parts.filter(level="objective"))
    for n in range(60):
        ActionPageFactory(
            parent=PlanPage.objects.get(pk=plan.pk), title=f"Action {n}", part=objectives[n % 20]
        )
    PlanPage.objects.get(pk=plan.pk).save_revision().publish()  # as every page that is edited
    where = reverse("wagtailadmin_pages:edit", args=[plan.pk])
    admin.get(where)
    with CaptureQueriesContext(connection) as asked:
        assert admin.get(where).status_code == 200
    assert len(asked) <= 40, [query["sql"][:150] for query in asked.captured_queries]
    # With a waiting draft too, which Wagtail reads from its revision.
    act.edit(admin, plan, action=None, title="Un brouillon")
    with CaptureQueriesContext(connection) as asked:
        data = act.form(admin, where)
    assert (data["title"], data["parts-TOTAL_FORMS"]) == ("Un brouillon", "24")
    assert len(asked) <= 40, [query["sql"][:150] for query in asked.captured_queries]
