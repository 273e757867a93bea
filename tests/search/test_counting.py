"""What is kept of visitors' searches, and what is not."""

import datetime as dt

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from search.desk import counting
from search.desk.models import SearchClick, SearchDay, SearchedText
from search.desk.texts import may_be_kept, text_key
from tests.factories import UserFactory
from tests.search import corpus
from tests.search.conftest import index_everything

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(scope="module")
def records(module_db):
    with override_settings(ELASTICSEARCH_URL=""):
        corpus.build()
        for number in range(25):
            corpus.add(f"Fiche {number} sur la mobilité", name=f"fiche-{number}")
        index_everything()
        yield


@pytest.fixture
def visitor(records):
    counting.bound = counting.Bound()
    return Client(raise_request_exception=False, headers={"User-Agent": FIREFOX})


def kept() -> dict[str, tuple[int, int, int]]:
    """text -> (searches, of them without result, searches with filters) of today."""
    days = SearchDay.objects.filter(day=timezone.localdate()).select_related("searched")
    return {day.searched.text: (day.searches, day.empty, day.filtered) for day in days}


def token(text: str = "mobilite", locale: str = "fr") -> str:
    return signing.dumps([text, locale], salt=counting._SALT)


def test_a_search_is_counted_by_day_text_and_language(visitor):
    for typed in ("Mobilité", "mobilite", "MOBILITÉ ?", "« mobilité »"):
        visitor.get("/recherche/", {"q": typed})
    assert kept() == {"mobilite": (4, 0, 0)}
    (text,) = SearchedText.objects.all()
    assert (text.locale, text.engine, text.results) == ("fr", "postgresql", 25)
    assert "é" in text.written.lower()
    assert (text.searches, text.last_day) == (4, timezone.localdate())


def test_a_search_without_result_and_one_with_filters_are_told_apart(visitor):
    visitor.get("/recherche/?q=xyzzyx")
    visitor.get("/recherche/?q=évaluation&concept=publics:jeunes")
    assert kept() == {"xyzzyx": (1, 1, 0), "evaluation": (0, 0, 1)}


def test_other_pages_orders_and_no_text_are_no_new_search(visitor):
    for asked in ("?q=mobilité&page=2", "?q=mobilité&order=title", "?type=guide", "", "?q=%3F%21"):
        assert visitor.get(f"/recherche/{asked}").status_code == 200
    assert {text for text in kept() if text} == set()


@pytest.mark.parametrize(
    "agent",
    ["", "curl/8.5", "Mozilla/5.0 (compatible; Googlebot/2.1)", "Mozilla/5.0 HeadlessChrome/130"],
)
def test_robots_are_not_counted(records, agent):
    Client(headers={"User-Agent": agent}).get("/recherche/?q=mobilité")
    assert kept() == {}


def test_pages_fetched_in_advance_are_not_counted(visitor):
    visitor.get("/recherche/?q=mobilité", headers={"Sec-Purpose": "prefetch;prerender"})
    assert kept() == {}


def test_those_who_work_here_are_not_counted(visitor):
    visitor.force_login(UserFactory())
    response = visitor.get("/recherche/?q=mobilité")
    assert response.context["clicks"] is None
    assert kept() == {}


@pytest.mark.parametrize(
    "typed",
    [
        "camille.martin@example.org",
        "camille @ example.org",
        "01 00 00 00 00",
        "+33 1.00.00.00.00",
        "dossier 1 85 05 78 006 084",
        "né le 12/03/1975",
        "https://example.org/page?jeton=abc",
        "www.example.org",
        "a" * 81,
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize",
    ],
)
def test_what_may_reach_or_identify_somebody_is_not_kept(visitor, typed):
    response = visitor.get("/recherche/", {"q": typed})
    assert response.context["clicks"] is None
    (text,) = SearchedText.objects.all()  # that somebody searched is still counted
    assert (text.text, text.written, text.results) == ("", "", 0)


def test_years_and_codes_are_kept():
    for text in ("plan régional 2024-2028", "article 2.2.4", "36000", "CLS", "médico-social"):
        assert may_be_kept(text), text


def test_texts_are_compared_by_their_words():
    assert text_key("L’Éducation thérapeutique : ETP !") == "l education therapeutique etp"
    assert text_key("médico‑social") == text_key("Medico social") == "medico social"
    assert text_key("cls -mentale") == "cls -mentale" != text_key("cls mentale")
    assert text_key("--- ?") == ""


def test_nothing_says_who_searched_or_when_in_the_day():
    names = {
        field.name
        for model in (SearchedText, SearchDay, SearchClick)
        for field in model._meta.get_fields()
        if not field.is_relation
    }
    assert names == {
        "id", "text", "locale", "written", "searches", "results", "engine", "last_day",
        "day", "empty", "filtered", "uid", "position", "clicks",
    }  # fmt: skip


def test_a_failure_to_count_never_breaks_a_search(visitor, monkeypatch):
    monkeypatch.setattr(counting, "_COUNT", "SELECT nothing FROM nowhere")
    from django.db import transaction

    with transaction.atomic():
        response = visitor.get("/recherche/?q=mobilité")
        assert response.status_code == 200
        transaction.set_rollback(True)


def test_a_search_costs_one_statement_more_after_its_page_was_sent(visitor):
    address = "/recherche/?q=mobilité"
    bot = Client(headers={"User-Agent": "bot"})
    visitor.get(address)
    bot.get(address)
    with CaptureQueriesContext(connection) as counted:
        visitor.get(address)
    with CaptureQueriesContext(connection) as robot:
        bot.get(address)
    writes = [one["sql"] for one in counted if "search_searchday" in one["sql"]]
    assert len(writes) == 1
    assert len(counted) == len(robot) + 1
    assert counted.captured_queries[-1]["sql"] == writes[0]


def test_the_api_counts_nothing(visitor):
    with CaptureQueriesContext(connection) as asked:
        assert visitor.get("/api/v1/records?q=mobilité").status_code == 200
    assert not [one for one in asked if "search_searched" in one["sql"]]
    assert kept() == {}


def test_a_click_is_counted_by_day_text_page_and_place(visitor):
    response = visitor.get("/recherche/?q=mobilité")
    told = response.context["clicks"]
    uid = response.context["result"].hits[2].uid
    assert f'data-uid="{uid}"' in response.content.decode()
    for _again in range(2):
        data = {"token": told["token"], "uid": str(uid), "position": "3"}
        assert visitor.post(told["address"], data).status_code == 204
    (click,) = SearchClick.objects.all()
    assert (click.searched.text, click.uid, click.position) == ("mobilite", uid, 3)
    assert (click.clicks, click.day) == (2, timezone.localdate())


def test_links_stay_those_of_the_pages(visitor):
    page = visitor.get("/recherche/?q=balises").content.decode()
    assert '<a href="/guides/balises/">' in page


def test_a_click_needs_no_cookie_and_no_session(records):
    outside = Client(enforce_csrf_checks=True, headers={"User-Agent": FIREFOX})
    response = outside.post(
        "/recherche/ouvert/",
        {"token": token(), "uid": str(corpus.uid_of("fiche-1")), "position": "1"},
    )
    assert response.status_code == 204
    assert not response.cookies


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"token": ""}, 400),
        ({"token": "mobilite:fr:abc"}, 400),
        ({"uid": "x"}, 400),
        ({"uid": ""}, 400),
        ({"position": "-1"}, 400),
        ({"position": "٣"}, 400),
        ({"position": "99999999"}, 400),
        ({"position": "1" * 3_000}, 413),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(visitor, wrong, status):
    visitor.get("/recherche/?q=mobilité")
    data = {"token": token(), "uid": str(corpus.uid_of("fiche-1")), "position": "1"} | wrong
    assert visitor.post("/recherche/ouvert/", data).status_code == status
    assert visitor.get("/recherche/ouvert/").status_code == 405
    assert not SearchClick.objects.exists()


def test_a_click_on_what_is_no_record_or_for_an_unknown_text_counts_nothing(visitor):
    visitor.get("/recherche/?q=mobilité")
    unknown = {"token": token(), "uid": "00000000-0000-4000-8000-000000000000", "position": "1"}
    assert visitor.post("/recherche/ouvert/", unknown).status_code == 204
    other = {"token": token("autre"), "uid": str(corpus.uid_of("fiche-1")), "position": "1"}
    assert visitor.post("/recherche/ouvert/", other).status_code == 204
    assert not SearchClick.objects.exists()


def test_clicks_are_bounded(visitor, monkeypatch):
    monkeypatch.setattr(counting, "PER_TOKEN", 3)
    visitor.get("/recherche/?q=mobilité")
    data = {"token": token(), "uid": str(corpus.uid_of("fiche-1")), "position": "1"}
    for _again in range(5):
        assert visitor.post("/recherche/ouvert/", data).status_code == 204
    assert SearchClick.objects.get().clicks == 3


def test_what_is_old_and_what_was_typed_once_is_forgotten(visitor, settings):
    settings.SEARCH_LOG_DAYS = 100
    today = timezone.localdate()

    def typed(text: str, times: int, age: int) -> None:
        day = today - dt.timedelta(days=age)
        made, _new = SearchedText.objects.get_or_create(
            text=text, locale="fr", defaults={"written": text, "last_day": day}
        )
        made.searches += times
        made.save()
        SearchDay.objects.create(searched=made, day=day, searches=times)

    typed("une fois hier", 1, 1)
    typed("une fois jadis", 1, 29)
    typed("souvent", 5, 29)
    typed("autrefois", 50, 101)
    typed("depuis toujours", 5, 120)
    typed("depuis toujours", 5, 2)
    SearchedText.objects.filter(text="depuis toujours").update(last_day=today)
    assert counting.forget(today) > 0
    assert set(SearchedText.objects.values_list("text", flat=True)) == {
        "une fois hier", "souvent", "depuis toujours",
    }  # fmt: skip
    assert SearchDay.objects.filter(searched__text="depuis toujours").count() == 1


def test_the_nightly_task_forgets(visitor):
    from search.tasks import forget

    day = timezone.localdate() - dt.timedelta(days=400)
    SearchedText.objects.create(text="ancien", locale="fr", searches=9, last_day=day)
    forget()
    assert not SearchedText.objects.filter(text="ancien").exists()
