"""Clicks and picks in a real browser: links stay links, and one click is told once."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import Site

from cms.catalogue import touches
from knowledge.demo import accounts
from search.desk.models import Pick, PickPage, SearchClick, SearchedText
from search.sync import follow_postgres
from tests.factories import GuidePageFactory

from .conftest import OpenPage
from .desk import sign_in

pytestmark = pytest.mark.browser

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_a_result_that_is_opened_is_counted_and_its_link_is_its_address(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    guide = GuidePageFactory(title="Cuisiner ensemble", slug="cuisiner")
    made = Pick.objects.create(texts="diagnostic", keys=["diagnostic"])
    PickPage.objects.create(pick=made, page=guide)
    touches.flush()
    follow_postgres()
    window = browser_page(user_agent=FIREFOX)
    window.goto("/recherche/?q=diagnostic")
    results = Axe().run(window).response["violations"]
    assert [one["id"] for one in results] == []
    picked = window.locator(".picks h2 a")
    expect(picked).to_have_text("Cuisiner ensemble")
    assert picked.get_attribute("href") == guide.url
    first = window.locator("ol.list h2 a").first
    with window.expect_response("**/recherche/ouvert/") as told, window.expect_navigation():
        first.click()
    assert told.value.status == 204
    window.go_back()
    with window.expect_response("**/recherche/ouvert/"), window.expect_navigation():
        picked.click()
    assert SearchedText.objects.get(text="diagnostic").searches >= 1
    assert set(SearchClick.objects.values_list("position", flat=True)) == {0, 1}


def test_without_javascript_links_work_and_nothing_is_told(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page(user_agent=FIREFOX, java_script_enabled=False)
    window.goto("/recherche/?q=diagnostic")
    with window.expect_navigation():
        window.locator("ol.list h2 a").first.click()
    assert "/recherche/" not in window.url
    assert not SearchClick.objects.exists()


def test_a_date_typed_by_hand_in_the_admin_is_the_one_that_is_kept(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    accounts.create(Site.objects.get().root_page)
    window = browser_page()
    sign_in(window, "documentaliste")
    window.goto(reverse("wagtailsnippets_search_pick:add"))
    window.fill("#id_texts", "mobilité")
    window.fill("#id_starts_on", "25/12/2026")
    window.keyboard.press("Tab")
    window.fill("#id_ends_on", "le 3 mars")
    window.keyboard.press("Tab")
    expect(window.locator("#id_starts_on")).to_have_value("25/12/2026")
    with window.expect_navigation():
        window.get_by_role("button", name="Enregistrer").click()
    expect(window.locator("#id_starts_on")).to_have_value("25/12/2026")
    expect(window.locator("#id_ends_on")).to_have_value("le 3 mars")
    messages = window.locator(".error-message").all_inner_texts()
    assert len([one for one in messages if "date" in one.lower()]) == 1
