"""A training as a documentalist makes it, through the real admin."""

import re

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    rich_text,
    streamfield,
)

from cms.catalogue import touches
from cms.core.templatetags.relais import partial_date
from knowledge.directory.models import OrganisationPage
from knowledge.trainings.models import TrainingPage, TrainingSession
from tests import admin as desk
from tests.factories import ConceptFactory, ConceptSchemeFactory, PageFactory, UserFactory
from tests.territory_factories import TerritoryFactory
from tests.training_factories import TrainingPageFactory, in_days

pytestmark = pytest.mark.django_db

TEXTS = ("context", "objectives", "skills", "audience", "prerequisites", "programme", "methods")


class ActorFactory(PageFactory):
    class Meta:
        model = OrganisationPage

    title = "Relais Val-de-Brume"

    @classmethod
    def default_parent(cls):
        return TrainingPageFactory.default_parent()


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def address():
    """Where a new training is made."""
    shelf = TrainingPageFactory.default_parent()
    return reverse("wagtailadmin_pages:add", args=["knowledge_trainings", "trainingpage", shelf.pk])


def rows(name, items):
    """Rows as their formset posts them."""
    return nested_form_data({name: inline_formset(items)})


def row(**fields):
    """A session as its form posts it."""
    return {
        "start": in_days(10).isoformat(), "end": "", "start_time": "", "end_time": "",
        "schedule": "", "status": "open", "place_name": "", "address": "", "commune": "",
        "latitude": "", "longitude": "", "online_url": "", "seats": "", "seats_taken": "",
        "registration_url": "", "registration_deadline": "", **fields,
    }  # fmt: skip


def texts(names=TEXTS):
    return nested_form_data(
        {
            name: streamfield([("paragraph", rich_text(f"<p>Le texte {name}.</p>"))])
            for name in names
        }
    )


def complete(admin, address, **fields):
    actor = ActorFactory()
    town = TerritoryFactory(kind="commune", name="Le Blanc", latitude=46.6, longitude=1.1)
    scheme = ConceptSchemeFactory(slug="themes", applies_to=["training"])
    data = desk.form(admin, address, "page-edit-form")
    data.update(texts())
    data.update(rows("sessions", [
        row(end=in_days(11).isoformat(), start_time="09:00", end_time="17:00", commune=town.pk,
            place_name="Salle du Gué", address="1 rue du Gué", seats="12", seats_taken="3",
            registration_url="https://example.org/i",
            registration_deadline=in_days(5).isoformat()),
        row(start="", status="postponed"),
    ]))  # fmt: skip
    data.update(rows("speakers", [
        {"person": actor.pk, "name": "", "function": "Formation"},
        {"person": "", "name": "Alix Fictif", "function": ""},
    ]))  # fmt: skip
    data.update(rows("descriptors", [{"concept": ConceptFactory(scheme=scheme).pk}]))
    data.update(rows("territories", [{"territory": town.pk}]))
    data.update(rows("organisations", [
        {"organisation": actor.pk, "name": "", "role": "organiser"},
    ]))  # fmt: skip
    data.update(rows("contacts", [{"actor": actor.pk, "role": "Inscriptions"}]))
    values = {
        "title": "Évaluer une action", "slug": "evaluer", "summary": "Trois jours.",
        "modality": "mixed", "duration_hours": "21", "duration_text": "3 jours",
        "price_euros": "350", "price_text": "repas compris", "accessibility": "Plain-pied.",
        "certification": "Évaluateur", "certification_code": "RS5478",
        "formacodes": "13154, 44591", "public_codes": "82044", "course": "1",
        "entry_level": "1", "entry_level_required": "on", "permanent_entry": "on",
        "alternation": "Sans objet", "costs_covered": "True", "activity_number": "24360000036",
        "registration_address": "1 rue du Gué, 36300 Le Blanc", **fields,
    }  # fmt: skip
    for name, value in values.items():
        data[name] = value
    return data


def errors(response):
    form = response.context["form"]
    inner = {name: (f.errors, f.non_form_errors()) for name, f in form.formsets.items()}
    return f"{form.errors} {inner}"


def test_a_training_is_previewed_created_and_published_with_all_its_fields(admin, address):
    data = complete(admin, address)
    preview = address.replace("/add/", "/add/", 1) + "preview/"
    assert admin.post(preview, data).json() == {"is_valid": True, "is_available": True}
    shown = admin.get(preview)
    assert shown.status_code == 200
    for text in ("Salle du Gué, 1 rue du Gué, Le Blanc", "Le texte methods.", "Alix Fictif"):
        assert text in shown.content.decode(), text
    data["action-publish"] = "1"
    response = admin.post(address, data)
    assert response.status_code == 302, errors(response)
    page = TrainingPage.objects.get()
    assert page.live
    assert all(getattr(page, name) for name in TEXTS)
    assert page.sessions.count() == 2
    assert page.speakers.count() == 2
    assert (page.costs_covered, page.entry_level_required, page.permanent_entry) == (True,) * 3
    assert [check.field for check in page.checklist if not check.done(page)] == []
    edit = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert re.search(r"14 \w+ 14", edit)
    # Nothing changes by opening the form and saving it again.
    desk.edit(admin, page)
    assert TrainingSession.objects.filter(page=page).count() == 2
    assert page.get_latest_revision_as_object().programme[0].value.source == (
        "<p>Le texte programme.</p>"
    )


def test_saved_empty_it_is_a_draft_but_is_not_published(admin, address):
    data = desk.form(admin, address)
    data["title"], data["slug"] = "Un titre", "un-titre"
    response = admin.post(address, data)
    assert response.status_code == 302, errors(response)
    page = TrainingPage.objects.get()
    assert not page.live
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = desk.form(admin, edit)
    data["action-publish"] = "1"
    refused = admin.post(edit, data)
    assert refused.status_code == 200
    assert set(refused.context["form"].errors) == {"summary", "objectives", "audience"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"is_free": "on", "price_euros": "10"}, "price_euros"),
        ({"price_euros": "-1"}, "price_euros"),
        ({"duration_hours": "-2"}, "duration_hours"),
        ({"formacodes": "1315"}, "formacodes"),
        ({"formacodes": "13154 13155 13156 13157 13158 13159"}, "formacodes"),
        ({"public_codes": "tous"}, "public_codes"),
        ({"certification_code": "5478"}, "certification_code"),
        ({"activity_number": "2436000003"}, "activity_number"),
        ({"modality": "hybrid"}, "modality"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(admin, address, fields, field):
    data = desk.untouched(admin, address)
    data.update({"title": "Évaluer", "slug": "evaluer", "price_euros": "", **fields})
    response = admin.post(address, data)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {field}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"end": in_days(9).isoformat()}, "end"),
        ({"start": "", "status": "open"}, "start"),
        ({"start": "2026-02-31"}, "start"),
        ({"seats": "5", "seats_taken": "6"}, "seats_taken"),
        ({"seats": "-5"}, "seats"),
        ({"registration_deadline": in_days(12).isoformat()}, "registration_deadline"),
        ({"registration_url": "javascript:alert(1)"}, "registration_url"),
    ],
)
def test_a_wrong_session_is_refused_at_its_field(admin, address, fields, field):
    data = desk.untouched(admin, address)
    data.update({"title": "Évaluer", "slug": "evaluer"})
    data.update(rows("sessions", [row(**fields)]))
    response = admin.post(address, data)
    assert response.status_code == 200
    assert field in response.context["form"].formsets["sessions"].errors[0]


def test_a_speaker_without_a_name_is_refused(admin, address):
    data = desk.untouched(admin, address)
    data.update({"title": "Évaluer", "slug": "evaluer"})
    data.update(rows("speakers", [{"person": "", "name": " ", "function": "Médecin"}]))
    response = admin.post(address, data)
    assert "person" in response.context["form"].formsets["speakers"].errors[0]


def test_the_form_counts_what_lheo_asks_and_leads_to_each_gap(admin):
    actor = ActorFactory()
    page = TrainingPageFactory(organisations=[{"organisation": actor, "role": "organiser"}])
    touches.flush()
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    found = re.search(r"LHEO\s?: (\d+) \w+ 26", html)
    start = html.index(found[0])
    panel = html[start : html.index("</section>", start)]
    assert panel.count("<li>") == 26 - int(found[1])
    assert 'data-w-focus-target-value="#id_formacodes"' in panel
    assert "#id_sessions-ADD" in panel
    assert "nom-organisme" not in panel
    edit = reverse("wagtailadmin_pages:edit", args=[actor.pk])
    assert f'href="{edit}"' in panel[panel.index("SIRET") - 200 : panel.index("SIRET")]


def test_the_list_of_trainings_has_the_next_session_and_filters(admin):
    TrainingPageFactory(
        title="Prévue", sessions=[{"start": 9}, {"start": 3, "status": "cancelled"}]
    )
    TrainingPageFactory(title="Passée", sessions=[{"start": -9}], modality="remote")
    address = reverse("trainings:index")

    def titles(**question):
        html = admin.get(address, question).content.decode()
        return {title for title in ("Prévue", "Passée") if title in html}

    assert titles() == {"Prévue", "Passée"}
    assert partial_date(in_days(9)) in admin.get(address).content.decode()
    assert titles(planned="yes") == {"Prévue"}
    assert titles(planned="no") == {"Passée"}
    assert titles(modality="remote") == {"Passée"}
    assert titles(ordering="-next_session") == {"Prévue", "Passée"}
