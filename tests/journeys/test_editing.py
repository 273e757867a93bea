"""What helps a documentalist in a form, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import UserFactory
from tests.training_factories import TrainingPageFactory

from .conftest import OpenPage

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
