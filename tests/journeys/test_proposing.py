"""Proposing from a telephone, without a script; reading it in the admin; reading the answer."""

import re

import pytest
from playwright.sync_api import Page, expect

from cms.submissions import outbox, spam
from cms.submissions.models import State, Submission
from tests.factories import HomePageFactory, SectionPageFactory, UserFactory
from tests.submission_factories import commune

from .conftest import OpenPage
from .test_face import TARGETS, WIDTH, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def shelf(live_server, monkeypatch):
    monkeypatch.setattr(spam, "FASTEST", 0)
    HomePageFactory()
    commune()
    return SectionPageFactory(title="Projets", slug="projets", show_in_menus=True)


def fill(window: Page, **values: str) -> None:
    for name, value in values.items():
        field = window.locator(f"[name={name}]")
        tag = field.evaluate("e => e.tagName + (e.type || '')")
        if tag.startswith("SELECT"):
            field.select_option(value)
        elif "checkbox" in tag:
            field.check()
        else:
            field.fill(value)


def look(window: Page, faults: list[str], picture: str) -> None:
    """What axe sees, targets that are too small, a page wider than the screen."""
    faults += [f"{picture}: {one}" for one in violations(window)]
    small = window.evaluate(TARGETS)
    # The name of a field is no target: the field is.
    faults += [f"{picture}: small {one}" for one in small if not one.startswith("<label for")]
    wide, screen = window.evaluate(WIDTH)
    if wide > screen:
        faults.append(f"{picture}: {wide} px wide")


def go_on(window: Page) -> None:
    window.locator("form.proposal button[type=submit]").click()


@pytest.mark.parametrize("script", [True, False])
def test_from_a_telephone_a_project_is_proposed_asked_about_and_published(
    browser_page: OpenPage, shelf, live_server, mailoutbox, settings, script
) -> None:
    settings.BASE_URL = live_server.url
    faults: list[str] = []
    window = browser_page(360, java_script_enabled=script)

    def seen(picture: str) -> None:
        if script:
            look(window, faults, picture)

    window.goto("/proposer/")
    seen("choose")
    window.locator("main a[href$='/proposer/project/']").click()
    fill(window, title="Jardins partagés", status="completed", start_date="2022")
    go_on(window)  # the summary is missing
    expect(window.locator("[role=alert]")).to_be_visible()
    expect(window.locator("[name=title]")).to_have_value("Jardins partagés")
    seen("errors")
    fill(window, summary="Des jardins.")
    go_on(window)
    seen("story")
    fill(window, objectives="Se retrouver.", actions="Douze ateliers.")
    go_on(window)
    fill(window, commune="36173", lead="Les jardins")
    go_on(window)
    window.locator("[name=joined]").set_input_files(
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Bonjour"}
    )
    seen("files")
    go_on(window)
    fill(window, name="Camille Exemple", email="camille@example.org", consent="on")
    seen("author")
    go_on(window)
    seen("check")
    window.locator("main form button").click()
    tracking = window.url
    seen("tracking")
    outbox.send_waiting()
    window.goto(re.findall(r"http\S+/confirmer/\S+", mailoutbox[-1].body)[0])
    seen("confirm")
    window.locator("main form button").click()
    found = Submission.objects.get()
    assert found.state == State.RECEIVED

    # At the desk.
    noa = UserFactory(username="noa")
    desk = browser_page(1280)
    desk.goto("/admin/login/")
    fill(desk, username=noa.username, password="password")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/admin/")
    desk.goto("/admin/submissions/")
    desk.get_by_role("link", name="Jardins partagés").click()
    desk.locator("button[value=claim]").click()
    desk.locator("#ask-text").fill("Combien de personnes ?")
    desk.locator("button[value=ask]").click()
    window.goto(tracking)
    expect(window.locator("main")).to_contain_text("Combien de personnes ?")
    seen("asked")
    window.locator("#text").fill("Quarante.")
    window.locator("button[value=answer]").click()
    desk.reload()
    expect(desk.locator("main")).to_contain_text("Quarante.")
    desk.locator("button[value=accept]").click()
    found.refresh_from_db()
    assert found.state == State.ACCEPTED
    desk.goto(f"/admin/pages/{found.page_id}/edit/")
    expect(desk.locator("[name=title]")).to_have_value("Jardins partagés")
    window.goto(tracking)
    seen("accepted")
    assert faults == []
