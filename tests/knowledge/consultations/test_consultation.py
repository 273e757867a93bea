"""A past consultation: what it says of itself, and how it is entered."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.agenda.models import EventPage
from knowledge.consultations.models import ConsultationPage
from tests import admin as act
from tests.factories import ConceptFactory, SectionPageFactory, UserFactory
from tests.plan_factories import ConsultationPageFactory

pytestmark = pytest.mark.django_db


def flush() -> None:
    while touches.flush().left:
        pass


def event(title: str = "Séminaire régional", live: bool = True) -> EventPage:
    page = SectionPageFactory().add_child(instance=EventPage(title=title, live=live))
    return EventPage.objects.get(pk=page.pk)


def test_the_record_and_the_page_say_the_same(client):
    page = ConsultationPageFactory(
        title="Questionnaire", method="Questionnaire en ligne", start="2023-07", end="2023-09",
        invited=310, answered=112, turnout="Surtout des associations",
        questions=["Par où commencer ?", "Avec qui ?"],
        results=[{"label": "Se rencontrer", "value": "38", "unit": "voix", "text": "- ici\n- là"}],
        published_results="Deux thèmes :\n- l’accès\n- les inégalités",
        events=[event()],
    )  # fmt: skip
    flush()
    record = Record.objects.get(page_id=page.pk)
    said = json.loads(record.json.replace(BASE, ""))
    data = said["data"]
    assert data["period"] == {"start": "2023-07", "end": "2023-09"}
    assert (data["invited"], data["answered"]) == (310, 112)
    assert said["date"] == "2023-07"
    assert [link["relation"] for link in said["links"]] == ["meeting"]
    html = client.get(record.url).content.decode()
    found = [*data["questions"], data["method"], data["turnout"]]
    found += [one[name] for one in data["results"] for name in ("label", "value", "unit", "anchor")]
    for text in found:
        assert text.replace(" ?", "\u00a0?") in html, text
    for text in ("<li>l’accès</li>", "<li>là</li>", "Séminaire régional", "de juillet 2023"):
        assert text in " ".join(html.split()), text
    assert "112 réponses sur 310 personnes sollicitées" in html
    assert "Se rencontrer" in json.dumps(record.document, ensure_ascii=False)


def test_nothing_is_invented_where_the_source_is_silent(client):
    page = ConsultationPageFactory(questions=[], results=[])
    flush()
    record = Record.objects.get(page_id=page.pk)
    data = json.loads(record.json, strict=False)["data"]
    assert (data["invited"], data["answered"], record.date) == (None, None, None)
    html = client.get(record.url).content.decode()
    assert "Participation" not in html
    assert "Votes et résultats" not in html


def test_a_meeting_that_is_not_public_is_not_named(client):
    page = ConsultationPageFactory(events=[event("Réunion interne", live=False)])
    flush()
    record = Record.objects.get(page_id=page.pk)
    assert "Réunion interne" not in client.get(record.url).content.decode()
    assert json.loads(record.json, strict=False)["links"] == []


def test_five_cost_as_much_as_one():
    for number in range(5):
        ConsultationPageFactory(title=f"Consultation {number}", events=[event(f"É {number}")])
    pages = list(ConsultationPage.objects.select_related("locale"))
    Site.get_site_root_paths()  # cached for all that follows
    with CaptureQueriesContext(connection) as single:
        ConsultationPage.describe_many(pages[:1])
    with CaptureQueriesContext(connection) as five:
        ConsultationPage.describe_many(pages)
    assert len(single) == len(five)


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


def add_row(data, formset: str, **fields) -> None:
    place = int(data[f"{formset}-TOTAL_FORMS"])
    data[f"{formset}-TOTAL_FORMS"] = str(place + 1)
    for field, value in {"ORDER": place + 1, "id": "", "DELETE": "", **fields}.items():
        data[f"{formset}-{place}-{field}"] = str(value)


def test_it_is_saved_empty_then_complete_previewed_and_published(admin):
    ConceptFactory().scheme.__class__.objects.update(applies_to=["consultation"])
    names = ["knowledge_consultations", "consultationpage", SectionPageFactory().pk]
    add = reverse("wagtailadmin_pages:add", args=names)
    data = act.form(admin, add)
    data["title"], data["slug"] = "Vide", "vide"
    act.post(admin, add, data)
    assert not ConsultationPage.objects.get().live
    for name, value in {
        "title": "Questionnaire", "slug": "questionnaire", "summary": "Bref.",
        "method": "En ligne", "start": "07/2023", "end": "2023", "invited": "310",
        "answered": "112", "turnout": "", "published_results": "Deux thèmes.",
    }.items():  # fmt: skip
        data[name] = value
    add_row(data, "questions", text="Par où commencer ?")
    add_row(data, "results", label="Se rencontrer", value="38", unit="voix", text="")
    add_row(data, "meetings", event=event().pk)
    add_row(data, "descriptors", concept=ConceptFactory().pk)
    preview = reverse("wagtailadmin_pages:preview_on_add", args=names)
    assert admin.post(preview, data).json()["is_valid"] is True
    assert "Se rencontrer" in admin.get(preview).content.decode()
    data["action-publish"] = "1"
    act.post(admin, add, data)
    page = ConsultationPage.objects.get(slug="questionnaire")
    assert page.live
    assert page.start == "2023-07"
    anchor = page.results.get().anchor
    act.edit(admin, page, title="Questionnaire en ligne")
    assert ConsultationPage.objects.get(pk=page.pk).results.get().anchor == anchor


def test_bad_input_is_refused_at_its_field(admin):
    names = ["knowledge_consultations", "consultationpage", SectionPageFactory().pk]
    add = reverse("wagtailadmin_pages:add", args=names)
    for field, value in (("end", "06/2023"), ("start", "été 2023"), ("answered", "-3")):
        data = act.untouched(admin, add)
        data["title"], data["slug"], data["start"] = "Q", "q", "07/2023"
        data[field] = value
        response = admin.post(add, data)
        assert response.status_code == 200
        assert field in response.context["form"].errors, field
