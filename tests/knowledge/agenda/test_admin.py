"""An event as a documentalist makes it, through the real admin."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from cms.catalogue import touches
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from knowledge.agenda.models import EventPage, EventSeries
from tests.admin import form, untouched
from tests.agenda_factories import EventPageFactory, EventSeriesFactory, date
from tests.factories import DocumentFactory, SectionPageFactory, UserFactory
from tests.territory_factories import TerritoryFactory

pytestmark = pytest.mark.django_db

APP = ["knowledge_agenda", "eventpage"]


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def shelf():
    return SectionPageFactory(title="Agenda", slug="agenda")


def rows(name: str, *values: dict) -> dict:
    data = {
        f"{name}-TOTAL_FORMS": len(values), f"{name}-INITIAL_FORMS": 0,
        f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for place, row in enumerate(values):
        data |= {f"{name}-{place}-{key}": value for key, value in row.items()}
        data |= {f"{name}-{place}-ORDER": place + 1, f"{name}-{place}-DELETE": ""}
        data |= {f"{name}-{place}-id": ""}
    return data


def when(**fields) -> dict:
    """A row of dates as the form posts it."""
    return {
        "start_date": "2027-01-12", "start_time": "14:00", "end_date": "", "end_time": "16:30",
        "time_zone": "Europe/Paris", "recurrence": "", "interval": "1", "until": "", "times": "",
        "left_out": "", "status": "",
    } | fields  # fmt: skip


def adding(shelf) -> str:
    return reverse("wagtailadmin_pages:add", args=[*APP, shelf.pk])


def complete(**fields) -> dict:
    commune = TerritoryFactory(kind="commune", name="Lorvain", latitude=46.6, longitude=1.1)
    return (
        {
            "title": "Rencontre régionale", "slug": "rencontre-regionale", "summary": "Bref.",
            "status": "confirmed", "series": EventSeriesFactory(slug="aller-vers").pk,
            "mode": "hybrid", "place_name": "Salle des fêtes", "address": "1 place de l’Exemple",
            "commune": commune.pk, "latitude": "46.63", "longitude": "1.06",
            "online_url": "https://visio.example.org/", "seats": "40",
            "registration_url": "https://inscription.example.org/",
            "registration_deadline": "2027-01-10 12:00",
            "replay_url": "https://video.example.org/",
        }
        | rows("dates", when(), when(start_date="2027-02-02", recurrence="weekly", times="3",
                                     weekdays=["TU", "TH"], left_out="04/02/2027"))
        | rows("programme", {"title": "Accueil", "time": "14:00", "day": "", "speaker": "",
                             "text": "Café."})
        | rows("speakers", {"person": "", "name": "Sacha Exemple", "function": "Coordination"})
        | rows("documents", {"kind": "minutes", "document": DocumentFactory().pk, "title": "CR"})
        | fields
    )  # fmt: skip


def create(admin, shelf, data, action="action-publish"):
    data = untouched(admin, adding(shelf)).dict() | data
    if action:
        data[action] = "1"
    return admin.post(adding(shelf), data)


def errors_of(response) -> str:
    shown = response.context["form"]
    inner = {name: (f.errors, f.non_form_errors()) for name, f in shown.formsets.items()}
    return f"{shown.errors} {inner}"


def test_an_event_is_previewed_published_and_edited(admin, shelf):
    data = complete()
    preview = reverse("wagtailadmin_pages:preview_on_add", args=[*APP, shelf.pk])
    answer = admin.post(preview, form(admin, adding(shelf)).dict() | data).json()
    assert answer == {"is_valid": True, "is_available": True}
    html = admin.get(preview).content.decode()
    for text in ("Accueil", "Sacha Exemple", "Salle des fêtes"):
        assert text in html, text

    response = create(admin, shelf, data)
    assert response.status_code == 302, errors_of(response)
    page = EventPage.objects.get()
    assert page.live
    days = [str(one.start.date()) for one in page.moments()]
    assert days == ["2027-01-12", "2027-02-02", "2027-02-09"]
    assert timezone.localtime(page.registration_deadline).hour == 12
    record = Record.objects.get(page_id=page.pk)
    answer = json.loads(record.json.replace(BASE, ""))
    assert len(answer["occurrences"]) == 3
    assert answer["data"]["registration"]["deadline"] == "2027-01-10T12:00:00+01:00"
    assert admin.get(record.url).status_code == 200

    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    kept = form(admin, address)
    assert kept.getlist("dates-1-weekdays") == ["TU", "TH"]
    kept["title"] = "Rencontre de printemps"
    kept["action-publish"] = "1"
    response = admin.post(address, dict(kept.lists()))
    assert response.status_code == 302, errors_of(response)
    page.refresh_from_db()
    assert page.title == "Rencontre de printemps"
    assert [str(one.start.date()) for one in page.moments()] == days


def test_saved_empty_it_is_a_draft_and_cannot_be_published(admin, shelf):
    data = {"title": "Sans rien", "slug": "sans-rien"}
    response = create(admin, shelf, data, action="")
    assert response.status_code == 302, errors_of(response)
    page = EventPage.objects.get()
    assert not page.live
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    kept = form(admin, address)
    kept["action-publish"] = "1"
    refused = admin.post(address, kept)
    assert refused.status_code == 200
    assert "summary" in refused.context["form"].errors
    assert len(refused.context["form"].non_field_errors()) == 1, "a date is missing"


def test_an_event_online_needs_no_place(admin, shelf):
    data = complete(mode="online", place_name="", address="", commune="", latitude="", longitude="")
    response = create(admin, shelf, data)
    assert response.status_code == 302, errors_of(response)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"end_date": "2027-01-11"}, "end_date"),
        ({"end_time": "13:00"}, "end_time"),
        ({"recurrence": "weekly"}, "until"),
        ({"recurrence": "daily", "until": "2199-01-01"}, "until"),
        ({"recurrence": "weekly", "times": "3", "left_out": "nulle part"}, "left_out"),
        ({"recurrence": "weekly", "times": "-1"}, "times"),
        ({"recurrence": "hourly"}, "recurrence"),
        ({"recurrence": "weekly", "times": "3", "weekdays": ["XX"]}, "weekdays"),
        ({"start_date": ""}, "start_date"),
        ({"start_date": "31/02/2027"}, "start_date"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_dates_that_cannot_be_are_refused_at_their_field(admin, shelf, row, field):
    for action in ("", "action-publish"):
        response = create(admin, shelf, complete() | rows("dates", when(**row)), action)
        assert response.status_code == 200
        assert field in response.context["form"].formsets["dates"].errors[0]
        EventSeries.objects.all().delete()


def test_a_draft_without_a_time_zone_is_shown(admin, shelf):
    data = complete() | rows("dates", when(time_zone=""))
    assert "time_zone" in create(admin, shelf, data).context["form"].formsets["dates"].errors[0]
    assert create(admin, shelf, data, action="").status_code == 302
    address = reverse("wagtailadmin_pages:view_draft", args=[EventPage.objects.get().pk])
    assert admin.get(address).status_code == 200


def test_more_dates_than_an_event_may_have_are_refused(admin, shelf):
    row = {"recurrence": "daily", "times": "300"}
    data = complete() | rows("dates", when(**row), when(**row))
    response = create(admin, shelf, data)
    assert "start_date" in response.context["form"].formsets["dates"].errors[1]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"mode": "onsite"}, "online_url"),
        ({"longitude": ""}, "longitude"),
        ({"latitude": "95"}, "latitude"),
        ({"registration_url": "javascript:alert(1)"}, "registration_url"),
        ({"replay_url": "javascript:alert(1)"}, "replay_url"),
        ({"seats": "-1"}, "seats"),
    ],
)
def test_fields_that_cannot_be_are_refused(admin, shelf, fields, where):
    response = create(admin, shelf, complete(**fields))
    assert response.status_code == 200
    assert where in response.context["form"].errors


def test_a_speaker_needs_a_name(admin, shelf):
    data = complete() | rows("speakers", {"person": "", "name": " ", "function": "Coordination"})
    response = create(admin, shelf, data)
    assert "person" in response.context["form"].formsets["speakers"].errors[0]


def test_the_list_of_the_admin_shows_days_and_filters(admin):
    series = EventSeriesFactory()
    for number in range(3):
        EventPageFactory(title=f"Rencontre {number}", dates=[date("2027-01-12")], series=series)
    EventPageFactory(title="Annulée", status="cancelled", dates=[])
    touches.flush()
    response = admin.get("/admin/events/")
    assert response.status_code == 200
    html = response.content.decode()
    assert "Rencontre 2" in html
    with translation.override("fr"):
        assert html.count(date_format(dt.date(2027, 1, 12), "SHORT_DATE_FORMAT")) == 3
    html = admin.get("/admin/events/?status=cancelled").content.decode()
    assert "Annulée" in html
    assert "Rencontre 2" not in html
    assert admin.get(f"/admin/events/?ordering=first_day&series={series.pk}").status_code == 200


def test_a_cycle_is_made_in_the_admin(admin):
    address = reverse("wagtailsnippets_knowledge_agenda_eventseries:add")
    assert admin.get(address).status_code == 200
    data = {
        "title": "Aller vers", "slug": "aller-vers", "description": "", "texts-TOTAL_FORMS": "0",
        "texts-INITIAL_FORMS": "0", "texts-MIN_NUM_FORMS": "0", "texts-MAX_NUM_FORMS": "1000",
    }  # fmt: skip
    assert admin.post(address, data).status_code == 302
    assert EventSeries.objects.get().title == "Aller vers"
