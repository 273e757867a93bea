"""The report of searches, as a documentalist works with it."""

import csv
import datetime as dt
from io import BytesIO, StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from knowledge.thesaurus.models import Concept
from search.desk import concepts
from search.desk.models import SearchClick, SearchDay, SearchedText
from search.desk.texts import text_key
from tests.admin import form, post
from tests.factories import ConceptFactory, UserFactory
from tests.search import corpus

pytestmark = pytest.mark.django_db


def searched(text, *, now=0, before=0, empty=0, clicks=0, results=5, weeks=4, locale="fr"):
    """Searches of the last weeks and of those before, on two days each."""
    today = timezone.localdate()
    made = SearchedText.objects.create(
        text=text_key(text), locale=locale, written=text, searches=now + before,
        results=results, engine="postgresql", last_day=today,
    )  # fmt: skip
    if now:
        SearchDay.objects.create(searched=made, day=today, searches=now, empty=empty)
    if before:
        day = today - dt.timedelta(weeks=weeks, days=3)
        SearchDay.objects.create(searched=made, day=day, searches=before)
    if clicks:
        SearchClick.objects.create(
            searched=made, day=today, uid=corpus.uid_of("x"), position=1, clicks=clicks
        )
    return made


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


def reader(*codenames):
    """Somebody who works in the admin with these permissions."""
    group = Group.objects.create(name="Un groupe")
    group.permissions.add(*Permission.objects.filter(codename__in=("access_admin", *codenames)))
    user = UserFactory(is_superuser=False, is_staff=False)
    user.groups.add(group)
    return user


def rows(client, **asked) -> list[str]:
    response = client.get(reverse("searches_report"), asked)
    assert response.status_code == 200
    return [str(text) for text in response.context["object_list"]]


def test_most_frequent_first_over_four_weeks(admin):
    searched("mobilité", now=5)
    searched("CLS", now=9)
    searched("avant", before=9)
    assert rows(admin) == ["CLS", "mobilité"]
    assert rows(admin, weeks="12") == ["avant", "CLS", "mobilité"]
    assert rows(admin, ordering="asked") == ["mobilité", "CLS"]


def test_without_result_is_what_still_finds_nothing(admin):
    searched("sans rien", now=4, empty=4, results=0)
    searched("résolu depuis", now=4, empty=3, results=2)
    searched("trouvé", now=4)
    assert rows(admin, list="empty") == ["sans rien"]


def test_without_click_is_what_was_searched_several_times(admin):
    searched("personne n’ouvre", now=4)
    searched("on ouvre", now=4, clicks=1)
    searched("sans rien", now=4, empty=4, results=0)
    assert rows(admin, list="unclicked") == ["personne n’ouvre"]


def test_falling_is_more_than_chance(admin):
    searched("chute", now=2, before=20)
    searched("petite baisse", now=16, before=20)
    searched("presque rien", before=4)
    searched("disparu", before=9)
    assert rows(admin, list="falling") == ["chute", "disparu"]


def test_what_somebody_typed_alone_is_shown_to_nobody(admin):
    searched("Camille Martin", now=2)
    searched("Camille Martin diabète", now=1, empty=1, results=0)
    searched("", now=50)
    ConceptFactory(label="Médico-social", alternatives=["ESMS"])
    searched("medico social", now=1)
    for kind in ("frequent", "empty", "unclicked"):
        page = admin.get(reverse("searches_report"), {"list": kind}).content.decode()
        assert "Camille" not in page
        answer = admin.get(reverse("searches_report"), {"list": kind, "export": "csv"})
        assert b"Camille" not in b"".join(answer.streaming_content)
    assert rows(admin) == ["medico social"]
    assert rows(admin, text="Camille") == []
    assert "50 recherches" in admin.get(reverse("searches_report")).content.decode()


def test_an_empty_report_says_so(admin):
    for kind in ("frequent", "empty", "unclicked", "falling"):
        response = admin.get(reverse("searches_report"), {"list": kind})
        said = str(response.context["no_results_message"])
        assert said
        assert said in response.content.decode()
    for wrong in ({"list": "x"}, {"weeks": "0"}, {"weeks": "x"}, {"p": "99"}, {"ordering": "x"}):
        assert admin.get(reverse("searches_report"), wrong).status_code == 200


def test_it_is_for_documentalists(client):
    searched("mobilité", now=5)
    address = reverse("searches_report")
    assert client.get(address).status_code == 302
    client.force_login(reader())
    assert client.get(address).status_code == 302
    assert address not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("permission", ["change_concept", "view_searchedtext"])
def test_who_keeps_the_thesaurus_or_is_allowed_reads_it(client, permission):
    searched("mobilité", now=5)
    client.force_login(reader(permission))
    assert rows(client) == ["mobilité"]
    assert reverse("searches_report") in client.get("/admin/").content.decode()


def test_only_who_may_change_descriptors_is_led_to_them(client):
    ConceptFactory(label="Mobilité")
    searched("mobilites", now=5)
    client.force_login(reader("view_searchedtext"))
    page = client.get(reverse("searches_report")).content.decode()
    assert "thesaurus" not in page.split('id="listing-results"')[1]


def test_one_click_adds_the_missing_label(admin):
    concept = ConceptFactory(label="Réseau de coordination", alternatives=["RCO"])
    searched("réseaux de coordination", now=3, empty=3, results=0)
    response = admin.get(reverse("searches_report"), {"list": "empty"})
    (row,) = response.context["object_list"]
    (near,) = row.near
    assert (near.label, near.known) == ("Réseau de coordination", False)
    assert near.address.replace("&", "&amp;") in response.content.decode()
    data = form(admin, near.address, form_id="w-editor-form")
    post(admin, reverse("thesaurus_concepts:edit", args=[concept.pk]), data)
    labels = list(concept.labels.order_by("sort_order").values_list("label", "kind", "language"))
    assert labels == [
        ("Réseau de coordination", "preferred", "fr"), ("RCO", "alternative", "fr"),
        ("réseaux de coordination", "alternative", "fr"),
    ]  # fmt: skip


def test_opening_the_form_saves_nothing_and_adds_no_label_twice(admin):
    concept = ConceptFactory(label="Mobilité")
    address = reverse("thesaurus_concepts:edit", args=[concept.pk])
    page = admin.get(address, {"label": "MOBILITÉ", "language": "fr"})
    assert len(page.context["form"].formsets["labels"].forms) == 1
    page = admin.get(address, {"label": "Transports", "language": "fr"})
    assert len(page.context["form"].formsets["labels"].forms) == 2
    assert concept.labels.count() == 1
    for wrong in ({"label": "\0"}, {"label": "x" * 900}, {"label": "y", "language": "xx"}):
        assert admin.get(address, wrong).status_code == 200


def test_one_click_begins_a_new_descriptor(admin):
    scheme = ConceptFactory(label="Tout autre chose").scheme
    searched("jardin d’insertion", now=3)
    (row,) = admin.get(reverse("searches_report")).context["object_list"]
    assert row.near == []
    data = form(admin, row.new_address, form_id="w-editor-form")
    data["scheme"] = str(scheme.pk)
    post(admin, reverse("thesaurus_concepts:add"), data)
    made = Concept.objects.get(slug="jardin-dinsertion")
    assert made.label("fr") == "jardin d’insertion"


def test_a_text_that_is_a_label_already_says_so(admin):
    concept = ConceptFactory(label="Contrat local de santé", alternatives=["CLS"])
    searched("cls", now=3)
    (row,) = admin.get(reverse("searches_report")).context["object_list"]
    assert (row.near[0].known, row.new_address) == (True, "")
    assert row.near[0].address == reverse("thesaurus_concepts:edit", args=[concept.pk])


def test_the_number_of_queries_does_not_grow(admin):
    for number in range(3):
        ConceptFactory(label=f"Mobilité {number}")
        searched(f"mobilité {number}", now=5)
    admin.get(reverse("searches_report"))
    with CaptureQueriesContext(connection) as few:
        admin.get(reverse("searches_report"))
    for number in range(3, 40):
        ConceptFactory(label=f"Mobilité {number}")
        searched(f"mobilité {number}", now=5)
    cache.clear()
    admin.get(reverse("searches_report"))  # again: what is kept of sites lasts a minute
    with CaptureQueriesContext(connection) as many:
        admin.get(reverse("searches_report"))
    assert len(many) == len(few)


def test_nearest_descriptors_are_those_with_letters_in_common(admin):
    ConceptFactory(label="Santé mentale")
    ConceptFactory(label="Éducation thérapeutique du patient", alternatives=["ETP"])
    ConceptFactory(label="Mobilité")
    found = concepts.nearest([("education therapeutique", "fr"), ("zzz", "fr"), ("sante", "en")])
    assert [[near.label for near in one] for one in found] == [
        ["Éducation thérapeutique du patient"], [], [],
    ]  # fmt: skip


def test_it_is_exported(admin):
    searched("mobilité", now=5, before=7, empty=2, clicks=3)
    address = reverse("searches_report")
    answer = admin.get(address, {"export": "csv", "list": "frequent", "weeks": "4"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    headings, row = list(csv.reader(StringIO(text)))
    assert headings[:3] == ["Recherche", "Langue", "Recherches"]
    assert row[:6] == ["mobilité", "fr", "5", "7", "2", "0"]
    answer = admin.get(address, {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]][:3] == ["mobilité", "fr", 5]
