"""A training's record and its page say the same."""

import datetime as dt
import json
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cms.catalogue import touches
from cms.catalogue.models import Dependency, Record
from cms.catalogue.rendering import BASE
from cms.catalogue.tasks import sweep
from knowledge.directory.models import OrganisationPage
from knowledge.trainings.models import TrainingPage
from knowledge.trainings.presenting import price
from tests.factories import ConceptFactory, HomePageFactory, PageFactory, locale
from tests.territory_factories import TerritoryFactory
from tests.training_factories import TrainingPageFactory, in_days

pytestmark = pytest.mark.django_db

ADDRESS = "https://example.org/inscription"


class ActorFactory(PageFactory):
    class Meta:
        model = OrganisationPage

    title = "Relais Val-de-Brume"

    @classmethod
    def default_parent(cls):
        return TrainingPageFactory.default_parent()


def commune(**fields):
    return TerritoryFactory(
        kind="commune", name="Le Blanc", latitude=46.63, longitude=1.06, **fields
    )


def record(page) -> Record:
    touches.flush()
    return Record.objects.get(page_id=page.pk, gone_at=None)


def answer(page) -> dict:
    return json.loads(record(page).json.replace(BASE, ""))


def full(**fields) -> TrainingPage:
    town = commune()
    actor = ActorFactory()
    return TrainingPageFactory(
        **{
            "context": "<p>Le contexte.</p>",
            "skills": "<p>Choisir des indicateurs.</p>",
            "prerequisites": "<p>Aucun.</p>",
            "programme": [{"type": "step", "value": {
                "title": "Jour 1", "duration": "Une journée", "content": "<p>Cadrer.</p>"}}],
            "methods": "<p>Cas pratiques.</p>",
            "modality": "mixed",
            "duration_hours": "21",
            "duration_text": "3 jours",
            "price_euros": "350",
            "price_text": "repas compris",
            "accessibility": "Salle de plain-pied.",
            "certification": "Évaluateur certifié",
            "certification_code": "RS5478",
            "sessions": [
                {"start": 20, "end": 22, "commune": town, "place_name": "Salle du Gué",
                 "seats": 12, "seats_taken": 4, "registration_url": ADDRESS},
                {"start": -40, "commune": town},
                {"start": 60, "status": "cancelled"},
            ],
            "speakers": [{"person": actor, "function": "Formation"}, {"name": "Alix Fictif"}],
            "organisations": [{"organisation": actor, "role": "organiser"}],
            "contacts": [actor],
            "concepts": [ConceptFactory()],
            "territories": [TerritoryFactory()],
            **fields,
        }
    )  # fmt: skip


def test_the_record_says_all_of_the_training():
    page = full()
    found = answer(page)
    data = found["data"]
    assert [block["value"]["title"] for block in found["body"] if block["type"] == "chapter"] == [
        str(heading) for heading, _anchor, _body in page.sections()
    ]
    assert [one["name"] for one in data["sections"]] == [
        "context", "objectives", "skills", "audience", "prerequisites", "programme", "methods",
    ]  # fmt: skip
    assert (data["modality"], data["duration_hours"], data["price_euros"]) == ("mixed", 21, 350)
    assert [one["start"] for one in data["sessions"]] == [
        in_days(number).isoformat() for number in (-40, 20, 60)
    ]
    assert data["sessions"][1]["place"] == "Salle du Gué, Le Blanc"
    assert [one["name"] for one in data["speakers"]] == ["Relais Val-de-Brume", "Alix Fictif"]
    assert data["speakers"][0]["uid"]
    assert [one["status"] for one in found["occurrences"]] == [
        "confirmed", "confirmed", "cancelled",
    ]  # fmt: skip
    assert [one["label"] for one in found["points"]] == ["Le Blanc", "Salle du Gué, Le Blanc"]
    assert "modality:mixed" in record(page).terms_broader


def test_what_the_text_says_is_found():
    text = json.dumps(record(full()).document, ensure_ascii=False)
    for word in ("Choisir des indicateurs", "Cadrer", "Cas pratiques", "plain-pied",
                 "Alix Fictif", "Salle du Gué", "Évaluateur certifié"):  # fmt: skip
        assert word in text, word


def test_it_is_open_until_its_last_session_that_is_held():
    page = TrainingPageFactory(
        sessions=[{"start": 5}, {"start": 30, "status": "cancelled"}, {"start": -5}]
    )
    last = timezone.localtime(record(page).open_until).date()
    assert last == in_days(6)
    past = TrainingPageFactory(sessions=[{"start": -5}])
    assert record(past).open_until < timezone.now()


def test_the_page_shows_what_the_record_says(client):
    page = full()
    html = client.get(record(page).url).content.decode()
    for text in ("Le contexte.", "Choisir des indicateurs.", "Jour 1", "Cas pratiques.",
                 "Salle du Gué, Le Blanc", "Alix Fictif", "Salle de plain-pied.",
                 "Évaluateur certifié (RS5478)", "3 jours", "350\u00a0€, repas compris",
                 f'href="{ADDRESS}"'):  # fmt: skip
        assert text in html, text
    for anchor in ("contexte", "objectifs", "competences", "public", "prerequis", "programme",
                   "methodes", "sessions", "accessibilite", "intervenants"):  # fmt: skip
        assert html.count(f'id="{anchor}"') == 1, anchor
        assert f'href="#{anchor}"' in html


def test_the_next_session_comes_first_and_past_ones_are_folded(client):
    page = full()
    html = client.get(record(page).url).content.decode()
    year = str(in_days(-40).year)
    start = html.index('<details class="open">')
    folded = html[start : html.index("</details>", start)]
    assert "Salle du Gué" not in folded
    assert year in folded
    head = html[html.index("<main") : html.index('id="sessions"')]
    assert "Salle du Gué" in head


def test_a_cancelled_session_is_not_the_next_one(client):
    rows = [
        {"start": 3, "status": "cancelled", "place_name": "Ici"},
        {"start": 9, "place_name": "Là-bas"},
    ]
    html = client.get(record(TrainingPageFactory(sessions=rows)).url).content.decode()
    head = html[html.index("<main") : html.index('id="sessions"')]
    assert "Là-bas" in head
    assert "Ici" not in head


@pytest.mark.parametrize(
    "row",
    [
        {"seats": 10, "seats_taken": 10},
        {"status": "full"},
        {"status": "cancelled"},
        {"status": "postponed"},
    ],
)
def test_a_session_that_nobody_can_join_says_so_and_offers_no_inscription(client, row):
    page = TrainingPageFactory(sessions=[{"start": 9, "registration_url": ADDRESS, **row}])
    html = client.get(record(page).url).content.decode()
    assert ADDRESS not in html
    assert 'class="session-state"' in html


def test_a_past_session_offers_nothing(client):
    row = {"start": -9, "registration_url": ADDRESS, "online_url": "https://example.org/salle"}
    page = TrainingPageFactory(sessions=[row])
    html = client.get(record(page).url).content.decode()
    assert "example.org" not in html


def test_the_room_online_of_a_past_or_cancelled_session_is_told_to_nobody(client):
    room = "https://salle.example.org/"
    page = TrainingPageFactory(
        sessions=[
            {"start": -9, "online_url": f"{room}passee"},
            {"start": 8, "online_url": f"{room}annulee", "status": "cancelled"},
            {"start": 9, "online_url": f"{room}a-venir"},
        ]
    )
    told = [one["online_url"] for one in answer(page)["data"]["sessions"]]
    assert told == ["", "", f"{room}a-venir"]
    html = client.get(record(page).url).content.decode()
    api = client.get(f"/api/v1/records/{record(page).uid}").content.decode()
    for exit_ in (html, api):
        assert f"{room}a-venir" in exit_
        assert f"{room}passee" not in exit_
        assert f"{room}annulee" not in exit_


def test_the_room_online_vanishes_by_itself_when_the_session_ends(client):
    row = {"start": 2, "start_time": dt.time(9), "end_time": dt.time(12),
           "online_url": "https://salle.example.org/"}  # fmt: skip
    page = TrainingPageFactory(sessions=[row])
    end = page.sessions.get().over_at
    address = f"/api/v1/records/{record(page).uid}"
    for moment, told in ((end - dt.timedelta(minutes=1), True), (end, False)):
        with patch("django.utils.timezone.now", return_value=moment):
            sweep()
            html = client.get(record(page).url).content.decode()
            assert ("salle.example.org" in html) is told
            assert ("salle.example.org" in client.get(address).content.decode()) is told
    version = record(page).version
    with patch("django.utils.timezone.now", return_value=end + dt.timedelta(days=9)):
        sweep()
    assert record(page).version == version, "once"


def test_a_price_is_said_in_figures_then_in_words():
    free = TrainingPage(is_free=True, price_text="repas à votre charge")
    assert price(free).endswith(", repas à votre charge")
    assert price(TrainingPage()) == ""
    assert price(TrainingPage(price_text="sur devis")) == "sur devis"
    assert price(TrainingPage(price_euros=Decimal("350.00"))) == "350\u00a0€"
    assert price(TrainingPage(price_euros=Decimal("12.50"))) == "12,50\u00a0€"


def test_somebody_whose_page_is_not_public_is_not_named(client):
    hidden = ActorFactory(title="Camille Exemple", live=False)
    page = TrainingPageFactory(speakers=[{"person": hidden, "function": "Formatrice"}])
    assert answer(page)["data"]["speakers"] == []
    html = client.get(record(page).url).content.decode()
    assert "Camille" not in html
    assert "Formatrice" not in html
    assert Dependency.objects.filter(page_id=page.pk, kind="page", object_id=hidden.pk).exists()


def test_a_batch_costs_the_same_for_one_and_for_five():
    pages = [full(title=f"Formation {number}") for number in range(5)]
    pages = list(
        TrainingPage.objects.filter(pk__in=[page.pk for page in pages]).select_related("locale")
    )
    TrainingPage.describe_many(pages)  # what is the same for all is known from here on
    with CaptureQueriesContext(connection) as one:
        TrainingPage.describe_many(pages[:1])
    with CaptureQueriesContext(connection) as five:
        TrainingPage.describe_many(pages)
    assert len(one) == len(five)


def test_the_page_costs_the_same_whatever_its_sessions(client):
    few = full()
    many = full(sessions=[{"start": n, "commune": commune()} for n in range(1, 15)])
    numbers = []
    for page in (few, many):
        address = record(page).url
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_a_translation_keeps_the_rows_and_has_headings_of_its_own_language():
    page = full()
    HomePageFactory(locale=locale("en"))
    english = page.copy_for_translation(locale("en"), copy_parents=True)
    assert english.sessions.count() == page.sessions.count()
    assert english.speakers.count() == page.speakers.count()
    with translation.override("en"):
        expected = [str(heading) for heading, _anchor, _body in english.sections()]
    found = TrainingPage.bodies([TrainingPage.objects.get(pk=english.pk)])[english.pk]
    assert [title for title, _stream in found] == expected


def test_a_date_of_a_source_stays_a_year():
    """Free text is never read as a date."""
    page = TrainingPageFactory(context="<p>Première expérimentation en 2019.</p>")
    assert answer(page)["date"] is None
    assert dt.date.today().isoformat() not in json.dumps(answer(page)["occurrences"])
