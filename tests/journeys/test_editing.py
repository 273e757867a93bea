"""What helps a documentalist in a form, in a real browser."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.factories import SectionPageFactory, UserFactory
from tests.training_factories import TrainingPageFactory

from .conftest import OpenPage
from .desk import publish

# Until the form looks for changes to save.
WATCHED = """() => new Promise(done => addEventListener("w-unsaved:watch-edits", () => done()))"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(browser_page: OpenPage, live_server) -> Page:
    """A window in which somebody is signed in."""
    UserFactory(username="noa", password="password")
    window = browser_page()
    window.goto("/admin/login/")
    window.fill("#id_username", "noa")
    window.fill("#id_password", "password")
    window.keyboard.press("Enter")
    window.wait_for_url("**/admin/")
    return window


def test_each_gap_leads_by_keyboard_to_its_field_whatever_its_tab(desk: Page) -> None:
    page = TrainingPageFactory(summary="")
    desk.goto(f"/admin/pages/{page.pk}/edit/")
    gaps = desk.locator("a[data-w-focus-target-value]").filter(visible=True)
    targets = gaps.evaluate_all("links => links.map(link => link.hash)")
    assert "#id_sessions" in targets
    assert "#id_skills" in targets
    for hash_ in targets:
        desk.get_by_role("tab").first.click()
        link = desk.locator(f'a[href="{hash_}"]').first
        link.focus()
        desk.keyboard.press("Enter")
        name = hash_.removeprefix("#id_")
        inside = f"""() => {{
            const active = document.activeElement;
            return active.offsetParent !== null && (active.id.startsWith('id_{name}')
                || !!active.closest('[data-contentpath="{name}"]'));
        }}"""
        desk.wait_for_function(inside, timeout=3000)
    # From another tab too.
    desk.get_by_role("tab", name="LHEO").click()
    desk.locator('a[href="#id_skills"]').filter(visible=True).focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("tab").first).to_have_attribute("aria-selected", "true")


def test_a_title_that_exists_nearly_is_announced_while_it_is_typed(desk: Page) -> None:
    known = TrainingPageFactory(title="Évaluer une action de prévention", live=False)
    page = TrainingPageFactory(title="Autre chose")
    desk.goto(f"/admin/pages/{page.pk}/edit/")
    desk.fill("#id_title", "evaluer une action de prevention")
    notice = desk.locator("[data-similar-titles]")
    link = notice.get_by_role("link", name="Évaluer une action de prévention")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", f"/admin/pages/{known.pk}/edit/")
    assert notice.get_attribute("aria-live") == "polite"
    desk.fill("#id_title", "Tout à fait autre")
    expect(link).to_be_hidden()


def test_publishing_while_the_draft_saves_itself_makes_one_page(desk: Page) -> None:
    section = SectionPageFactory()
    on_the_way = []

    def slow_answer(route: Route) -> None:
        if "json" in route.request.headers["accept"]:
            on_the_way.append((route, route.fetch()))  # the server has it, the browser waits
        else:
            route.continue_()

    desk.route("**/admin/pages/add/**", slow_answer)
    desk.goto(f"/admin/pages/add/cms_core/sectionpage/{section.pk}/")
    desk.evaluate(WATCHED)
    with desk.expect_request(lambda request: "json" in request.headers["accept"]):
        desk.fill("#id_title", "Évaluer à deux")
        desk.fill("#id_summary", "Pendant que le brouillon s’enregistre.")
    for _pause in range(600):
        if not on_the_way:
            desk.wait_for_timeout(50)
    publish(desk)
    desk.wait_for_timeout(300)  # for a request that should not leave yet
    route, answer = on_the_way[0]
    route.fulfill(response=answer)
    expect(desk.locator(".messages")).to_contain_text("publiée")
    section.refresh_from_db()
    assert section.get_children().live().count() == section.get_children().count() == 1
