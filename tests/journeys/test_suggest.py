"""Suggestions while typing: by keyboard, by touch, by ear, and never in the way."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from tests.territory_factories import TerritoryFactory

from .conftest import OpenPage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(lasting_site: dict[str, str]) -> dict[str, str]:
    """One for the whole file: here everybody only reads."""
    TerritoryFactory(kind="commune", code="36018", name="Contres")
    return lasting_site


GUIDE = "Construire le diagnostic partagé d’un contrat local de santé"


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def typed(window: Page, text: str) -> None:
    """Type a text and wait for the suggestions for the whole of it: between two keys of a slow
    machine the beginning may be asked for too."""

    def whole(answer: Response) -> bool:
        address = urlsplit(answer.url)
        return address.path.endswith("/suggest") and parse_qs(address.query).get("q") == [text]

    with window.expect_response(whole) as answered:
        window.locator("#q").press_sequentially(text)
    answered.value.finished()
    labels = [item["label"] for group in answered.value.json()["groups"] for item in group["items"]]
    options = [re.compile(re.escape(label)) for label in labels]
    expect(window.locator("[role=option]")).to_have_text(options)
    expect(window.locator("#q")).to_have_attribute("aria-expanded", "true")


def active(window: Page) -> str | None:
    """The option that a screen reader says, and that is shown as chosen."""
    number = window.locator("#q").get_attribute("aria-activedescendant")
    chosen = window.locator("[role=option][aria-selected=true]")
    if number is None:
        assert chosen.count() == 0
        return None
    assert chosen.get_attribute("id") == number
    return chosen.inner_text()


@pytest.fixture
def window(browser_page: OpenPage, site: dict[str, str]) -> Page:
    opened = browser_page()
    opened.goto(site["home"])
    return opened


def test_the_arrows_choose_enter_opens_and_the_focus_never_leaves_the_box(window: Page) -> None:
    typed(window, "cont")
    box = window.locator("#q")
    groups = window.locator("[role=listbox] [role=group]")
    assert [group.get_attribute("aria-labelledby") for group in groups.all()] == [
        f"q-suggestions-{name}" for name in ("titles", "concepts", "places")
    ]
    assert active(window) is None
    window.keyboard.press("ArrowDown")
    assert active(window) == f"{GUIDE} Guide méthodologique"
    window.keyboard.press("ArrowDown")
    assert (active(window) or "").startswith("Contrat local de santé")
    window.keyboard.press("ArrowUp")
    window.keyboard.press("ArrowUp")
    assert active(window) is None
    window.keyboard.press("ArrowUp")
    assert (active(window) or "").startswith("Contres (36)")
    window.keyboard.press("ArrowDown")
    window.keyboard.press("ArrowDown")
    expect(box).to_be_focused()
    assert box.input_value() == "cont"
    with window.expect_navigation():
        window.keyboard.press("Enter")
    assert window.locator("h1").inner_text().replace("\u00a0", " ") == GUIDE
    window.go_back()
    expect(window.locator("[role=listbox]")).to_be_hidden()


def test_enter_without_choosing_searches_the_text(window: Page) -> None:
    typed(window, "contrat")
    with window.expect_navigation():
        window.keyboard.press("Enter")
    assert window.url.endswith("/recherche/?q=contrat")


def test_escape_closes_and_keeps_the_text_and_down_opens_again(window: Page) -> None:
    typed(window, "contrat")
    box = window.locator("#q")
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(window.locator("[role=listbox]")).to_be_hidden()
    assert active(window) is None
    assert box.input_value() == "contrat"
    window.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "q-suggestions-0")
    assert (active(window) or "").startswith(GUIDE)
    window.keyboard.press("Escape")
    window.keyboard.press("ArrowUp")
    expect(window.locator("[role=option]").last).to_have_attribute("aria-selected", "true")
    window.keyboard.press("Escape")
    window.keyboard.press("Alt+ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert active(window) is None
    window.keyboard.press("Tab")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_their_number_is_said_and_nothing_found_too(window: Page) -> None:
    said = window.locator("form[role=search] [role=status]")
    typed(window, "CLS")
    expect(said).to_contain_text("suggestion")
    assert "{n}" not in said.inner_text()
    window.locator("#q").fill("zzzzqq")
    expect(window.locator("#q")).to_have_attribute("aria-expanded", "false")
    expect(said).not_to_be_empty()
    window.locator("#q").fill("z")
    expect(said).to_be_empty()


def test_only_the_last_text_is_answered_and_each_pause_asks_once(window: Page) -> None:
    asked: list[str] = []
    held: list[object] = []

    def hold(route) -> None:
        asked.append(route.request.url)
        if "q=co&" in route.request.url:
            held.append(route)  # a slow answer to what she no longer means
        else:
            route.continue_()

    window.route("**/api/v1/suggest?*", hold)
    # Between two keys no time passes but what the test lets pass.
    window.clock.install()
    window.clock.pause_at(dt.datetime.now() + dt.timedelta(hours=1))
    window.locator("#q").focus()
    expect(window.locator("[role=listbox]")).to_be_attached()
    window.locator("#q").press_sequentially("co")
    with window.expect_request("**/api/v1/suggest?*"):
        window.clock.run_for(400)
    window.locator("#q").press_sequentially("nstruire")
    window.clock.run_for(400)
    expect(window.locator("[role=option]").first).to_contain_text("Construire")
    assert len(asked) == 2
    assert window.locator("#q").input_value() == "construire"


def test_a_server_that_does_not_answer_leaves_an_ordinary_box(window: Page) -> None:
    window.route("**/api/v1/suggest?*", lambda route: route.abort())
    with window.expect_event("requestfailed", lambda request: "q=contrat&" in request.url):
        window.locator("#q").press_sequentially("contrat")
    expect(window.locator("#q")).to_have_attribute("aria-expanded", "false")
    with window.expect_navigation():
        window.keyboard.press("Enter")
    assert "q=contrat" in window.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["home", "guide"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_open_list_has_no_fault_moves_nothing_and_fits(
    browser_page: OpenPage, site: dict[str, str], width: int, name: str, scheme: str
) -> None:
    window = browser_page(width, color_scheme=scheme)
    window.goto(site[name])
    before = window.locator("h1").bounding_box()
    typed(window, "contrat")
    window.keyboard.press("ArrowDown")
    assert window.locator("h1").bounding_box() == before
    assert violations(window) == []
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for option in window.locator("[role=option]").all():
        box = option.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_a_finger_opens_a_suggestion(browser_page: OpenPage, site: dict[str, str]) -> None:
    window = browser_page(360, has_touch=True, is_mobile=True)
    window.goto(site["home"])
    typed(window, "CLS")
    with window.expect_navigation():
        window.locator("[role=option]", has_text="CLS").first.tap()
    assert "/recherche/?concept=themes" in window.url or "concept=" in window.url


def test_without_scripts_it_is_an_ordinary_box(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page(java_script_enabled=False)
    window.goto(site["home"])
    box = window.locator("#q")
    assert box.get_attribute("role") is None
    assert window.locator("[role=listbox]").count() == 0
