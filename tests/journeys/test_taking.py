"""What people and partners take away: the basket in a real browser, frames, a partner's page."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cms.core.records import Point, Term
from tests.exchange.test_lists import store

from .conftest import OpenPage
from .test_face import TARGETS, WIDTH, violations

pytestmark = pytest.mark.browser

EXAMPLE = Path(settings.BASE_DIR) / "deploy" / "examples" / "headless"
PAGES = ("/panier/", "/donnees-ouvertes/", "/integrer/", "/integrer/liste/", "/integrer/agenda/")


def test_the_basket_is_remembered_from_page_to_page(
    browser_page: OpenPage, site: dict[str, str]
) -> None:
    window = browser_page()
    window.goto(site["guide"])
    button = window.locator("[data-basket-toggle]")
    uid = button.get_attribute("data-basket-toggle")
    button.click()
    expect(window.locator("[data-basket-link]")).to_contain_text("(1)")
    window.goto(site["search"])
    window.locator("details.cite summary").click()
    window.locator("details.cite a[href$='#ajouter']").click()
    window.wait_for_url(lambda url: "/panier/" in url and "#" not in url)
    expect(window.locator("ol.basket > li")).to_have_count(2)
    assert str(uid) in window.url
    assert window.context.cookies() == []
    window.goto("/panier/")  # the browser knows what is in it
    expect(window.locator("ol.basket > li")).to_have_count(2)
    window.locator("[data-basket-remove]").first.click()
    expect(window.locator("ol.basket > li")).to_have_count(1)
    expect(window.locator("[data-basket-link]")).to_contain_text("(1)")
    with window.expect_download() as download:
        window.locator("button[formaction$='pdf']").click()
    assert download.value.suggested_filename.endswith(".pdf")
    window.locator("[data-basket-empty]").click()
    expect(window).to_have_url(re.compile("/panier/$"))
    expect(window.locator("ol.basket > li")).to_have_count(0)
    window.goto(site["guide"])
    expect(window.locator("[data-see-basket]")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_new_pages_have_no_fault_that_axe_can_see(
    browser_page: OpenPage, site: dict[str, str], width: int, scheme: str
) -> None:
    window = browser_page(width, color_scheme=scheme)
    window.goto(site["guide"])
    uid = window.locator("[data-basket-toggle]").get_attribute("data-basket-toggle")
    for address in (*PAGES, f"/panier/?id={uid}&q=guide"):
        window.goto(address)
        assert violations(window) == [], address
        scroll, inner = window.evaluate(WIDTH)
        assert scroll <= inner, address
        small = [one for one in window.evaluate(TARGETS) if not one.startswith("<label")]
        assert small == [], address


@pytest.fixture
def partner_site() -> Iterator[str]:
    """The address of the example on a web server of its own."""
    handler = partial(SimpleHTTPRequestHandler, directory=EXAMPLE)
    with ThreadingHTTPServer(("localhost", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_a_partners_page_is_a_hundred_lines_that_can_be_read() -> None:
    parts = [one for one in EXAMPLE.iterdir() if one.suffix in {".html", ".css", ".js"}]
    lines = [line for one in parts for line in one.read_text(encoding="utf-8").splitlines()]
    assert 0 < len(lines) <= 100
    assert max(len(line) for line in lines) <= 100


def test_a_partner_shows_our_projects(
    browser_page: OpenPage, site: dict[str, str], live_server, settings, partner_site: str
) -> None:
    settings.BASE_URL = live_server.url
    region = [Term("territory", "region-24", {"fr": "Centre-Val de Loire"})]
    for number in range(25):
        store(number, title=f"Projet {number}", points=[Point(46.5 + number / 20, 1.5)],
              territories=region)  # fmt: skip
    window = browser_page()
    # A site of its own: another port is another origin, so the browser asks who may read.
    window.goto(f"{partner_site}?site={live_server.url}")
    assert window.evaluate("location.origin") != live_server.url
    expect(window.locator("#etat")).to_have_text("25 projets")
    expect(window.locator("#liste li")).to_have_count(20)
    expect(window.locator("#carte circle")).to_have_count(25)
    window.locator("#suite").click()
    expect(window.locator("#liste li")).to_have_count(25)
    window.locator("input[name=q]").fill("rien de tel")
    window.locator("form button").click()
    expect(window.locator("#etat")).to_have_text("0 projet")
    expect(window.locator("#liste li")).to_have_count(0)
    expect(window.locator("#carte")).to_be_hidden()
    assert violations(window) == []
    window.locator("input[name=q]").fill("")
    window.locator("form button").click()
    expect(window.locator("#liste li")).to_have_count(20)
    expect(window.locator("#carte")).to_be_visible()
