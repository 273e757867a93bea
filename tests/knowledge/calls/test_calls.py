"""A call for projects: its hours, its page, its record, its form."""

import datetime as dt
import json
import re
from html import unescape
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.test.utils.form_data import rich_text, streamfield

from cms.catalogue import touches
from cms.catalogue.listing import Choice, Scope, count
from cms.catalogue.models import Record
from cms.catalogue.rendering import BASE
from cms.core.deadlines import sentence, spoken_hour, state
from knowledge.base.models import PageOrganisation
from knowledge.calls.models import CallPage, State
from tests.admin import form, nested_form_data, untouched
from tests.call_factories import CallPageFactory
from tests.factories import GuidePageFactory, SectionPageFactory, UserFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
OPENS = dt.datetime(2026, 3, 2, 9, 30, tzinfo=PARIS)
CLOSES = dt.datetime(2026, 4, 1, 12, 0, tzinfo=PARIS)
A_SECOND = dt.timedelta(seconds=1)
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def shelf():
    return SectionPageFactory(title="Appels à projets", slug="appels")


def at(moment: dt.datetime):
    """Freeze the clock by which Django tells the hour."""
    return patch("django.utils.timezone.now", return_value=moment.astimezone(dt.UTC))


def html_of(client, page) -> str:
    response = client.get(page.get_url())
    assert response.status_code == 200
    return unescape(response.content.decode()).replace("\u00a0", " ")


def answer(page) -> dict:
    touches.flush()
    return json.loads(Record.objects.get(page_id=page.pk, gone_at=None).json.replace(BASE, ""))


def test_the_same_page_opens_and_closes_by_itself_at_its_hours(client):
    call = CallPageFactory(
        opens_at=OPENS, closes_at=CLOSES, apply_url="https://dossier.example.org/"
    )
    touches.flush()
    before = Record.objects.get(page_id=call.pk)
    expected = [
        (OPENS - A_SECOND, "upcoming", False), (OPENS, "open", True),
        (CLOSES - A_SECOND, "open", True), (CLOSES, "closed", False),
    ]  # fmt: skip
    with translation.override("fr"):
        for moment, name, may_apply in expected:
            with at(moment):
                html = html_of(client, call)
                said = sentence(OPENS, CLOSES).replace("\u00a0", " ")
                assert f'data-state="{name}"' in html, moment
                assert said.replace("1er", "1<sup>er</sup>") in html
                assert ("dossier.example.org" in html) is may_apply
                assert count(Scope("fr"), Choice(open_only=True)) == (moment < CLOSES)
    touches.flush()
    after = Record.objects.get(page_id=call.pk)
    assert (before.version, before.digest) == (after.version, after.digest), "nothing was stored"
    assert CallPage.objects.get(pk=call.pk).latest_revision_id == call.latest_revision_id


@pytest.mark.parametrize(
    ("moment", "said", "first"),
    [
        (OPENS - A_SECOND, "Ouvre le lundi 2 mars 2026 à 9 h 30", "Déjà ouvert"),
        (OPENS, "Ouvert jusqu’au mercredi 1er avril 2026 à 12 h", "Le printemps"),
        (CLOSES, "Clos depuis le mercredi 1er avril 2026 à 12 h", "Déjà ouvert"),
    ],
)
def test_a_list_says_where_a_call_stands_at_the_very_hour(client, shelf, moment, said, first):
    """On the day of opening too: upcoming until its hour, open from then on."""
    CallPageFactory(title="Le printemps", parent=shelf, opens_at=OPENS, closes_at=CLOSES)
    CallPageFactory(
        title="Déjà ouvert", parent=shelf, opens_at=OPENS - 9 * A_DAY, closes_at=CLOSES + A_DAY
    )
    touches.flush()
    with at(moment):
        html = html_of(client, shelf).replace("<sup>er</sup>", "er")
    assert said in html
    assert re.findall(r'<a href="[^"]+">([^<]+)</a></h2>', html)[0] == first


def test_hours_are_those_of_the_site_whatever_zone_is_active():
    with translation.override("fr"), timezone.override("Pacific/Auckland"):
        assert spoken_hour(CLOSES).replace("\u00a0", " ").endswith("12 h")
        assert spoken_hour(OPENS).replace("\u00a0", " ").endswith("9 h 30")
        assert "mercredi 1er avril 2026" in spoken_hour(CLOSES).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (None, None, None), (None, CLOSES, State.OPEN), (OPENS, None, State.OPEN),
        (CLOSES, None, State.UPCOMING), (None, OPENS, State.CLOSED),
    ],
)  # fmt: skip
def test_a_call_may_lack_one_of_its_hours(opens, closes, expected):
    now = OPENS + dt.timedelta(days=3)
    assert state(opens, closes, now) == expected
    assert bool(sentence(opens, closes, now)) is (expected is not None)


def test_the_record_and_the_page_say_the_same(client):
    funder = GuidePageFactory(title="Agence de santé")
    results = GuidePageFactory(title="Les lauréats")
    call = CallPageFactory(
        opens_at=OPENS, closes_at=CLOSES, programme="Culture et santé", amount_min="2000",
        amount_max="15000", apply_url="https://dossier.example.org/", results_page=results,
        eligibility=[{"type": "paragraph", "value": "<p>Les hôpitaux.</p>"}],
    )  # fmt: skip
    PageOrganisation.objects.create(page_id=call.pk, organisation=funder, role="funder")
    found = answer(call)
    record = Record.objects.get(page_id=call.pk)
    assert record.open_until == CLOSES
    assert found["data"]["opens_at"] == "2026-03-02T09:30:00+01:00"
    assert found["data"]["closes_at"] == "2026-04-01T12:00:00+02:00"
    assert (found["data"]["amount_min"], found["data"]["amount_max"]) == (2000, 15000)
    assert [(one["name"], one["role"]) for one in found["organisations"]] == [
        ("Agence de santé", "funder")
    ]
    assert [link["relation"] for link in found["links"]] == ["results"]
    assert found["date"] == "2026-03-02"
    assert found["occurrences"] == []
    assert "state" not in json.dumps(found["data"])
    html = html_of(client, call)
    for said in ("Culture et santé", "2 000 €", "15 000 €", "Les hôpitaux.", "Les lauréats"):
        assert said in html, said
    assert "Les hôpitaux." in json.dumps(found["body"], ensure_ascii=False)
    assert call.title in html_of(client, results)


def test_a_list_of_calls_shows_the_open_ones_first_the_next_to_close_before(client):
    now, day = timezone.now(), dt.timedelta(days=1)
    CallPageFactory(title="Clos", closes_at=now - day)
    CallPageFactory(title="Appel prochain", opens_at=now + 5 * day, closes_at=now + 30 * day)
    CallPageFactory(title="Longtemps ouvert", closes_at=now + 90 * day)
    last = CallPageFactory(title="Bientôt clos", closes_at=now + day)
    touches.flush()
    html = html_of(client, last.get_parent())
    titles = ["Bientôt clos", "Longtemps ouvert", "Appel prochain", "Clos"]
    places = [html.index(f">{title}<") for title in titles]
    assert places == sorted(places)
    with translation.override("fr"):
        said = [sentence(None, last.closes_at), sentence(None, now - day)]
    assert all(text.replace("\u00a0", " ") in html for text in said)


def test_results_that_are_not_public_are_not_named(client):
    call = CallPageFactory(results_page=GuidePageFactory(title="Lauréats secrets", live=False))
    assert answer(call)["links"] == []
    assert "secrets" not in html_of(client, call)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"amount": "80 % du budget", "amount_max": "5"}, "80 % du budget"),
        ({"amount_min": "500"}, "500"), ({"amount_max": "2500.50"}, "500,50"),
        ({"amount_min": "700", "amount_max": "700"}, "700"), ({}, ""),
    ],
)  # fmt: skip
def test_an_amount_is_said_as_far_as_it_is_known(fields, shown):
    call = CallPage.objects.get(pk=CallPageFactory(**fields).pk)
    with translation.override("fr"):
        assert shown in call.spoken_amount
        assert bool(call.spoken_amount) is bool(shown)


def test_a_batch_is_described_in_as_many_queries_as_one():
    results = GuidePageFactory()
    made = [CallPageFactory(results_page=results).pk for _ in range(5)]
    pages = list(CallPage.objects.filter(pk__in=made).select_related("locale"))
    CallPage.describe_many(pages[:1])  # the addresses of the site are kept from now on
    with CaptureQueriesContext(connection) as one:
        CallPage.describe_many(pages[:1])
    with CaptureQueriesContext(connection) as five:
        drafts = CallPage.describe_many(pages)
    assert len(one) == len(five)
    assert all(draft.open_until for draft in drafts)


# The form


def address(name: str, *arguments) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=arguments)


def add_address(shelf) -> str:
    return address("add", "knowledge_calls", "callpage", shelf.pk)


def complete() -> dict:
    stream = streamfield([("paragraph", rich_text("<p>Les associations</p>"))])
    return {
        "title": "Santé et jardins", "slug": "sante-et-jardins", "summary": "Bref.",
        "opens_at": "2026-03-02 09:30", "closes_at": "2026-04-01 12:00", "programme": "Jardins",
        "amount": "", "amount_min": "1000", "amount_max": "5000",
        "apply_url": "https://dossier.example.org/jardins",
        "results_page": str(GuidePageFactory(title="Les lauréats").pk),
        "organisations-TOTAL_FORMS": 1, "organisations-0-role": "funder",
        "organisations-0-organisation": "", "organisations-0-name": "Agence",
        "organisations-0-ORDER": 1, "organisations-0-DELETE": "",
        **nested_form_data({"eligibility": stream, "body": stream}),
    }  # fmt: skip


def test_a_call_is_created_previewed_and_published(admin, shelf):
    data = form(admin, add_address(shelf)).dict() | complete()
    preview = address("preview_on_add", "knowledge_calls", "callpage", shelf.pk)
    assert admin.post(preview, data).json() == {"is_valid": True, "is_available": True}
    assert "Les associations" in admin.get(preview).content.decode()
    response = admin.post(add_address(shelf), data | {"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors
    call = CallPage.objects.get()
    assert call.live
    assert call.closes_at == CLOSES
    html = html_of(admin, call)
    assert "Agence" in html
    assert "1 000 €" in html
    assert form(admin, address("edit", call.pk))["closes_at"] == "2026-04-01 12:00"


def test_a_draft_may_be_empty_and_needs_its_hour_to_be_published(admin, shelf):
    data = form(admin, add_address(shelf)).dict() | {"title": "Une idée", "slug": "une-idee"}
    assert admin.post(add_address(shelf), data).status_code == 302
    call = CallPage.objects.get()
    edit = address("edit", call.pk)
    refused = admin.post(edit, form(admin, edit).dict() | {"action-publish": "1"})
    assert {"summary", "closes_at"} <= set(refused.context["form"].errors)
    response = admin.post(edit, form(admin, edit).dict() | complete() | {"action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors
    call.refresh_from_db()
    assert call.live


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"closes_at": "2026-03-02 09:29"}, "closes_at"),
        ({"closes_at": "2026-03-02 09:30"}, "closes_at"),
        ({"closes_at": "demain"}, "closes_at"),
        ({"opens_at": "2026-02-30 09:00"}, "opens_at"),
        ({"amount_max": "999"}, "amount_max"),
        ({"amount_min": "-1"}, "amount_min"),
        ({"apply_url": "javascript:alert(1)"}, "apply_url"),
        ({"apply_url": "ftp://example.org/"}, "apply_url"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(admin, shelf, changed, field):
    data = untouched(admin, add_address(shelf)).dict() | complete() | changed
    response = admin.post(add_address(shelf), data | {"action-publish": "1"})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not CallPage.objects.exists()


def test_a_form_that_comes_back_counts_a_funder_and_no_other_organisation(admin, shelf):
    data = untouched(admin, add_address(shelf)).dict() | complete() | {"summary": ""}
    for role, there in (("partner", False), ("funder", True)):
        data |= {"organisations-0-role": role, "action-publish": "1"}
        response = admin.post(add_address(shelf), data)
        assert response.status_code == 200
        assert ('href="#id_organisations"' not in response.content.decode()) is there


def test_a_call_is_not_its_own_result(admin):
    call = CallPageFactory()
    edit = address("edit", call.pk)
    response = admin.post(edit, form(admin, edit).dict() | {"results_page": str(call.pk)})
    assert "results_page" in response.context["form"].errors


def test_calls_are_listed_and_filtered_by_where_they_stand_now(admin):
    now = timezone.now()
    day = dt.timedelta(days=1)
    CallPageFactory(title="Ouvert")
    CallPageFactory(title="Sans ouverture", opens_at=None)
    CallPageFactory(title="Clos", closes_at=now - day)
    CallPageFactory(title="À venir", opens_at=now + day)
    CallPageFactory(title="Sans heures", opens_at=None, closes_at=None)
    index = reverse("calls_for_projects:index")
    assert len(admin.get(index).context["page_obj"]) == 5
    expected = {"open": {"Ouvert", "Sans ouverture"}, "closed": {"Clos"}, "upcoming": {"À venir"}}
    for name, titles in expected.items():
        listing = admin.get(index, {"state": name})
        assert {page.title for page in listing.context["page_obj"]} == titles
        assert all(page.state == name for page in listing.context["page_obj"])
