"""Proposing from a telephone, without a script; reading it in the admin; reading the answer."""

import re

import pytest
from playwright.sync_api import Page, expect

from cms.catalogue import touches
from cms.submissions import accepting, outbox, proofs, spam, states
from cms.submissions.models import State, Submission
from knowledge.projects.models import ProjectPage
from search.sync import follow_postgres
from tests.factories import HomePageFactory, SectionPageFactory, UserFactory
from tests.submission_factories import commune, make

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
    desk = browser_page(1280)
    sign_in(desk)
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

    # The author reads a proof and agrees; an editor publishes; readers and partners find it.
    desk.goto(f"/admin/submissions/{found.pk}/")
    desk.locator("button[value=proof]").click()
    outbox.send_waiting()
    window.goto(re.findall(r"http\S+/epreuve/\S+", mailoutbox[-1].body)[0])
    expect(window.locator("h1")).to_have_text("Jardins partagés")
    seen("proof")
    window.locator("button[value=agree]").click()
    seen("proof answered")
    desk.goto(f"/admin/submissions/?page={found.page_id}")
    desk.get_by_role("link", name="Jardins partagés").click()
    ProjectPage.objects.get(pk=found.page_id).get_latest_revision().publish()
    touches.flush()
    follow_postgres()
    outbox.tell_what_is_published()
    outbox.send_waiting()
    window.goto(re.findall(r"http\S+/projets/\S+", mailoutbox[-1].body)[0])
    expect(window.locator("h1")).to_have_text("Jardins partagés")
    window.goto("/recherche/?q=jardins+partages")
    expect(window.locator("ol.list")).to_contain_text("Jardins partagés")
    assert "Jardins partagés" in window.request.get("/api/v1/records").text()
    assert faults == []


def sign_in(desk: Page) -> None:
    noa = UserFactory(username="noa")
    desk.goto("/admin/login/")
    fill(desk, username=noa.username, password="password")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/admin/")


@pytest.mark.parametrize("script", [True, False])
def test_an_author_reads_on_a_telephone_why_it_is_refused(
    browser_page: OpenPage, shelf, live_server, mailoutbox, settings, script
) -> None:
    settings.BASE_URL = live_server.url
    found = make(title="Jardins partagés")
    desk = browser_page(1280)
    sign_in(desk)
    desk.goto(f"/admin/submissions/{found.pk}/")
    desk.locator("button[value=claim]").click()
    desk.get_by_text("Hors du champ").click()
    reason = desk.get_by_role("textbox", name="Hors du champ")
    reason.fill("Hors de notre région : voyez l’annuaire.")
    desk.get_by_role("button", name=re.compile("this reason|cette raison|ce motif")).first.click()
    outbox.send_waiting()
    assert len(mailoutbox) == 1
    window = browser_page(360, java_script_enabled=script)
    window.goto(re.findall(r"http\S+/suivi/\S+", mailoutbox[0].body)[0])
    expect(window.locator("main")).to_contain_text("voyez l’annuaire")
    faults: list[str] = []
    if script:
        look(window, faults, "refused")
    assert faults == []


def test_spam_is_archived_together(browser_page: OpenPage, shelf) -> None:
    for number in range(4):
        make(State.SPAM, title=f"Buy {number}", suspicion="4 liens")
    desk = browser_page(1280)
    sign_in(desk)
    desk.goto("/admin/submissions/spam/")
    desk.get_by_role("checkbox", name="Buy 1").check()
    desk.locator("button[value=not_spam]").click()
    expect(desk.locator("main")).not_to_contain_text("Buy 1")
    desk.locator("[name=all]").check()
    desk.locator("button[value=archive]").click()
    assert Submission.objects.filter(state=State.ARCHIVED).count() == 3
    desk.goto("/admin/submissions/")
    desk.get_by_role("link", name="Buy 1").click()


def tab_to(window: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _press in range(60):
        window.keyboard.press("Tab")
        if window.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}")


def test_all_of_it_is_done_by_keyboard_alone(
    browser_page: OpenPage, shelf, live_server, mailoutbox, settings
) -> None:
    settings.BASE_URL = live_server.url
    window = browser_page(360)

    def write(name: str, text: str) -> None:
        tab_to(window, f"[name={name}]")
        window.keyboard.type(text)

    def press(selector: str) -> None:
        tab_to(window, selector)
        with window.expect_navigation():
            window.keyboard.press("Enter")

    window.goto("/proposer/")
    press("main a[href$='/proposer/project/']")
    write("title", "Jardins partagés")
    write("summary", "Des jardins.")
    tab_to(window, "[name=status]")
    window.keyboard.press("ArrowDown")
    write("start_date", "2022")
    press("form.proposal button[type=submit]")
    write("objectives", "Se retrouver.")
    write("actions", "Douze ateliers.")
    press("form.proposal button[type=submit]")
    write("commune", "36173")
    write("lead", "Les jardins")
    press("form.proposal button[type=submit]")
    press("form.proposal button[type=submit]")  # no file
    write("name", "Camille Exemple")
    write("email", "camille@example.org")
    tab_to(window, "[name=consent]")
    window.keyboard.press("Space")
    press("form.proposal button[type=submit]")
    press("main form button")
    outbox.send_waiting()
    window.goto(re.findall(r"http\S+/confirmer/\S+", mailoutbox[-1].body)[0])
    press("main form button")
    found = Submission.objects.get()
    assert found.state == State.RECEIVED

    states.perform(found.pk, "claim", user=(noa := UserFactory()))
    states.perform(found.pk, "ask", user=noa, text="Combien de personnes ?")
    window.reload()
    write("text", "Quarante.")
    press("button[value=answer]")
    found.refresh_from_db()
    assert found.state == State.CLAIMED
    accepting.accept(found.pk, noa, parent=shelf)
    proofs.send(found.pk, noa)
    outbox.send_waiting()
    window.goto(re.findall(r"http\S+/epreuve/\S+", mailoutbox[-1].body)[0])
    write("text", "Parfait.")
    press("button[value=remark]")
    assert found.steps.filter(action="proof_answer", text="Parfait.").exists()
