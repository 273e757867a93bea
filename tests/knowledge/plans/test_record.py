"""What a plan and its actions say of themselves, in the catalogue and on their pages alike."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.directory.models import OrganisationPage
from knowledge.plans.models import ActionPage, PlanPage, PlanPart
from knowledge.plans.plan import in_force
from tests.factories import GuidePageFactory, PageFactory, SectionPageFactory
from tests.plan_factories import ActionPageFactory, ConsultationPageFactory, PlanPageFactory

pytestmark = pytest.mark.django_db


class OrganisationFactory(PageFactory):
    class Meta:
        model = OrganisationPage


def flush() -> None:
    while touches.flush().left:
        pass


def answer(page) -> dict:
    return json.loads(Record.objects.get(page_id=page.pk).json.replace(BASE, ""))


def html_of(client, page) -> str:
    response = client.get(Record.objects.get(page_id=page.pk).url)
    assert response.status_code == 200
    return response.content.decode()


def part(plan, title) -> PlanPart:
    return plan.parts.get(title=title)


PARTS = (
    {"level": "theme", "title": "Un thème du plan", "expected_results": "Être entendu."},
    {"level": "axis", "title": "Renforcer l’offre", "number": "1"},
    {"level": "objective", "title": "Soutenir", "text": "En bref :\n- un lien\n- un lieu"},
    {"level": "axis", "title": "Accompagner"},
    {"level": "theme", "title": "Un thème de l’axe"},
)


def a_plan(**fields):
    directory = SectionPageFactory(title="Annuaire", slug="annuaire")
    body = OrganisationFactory(parent=directory, title="Commission santé")
    fields = {
        "title": "Contrat de la vallée", "kind": "cls", "start": "2021", "end": "2026",
        "generation": 2, "parts": PARTS,
        "signatories": [OrganisationFactory(parent=directory, title="Agence de santé")],
        "governance": [
            {"organisation_id": body.pk, "members": 23, "text": "23 élus en commission santé"},
            {"name": "Équipe technique", "text": "environ 40 personnes"},
        ],
        "milestones": [{"start": "2014", "text": "Travaux préliminaires"}],
        "results": [{"label": "masques distribués", "value": "3 700", "date": "2020"}],
        "obstacles": ["Un dispositif peu connu"],
    } | fields  # fmt: skip
    return PlanPageFactory(**fields)


def test_a_plan_says_the_same_in_its_record_and_on_its_page(client):
    plan = a_plan()
    flush()
    data = answer(plan)["data"]
    html = html_of(client, plan)
    assert data["plan_kind"] == "cls"
    assert data["period"] == {"start": "2021", "end": "2026"}
    assert [one["title"] for one in data["parts"]] == [one["title"] for one in PARTS]
    assert data["governance"][0]["members"] == 23
    assert data["results"] == [
        {"label": "masques distribués", "value": "3 700", "unit": "", "date": "2020"}
    ]
    said = [one["title"] for one in data["parts"]]
    said += [one["anchor"] for one in data["parts"]]
    said += data["obstacles"] + [one["text"] for one in data["milestones"]]
    said += [one["text"] for one in data["governance"]]
    for text in ("2021-2026", "3\u00a0700", "un lieu", "Être entendu.", *said):
        assert text in html, text
    record = Record.objects.get(page_id=plan.pk)
    assert "plan_kind:cls" in record.terms
    assert "year:2021" in record.terms
    document = json.dumps(record.document, ensure_ascii=False)
    for text in ("Soutenir", "un lieu", "masques distribués", "Travaux préliminaires"):
        assert text in document, text


def test_a_body_that_is_not_public_is_not_named(client):
    plan = a_plan()
    OrganisationPage.objects.get(title="Commission santé").unpublish()
    flush()
    assert [one["name"] for one in answer(plan)["data"]["governance"]] == ["Équipe technique"]
    assert "Commission santé<" not in html_of(client, plan)


def test_actions_stand_under_their_part_with_their_status_in_words(client):
    plan = a_plan()
    own = part(plan, "Soutenir")
    ActionPageFactory(parent=plan, title="Action une", part=own, status="done", code="2.2.4")
    ActionPageFactory(
        parent=plan, title="Action deux", part=part(plan, "Accompagner"), status="in_progress",
        indicators=[{"label": "Participants", "value": "483", "unit": "personnes"}],
    )  # fmt: skip
    ActionPageFactory(parent=plan, title="Action trois", part=own)
    ActionPageFactory(parent=plan, title="Action cachée", part=own, live=False)
    flush()
    html = html_of(client, plan)
    assert "Action cachée" not in html
    order = ["Renforcer l’offre", "Soutenir", "Action une", "Action trois", "Accompagner",
             "Action deux", "483 personnes"]  # fmt: skip
    places = [html.index(text, html.index('id="actions"')) for text in order]
    assert places == sorted(places)
    response = client.get(Record.objects.get(page_id=plan.pk).url)
    progress = response.context["progress"]
    assert progress.counts == {"done": 1, "in_progress": 1, "": 1}
    axes = [one for one in response.context["plan"].branches if one.level == "axis"]
    assert [one.progress.total for one in axes] == [2, 1]
    assert progress.text in html
    assert html.count("<g transform") == 3 + 2 + 1
    assert "action_status:done" in Record.objects.get(title="Action une").terms


def test_the_page_of_a_plan_asks_as_much_for_two_actions_as_for_sixty(client):
    plan = a_plan()
    consultation = ConsultationPageFactory()
    own = part(plan, "Soutenir")

    def more(number: int) -> int:
        for n in range(number):
            ActionPageFactory(
                parent=PlanPage.objects.get(pk=plan.pk), title=f"Action {n}", part=own,
                status="done", consultation=consultation,
                indicators=[{"label": "Compté", "value": str(n)}],
            )  # fmt: skip
        flush()
        url = Record.objects.get(page_id=plan.pk).url
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    assert more(2) == more(58)


def test_an_action_says_where_it_stands_and_where_it_comes_from(client):
    national = PlanPageFactory(title="Plan national", parts=PARTS)
    consultation = ConsultationPageFactory(title="Questionnaire")
    result = consultation.results.get()
    plan = a_plan(title="Plan régional")
    action = ActionPageFactory(
        parent=plan, title="Animer la communauté", part=part(plan, "Soutenir"), code="2.3.2",
        status="in_progress", expected_results="Recueillir les besoins",
        indicators=[{"label": "Rencontres", "target": "3", "value": "1", "date": "2024-05"}],
        outputs=[GuidePageFactory(title="Guide produit")],
        objectives=[part(national, "Soutenir")],
        consultation=consultation, consultation_result=result,
    )  # fmt: skip
    flush()
    said = answer(action)
    html = html_of(client, action)
    data = said["data"]
    assert (data["code"], data["action_status"]) == ("2.3.2", "in_progress")
    assert data["part"]["title"] == "Soutenir"
    assert data["consultation_result"]["label"] == "Un vote"
    assert {link["relation"] for link in said["links"]} == {
        "part_of", "carries_out_objective", "comes_from", "action_output",
    }  # fmt: skip
    for text in (
        "2.3.2", "Plan régional", "Renforcer l’offre", "Soutenir", "Recueillir les besoins",
        "Rencontres", "Guide produit", "Plan national", "Questionnaire", "Un vote",
        f"#{result.anchor}", f"#{part(national, 'Soutenir').anchor}",
    ):  # fmt: skip
        assert text in html, text
    # The other end: the national plan shows who carries its objective out.
    assert "Animer la communauté" in html_of(client, national)
    assert "2.3.2" in json.dumps(Record.objects.get(page_id=action.pk).document)


def test_an_action_of_a_plan_that_is_not_public_leaks_nothing_of_it(client):
    hidden = PlanPageFactory(title="Plan secret", parts=PARTS, live=False)
    action = ActionPageFactory(
        parent=a_plan(), title="Visible", objectives=[part(hidden, "Soutenir")]
    )
    flush()
    html = html_of(client, action)
    assert "Plan secret" not in html
    assert "carries_out_objective" not in Record.objects.get(page_id=action.pk).json


def test_renaming_a_part_is_said_by_its_actions_at_once():
    plan = a_plan()
    action = ActionPageFactory(parent=plan, part=part(plan, "Soutenir"))
    flush()
    row = part(plan, "Soutenir")
    row.title = "Soutenir et relier"
    row.save()
    flush()
    assert answer(action)["data"]["part"]["title"] == "Soutenir et relier"


def test_a_part_that_is_deleted_leaves_its_actions_in_the_plan(client):
    plan = a_plan()
    ActionPageFactory(parent=plan, title="Orpheline", part=part(plan, "Soutenir"), status="done")
    flush()
    part(plan, "Soutenir").delete()
    flush()
    html = html_of(client, plan)
    assert "Orpheline" in html
    assert client.get(Record.objects.get(page_id=plan.pk).url).context["progress"].total == 1


def test_generations_and_milestones_make_one_line_of_time(client):
    first = PlanPageFactory(title="Premier contrat", start="2015", end="2018", generation=1)
    second = a_plan(previous=first)
    flush()
    moments = client.get(Record.objects.get(page_id=second.pk).url).context["timeline"]
    assert [moment.period for moment in moments] == ["2014", "2015-2018", "2021-2026"]
    assert moments[1].url == Record.objects.get(page_id=first.pk).url
    later = client.get(Record.objects.get(page_id=first.pk).url).context["timeline"]
    assert [bool(moment.url) for moment in later] == [False, True]


def test_a_circle_written_behind_the_forms_breaks_no_page(client):
    one = PlanPageFactory(title="Un")
    two = PlanPageFactory(title="Deux", previous=one, parent_plan=one)
    PlanPage.objects.filter(pk=one.pk).update(previous=two, parent_plan=two)
    flush()
    for plan in (one, two):
        html_of(client, plan)
    with pytest.raises(ValidationError) as refused:
        PlanPage.objects.get(pk=one.pk).full_clean()
    assert "parent_plan" in refused.value.message_dict


@pytest.mark.parametrize("model", [PlanPage, ActionPage])
def test_a_batch_with_everything_filled_costs_the_same_for_one_and_for_five(model):
    plans = [a_plan_of(n) for n in range(5)]
    guide, consultation = GuidePageFactory(), ConsultationPageFactory()
    for number, plan in enumerate(plans):
        other = plans[(number + 1) % 5]
        ActionPageFactory(
            parent=plan, part=part(plan, "Soutenir"), status="done", outputs=[guide],
            indicators=[{"label": "Compté", "value": "1"}], objectives=[part(other, "Soutenir")],
            consultation=consultation, consultation_result=consultation.results.get(),
        )  # fmt: skip
    flush()
    pages = list(model.objects.select_related("locale").order_by("pk")[:5])
    assert len(pages) == 5
    Site.get_site_root_paths()  # cached for all that follows
    with CaptureQueriesContext(connection) as single:
        model.describe_many(pages[:1])
    with CaptureQueriesContext(connection) as five:
        model.describe_many(pages)
    assert len(single) == len(five)


def a_plan_of(number: int):
    directory = SectionPageFactory(title="Annuaire", slug=f"annuaire-{number}")
    body = OrganisationFactory(parent=directory, title=f"Commission {number}")
    return PlanPageFactory(
        title=f"Plan {number}", parts=PARTS, signatories=[body],
        governance=[{"organisation_id": body.pk, "members": 3}],
        milestones=[{"start": "2014", "text": "Début", "target": body}],
        results=[{"label": "Compté", "value": "1"}], obstacles=["Un frein"],
    )  # fmt: skip


def years(page) -> set[str]:
    terms = Record.objects.get(page_id=page.pk).terms
    return {one.partition(":")[2] for one in terms if one.startswith("year:")}


def test_a_plan_is_found_by_every_year_of_its_period():
    plan = a_plan()
    before = PlanPageFactory(start="2019-05", end="2020-03")
    ended = PlanPageFactory(start="", end="2020")
    flush()
    assert years(plan) == {str(year) for year in range(2021, 2027)}
    assert years(before) == {"2019", "2020"}
    assert years(ended) == {"2020"}


def test_without_an_end_each_year_adds_itself_six_at_most():
    this = timezone.localdate().year
    plan = a_plan(start=str(this - 1), end="")
    flush()
    assert years(plan) == {str(this - 1), str(this)}
    assert Record.objects.get(page_id=plan.pk).changes_at.date() >= dt.date(this, 12, 31)
    day = dt.date(2026, 7, 1)
    assert in_force("2015", "", day) == (2020, None)
    assert in_force("2021", "", day)[0] == 2026
    last, moment = in_force("2030-05", "", day)
    assert (last, moment.year) == (2030, 2031)
    assert in_force("", "", day) == (None, None)
