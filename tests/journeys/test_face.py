"""What every visitor meets: pages that can be read by anybody, on any screen, by any means."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import Page, Response, expect

from .conftest import OpenPage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(lasting_site: dict[str, str]) -> dict[str, str]:
    """One for the whole file: here everybody only reads."""
    return lasting_site


SCHEMES = ("light", "dark")
TARGETS = """() => [...document.querySelectorAll('a[href], button, summary, label, input')]
    .filter(e => {
        const box = e.getBoundingClientRect();
        const inText = e.closest('p, .rich, .sr, .search-label');
        const own = e.matches('.skip, .sr, .search-label, [type=checkbox], [type=hidden]');
        return box.width && !own && !(inText && !e.closest('.file')) && box.height < 43.9;
    })
    .map(e => e.outerHTML.slice(0, 120))"""
WIDTH = "() => [document.documentElement.scrollWidth, window.innerWidth]"


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_has_a_fault_that_axe_can_see(
    browser_page: OpenPage, site: dict[str, str], width: int, scheme: str
) -> None:
    window = browser_page(width, color_scheme=scheme)
    for name, address in site.items():
        window.goto(address)
        assert violations(window) == [], name


def test_nothing_is_asked_of_anybody_else_and_nothing_is_refused_by_the_policy(
    browser_page: OpenPage, site: dict[str, str], live_server
) -> None:
    window = browser_page()
    asked: list[str] = []
    said: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.on("console", lambda message: said.append(message.text))
    for address in site.values():
        window.goto(address, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert [text for text in said if "status of 40" not in text] == []


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_a_narrow_screen_and_large_letters_never_scroll_sideways(
    browser_page: OpenPage, site: dict[str, str], size: str
) -> None:
    window = browser_page(320)
    for name, address in site.items():
        window.goto(address)
        if size != "100%":
            window.evaluate("document.documentElement.style.fontSize = '212.5%'")
        width, available = window.evaluate(WIDTH)
        assert width <= available, name


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_pressed_is_large_enough(
    browser_page: OpenPage, site: dict[str, str], width: int
) -> None:
    window = browser_page(width)
    for name, address in site.items():
        window.goto(address)
        assert window.evaluate(TARGETS) == [], name


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page()
    window.goto(site["guide"])
    window.keyboard.press("Tab")
    skip = window.locator(":focus")
    assert skip.inner_text() == "Aller au contenu"
    box = skip.bounding_box()
    assert box is not None
    assert box["height"] > 40
    window.keyboard.press("Enter")
    expect(window).to_have_url(re.compile("#"))
    window.keyboard.press("Tab")
    assert window.evaluate("document.querySelector('main').contains(document.activeElement)")
    outline = window.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_without_scripts_she_searches_filters_reads_and_comes_back(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page(360, java_script_enabled=False)
    window.goto(site["home"])
    window.fill("#q", "CLS")
    window.press("#q", "Enter")
    expect(window).to_have_title(re.compile("CLS"))
    expect(window.locator(".hit")).to_have_count(2)
    window.click(".facets summary")
    window.locator(".facets label", has_text="Guides méthodologiques").click()
    window.click(".facets button")
    expect(window).to_have_url(re.compile(r"q=CLS.*type=guide"))
    chip = window.locator(".chip")
    expect(chip).to_have_count(1)
    chip.click()
    expect(chip).to_have_count(0)
    assert "type=guide" not in window.url
    window.go_back()
    expect(window.locator("input[value=guide]")).to_be_checked()
    window.click(".hit h2 a")
    expect(window).not_to_have_url(re.compile("/recherche/"))
    expect(window.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_address_boxes_and_results_agree_after_each_step_and_after_back(
    browser_page: OpenPage, site: dict[str, str], scripts: bool
) -> None:
    window = browser_page(java_script_enabled=scripts)

    def agree() -> list[str]:
        asked = [v for k, v in parse_qsl(urlsplit(window.url).query) if k in ("type", "concept")]
        # After Back the browser restores the boxes while the page is shown.
        expect(window.locator(".facets [type=checkbox]:checked")).to_have_count(len(asked))
        expect(window.locator(".chip")).to_have_count(len(asked))
        ticked = [box.get_attribute("value") for box in window.locator("input:checked").all()]
        assert sorted(filter(None, ticked)) == sorted(asked)
        return asked

    def press(place: int) -> None:
        with window.expect_navigation():
            window.locator(".facets [type=checkbox]").nth(place).click()
            if not scripts:
                window.click(".facets button")

    window.goto("/recherche/")
    press(0)
    assert len(agree()) == 1
    press(1)
    assert len(agree()) == 2
    press(0)
    assert len(agree()) == 1
    window.go_back()
    assert len(agree()) == 2
    window.go_back()
    window.go_back()
    assert agree() == []
    window.go_forward()
    assert len(agree()) == 1


def test_a_box_ticked_beside_the_results_filters_at_once_and_keeps_the_focus(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page(1280)
    window.goto(site["search"])
    assert not window.locator(".facets .apply button").is_visible()
    box = window.locator(".facets [value=guide]")
    box.focus()
    with window.expect_navigation():
        window.keyboard.press("Space")
    # Said once by the live region, then taken away.
    window.locator("[role=status] .sr", has_text="résultat").wait_for(state="attached")
    assert "type=guide" in window.url
    assert "q=contrat+local" in window.url
    focused = window.locator(":focus")
    assert focused.get_attribute("value") == "guide"
    assert focused.is_checked()
    expect(window.locator(".bar h1")).to_be_in_viewport()
    window.locator("[role=status] .sr").wait_for(state="detached")


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (360, False), (1280, False)])
def test_where_boxes_wait_for_the_button_it_stays_in_sight(
    browser_page: OpenPage, site: dict[str, str], width: int, scripts: bool
) -> None:
    window = browser_page(width, java_script_enabled=scripts)
    window.set_viewport_size({"width": width, "height": 420})
    window.goto(site["search"])
    if width < 960:
        window.click(".facets > summary")
    box = window.locator(".facets [type=checkbox]").first
    box.check()
    box.scroll_into_view_if_needed()
    place = window.locator(".facets .apply button").bounding_box()
    assert place is not None
    assert place["y"] + place["height"] <= 420
    assert "type=" not in window.url


def test_without_words_nothing_is_relevant_and_the_newest_come_first(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page(java_script_enabled=False)
    window.goto("/recherche/")
    assert window.locator(".sort a").all_inner_texts() == [
        "Plus récentes",
        "Prochaine date",
        "Titre",
    ]
    assert window.locator(".sort [aria-current]").inner_text() == "Plus récentes"
    window.goto(site["search"])
    assert window.locator(".sort [aria-current]").inner_text() == "Pertinence"


def test_a_word_of_the_second_page_of_a_file_is_shown_where_it_stands(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page()
    window.goto("/recherche/?q=radiophonique")
    assert "p.\u00a02" in window.locator(".found").inner_text()
    assert window.locator("mark").first.inner_text() == "radiophonique"
    assert "Contrat local de santé" in window.locator(".hit .meta").inner_text()


def test_the_guide_says_its_facts_before_its_text_on_a_phone(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page(360)
    window.goto(site["guide"])
    facts, text = window.locator(".brief"), window.locator(".chapter").first
    assert facts.bounding_box()["y"] < text.bounding_box()["y"]
    assert "2e édition, mars 2025" in facts.inner_text().replace("\n", "")
    for link in window.locator(".toc a").all():
        assert window.locator(f"[id='{link.get_attribute('href')[1:]}']").count() == 1
    window.click(".cite summary")
    assert "Mission santé et territoires" in window.locator(".cite-text").inner_text()


def test_keywords_and_contents_fold_on_a_phone_and_stand_open_on_a_wide_screen(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    keyword, chapter = ".brief dd a >> nth=0", ".toc a >> nth=0"
    window = browser_page(360, java_script_enabled=False)
    window.goto(site["guide"])
    for fold, link in ((".brief", keyword), (".toc", chapter)):
        assert not window.locator(link).is_visible()
        window.click(f"{fold} summary")
        assert window.locator(link).is_visible()
    wide = browser_page(1280)
    wide.goto(site["guide"])
    assert wide.locator(keyword).is_visible()
    assert wide.locator(chapter).is_visible()
    assert not wide.locator(".fold > summary >> visible=true").count()


def test_a_page_says_its_one_address_and_the_search_says_none(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page()
    for name in ("home", "section", "guide"):
        window.goto(f"{site[name]}?utm_source=lettre")
        address = window.locator("link[rel=canonical]").get_attribute("href")
        assert address == f"{settings.BASE_URL}{site[name]}"
    for name in ("search", "not found"):
        window.goto(site[name])
        assert window.locator("link[rel=canonical]").count() == 0


def test_a_table_without_columns_is_not_shown() -> None:
    table = {"caption": "Un tableau", "columns": [], "rows": []}
    assert not render_to_string("core/blocks/table.html", {"value": table}).strip()


def test_the_filters_stand_open_on_a_wide_screen(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page(1280)
    window.goto(site["search"])
    assert window.locator(".facets label").first.is_visible()
    assert not window.locator(".facets summary").is_visible()


def test_ids_are_unique_and_headings_do_not_skip_a_level(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page()
    for name, address in site.items():
        window.goto(address)
        ids = window.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids)), name
        levels = window.evaluate(
            "[...document.querySelectorAll('main h1,main h2,main h3,main h4')]"
            ".map(e => Number(e.tagName[1]))"
        )
        assert levels.count(1) == 1, name
        ordered = sorted(set(levels))
        assert ordered == list(range(1, len(ordered) + 1)), name


def test_the_results_weigh_less_than_120_kb(browser_page: OpenPage, site: dict[str, str]) -> None:
    window = browser_page()
    answers: list[Response] = []
    window.on("response", lambda answer: answers.append(answer))
    window.goto(site["search"], wait_until="networkidle")
    assert len(answers) >= 4  # the page, the sheet, two fonts
    assert sum(len(answer.body()) for answer in answers) < 120_000
    sheet = Path(finders.find("relais/relais.css"))
    assert sheet.stat().st_size < 30_000


def test_a_printed_guide_has_its_text_and_none_of_the_site(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page()
    window.goto(site["guide"])
    window.emulate_media(media="print")
    for gone in (".menu", ".search", ".toc", ".foot", ".btn >> nth=0"):
        assert not window.locator(gone).is_visible(), gone
    for kept in ("h1", ".brief", ".chapter >> nth=0", ".cite-text"):
        assert window.locator(kept).is_visible(), kept
