"""Proposing and deciding on a telephone: with scripts, without them, and by keyboard alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from cms.submissions import outbox, spam
from cms.submissions.models import State, Submission
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
    section = SectionPageFactory(title="Projets", slug="projets", show_in_menus=True)
    workflow = Workflow.objects.create(name="Relecture")
    task = GroupApprovalTask.objects.create(name="Relecture")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(page=section, workflow=workflow)
    return section


def look(window: Page, faults: list[str], picture: str) -> None:
    """What axe sees, targets that are too small, a page wider than the screen."""
    faults += [f"{picture}: {one}" for one in violations(window)]
    small = window.evaluate(TARGETS)
    # The name of a field is no target: the field is.
    faults += [f"{picture}: small {one}" for one in small if not one.startswith("<label for")]
    wide, screen = window.evaluate(WIDTH)
    if wide > screen:
        faults.append(f"{picture}: {wide} px wide")


class Hand:
    """What somebody does in a window: with a mouse or a finger, or by keyboard alone."""

    def __init__(self, window: Page, *, script: bool, keyboard: bool) -> None:
        self.window, self.script, self.keyboard = window, script, keyboard

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """Press Tab until the focus is there, past the menus by the link made for it where it
        leads nearer."""
        expect(self.window.locator(selector).first).to_be_attached()
        inside = self.window.evaluate("s => !!document.querySelector(s).closest('main')", selector)
        where = "s => [s, '.skip, .skiplink'].map(one => document.activeElement.matches(one))"
        for _press in range(150):
            self.window.keyboard.press(key)
            there, is_skip_link = self.window.evaluate(where, selector)
            if there:
                return
            if is_skip_link and inside and key == "Tab":
                self.window.keyboard.press("Enter")
                # Wagtail moves the focus 50 ms later: not under the next keys.
                expect(self.window.locator(".skip:focus, .skiplink:focus")).to_have_count(0)
        raise AssertionError(f"The keyboard does not reach {selector}")

    def write(self, selector: str, text: str) -> None:
        if not self.keyboard:
            self.window.fill(selector, text)
            return
        self.tab_to(selector)
        self.window.keyboard.press("ControlOrMeta+a")
        self.window.keyboard.type(text)
        expect(self.window.locator(selector)).to_have_value(text)

    def choose(self, selector: str, value: str) -> None:
        if not self.keyboard:
            self.window.select_option(selector, value)
            return
        self.tab_to(selector)
        for _press in range(20):
            self.window.keyboard.press("ArrowDown")
            if self.window.input_value(selector) == value:
                return
        raise AssertionError(f"The keyboard does not choose {value}")

    def tick(self, selector: str) -> None:
        if not self.keyboard:
            self.window.check(selector)
            return
        self.tab_to(selector)
        self.window.keyboard.press("Space")
        expect(self.window.locator(selector)).to_be_checked()

    def press(self, selector: str) -> None:
        """A link or a button that leads to another page; there when that page is loaded."""
        if self.keyboard:
            self.tab_to(selector)
        # Not `expect_navigation`: a fragment or a state in the history would end it early.
        with self.window.expect_event("load", timeout=90_000):
            if self.keyboard:
                self.window.keyboard.press("Enter")
            else:
                self.window.click(selector)

    def unfold(self, selector: str) -> None:
        if not self.keyboard:
            self.window.click(selector)
            return
        self.tab_to(selector)
        self.window.keyboard.press("Enter")


@dataclass(frozen=True)
class Way:
    """How somebody goes through it, on a telephone."""

    open: OpenPage
    script: bool
    keyboard: bool

    def hand(self, **options: object) -> Hand:
        script = bool(options.setdefault("java_script_enabled", self.script))
        return Hand(self.open(360, **options), script=script, keyboard=self.keyboard)

    def desk(self) -> Hand:
        """Somebody who decides, signed in."""
        noa = UserFactory(username="noa")
        hand = self.hand()
        hand.window.goto("/admin/login/")
        hand.write("[name=username]", noa.username)
        hand.write("[name=password]", "password")
        with hand.window.expect_event("load", timeout=90_000):
            hand.window.keyboard.press("Enter")
        expect(hand.window).to_have_url(re.compile(r"/admin/$"))
        return hand

    def editor(self, desk: Hand) -> Hand:
        """The same person in Wagtail's editor, which needs scripts."""
        if self.script:
            return desk
        state = desk.window.context.storage_state()
        return self.hand(java_script_enabled=True, storage_state=state)


@pytest.fixture(params=["scripts", "no scripts", "keyboard"])
def way(request: pytest.FixtureRequest, browser_page: OpenPage) -> Way:
    return Way(browser_page, request.param != "no scripts", request.param == "keyboard")


NEXT = "form.proposal button[type=submit]"


def propose(hand: Hand, seen: Callable[[str], None]) -> str:
    """Fill every step of a project and send it; the address of the tracking page."""
    window = hand.window
    window.goto("/proposer/")
    seen("choose")
    hand.press("main a[href$='/proposer/project/']")
    hand.write("[name=title]", "Jardins partagés")
    hand.choose("[name=status]", "completed")
    hand.write("[name=start_date]", "2022")
    hand.press(NEXT)  # the summary is missing
    expect(window.locator("[role=alert]")).to_be_visible()
    expect(window.locator("[name=title]")).to_have_value("Jardins partagés")
    seen("errors")
    hand.write("[name=summary]", "Des jardins.")
    hand.press(NEXT)
    seen("story")
    hand.write("[name=objectives]", "Se retrouver.")
    hand.write("[name=actions]", "Douze ateliers.")
    hand.press(NEXT)
    hand.write("[name=commune]", "36173")
    hand.write("[name=lead]", "Les jardins")
    hand.press(NEXT)
    if not hand.keyboard:  # the dialog that chooses files is the browser's
        window.locator("[name=joined]").set_input_files(
            {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Bonjour"}
        )
    seen("files")
    hand.press(NEXT)
    hand.write("[name=name]", "Camille Exemple")
    hand.write("[name=email]", "camille@example.org")
    hand.tick("[name=consent]")
    seen("author")
    hand.press(NEXT)
    seen("check")
    hand.press("main form button")
    seen("tracking")
    # Without the fragment of a skip link: going to the page one is on would load nothing.
    return window.url.partition("#")[0]


def told(mailoutbox: list[Any], part: str) -> str:
    """The address in the last message that holds a word."""
    outbox.send_waiting()
    return re.findall(rf"http\S+/{part}/\S+", mailoutbox[-1].body)[0]


def look_at_desk(hand: Hand, faults: list[str], picture: str) -> None:
    """What axe sees in the part of the admin that is ours, and whether it is too wide."""
    if not hand.script:
        return  # axe is one
    found = Axe().run(hand.window, context="main .desk, main .desk-list").response["violations"]
    faults += [f"{picture}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    wide, screen = hand.window.evaluate(
        "() => { const m = document.querySelector('main'); return [m.scrollWidth, m.clientWidth] }"
    )
    if wide > screen:
        faults.append(f"{picture}: {wide} px wide")


def approve(hand: Hand, page_id: int) -> None:
    """In Wagtail's editor: the last menu of the form, its button to approve."""
    window = hand.window
    window.goto(f"/admin/pages/{page_id}/edit/")
    expect(window.locator("[name=title]")).to_have_value("Jardins partagés de Rosnay")
    toggle = "footer .w-dropdown__toggle, footer [data-w-dropdown-target=toggle]"
    button = "[data-workflow-action-name=approve]"
    if not hand.keyboard:
        window.locator(toggle).click()
        window.locator(button).first.click()
    else:
        hand.tab_to(toggle, "Shift+Tab")  # from the end of the page
        window.keyboard.press("Enter")
        hand.tab_to(button)
        window.keyboard.press("Enter")
    expect(window.locator(".messages")).to_contain_text("Jardins partagés de Rosnay")


def test_a_project_is_proposed_asked_about_corrected_approved_and_found(
    way: Way, shelf, live_server, mailoutbox, settings
) -> None:
    settings.BASE_URL = live_server.url
    faults: list[str] = []
    author = way.hand()
    window = author.window

    def seen(picture: str) -> None:
        if way.script and not way.keyboard:
            look(window, faults, picture)

    tracking = propose(author, seen)
    window.goto(told(mailoutbox, "confirmer"))
    seen("confirm")
    author.press("main form button")
    found = Submission.objects.get()
    assert found.state == State.RECEIVED

    # At the desk.
    hand = way.desk()
    desk = hand.window
    here = f"/admin/submissions/{found.pk}/"
    desk.goto("/admin/submissions/")
    look_at_desk(hand, faults, "desk")
    if not way.script:  # Wagtail's own filters are one
        hand.unfold(".desk summary")
        hand.choose(".desk [name=whose]", "nobody")
        hand.press(".desk form button")
        assert "whose=nobody" in desk.url
    hand.press(f"main a[href$='{here}']")
    hand.press("button[value=claim]")
    look_at_desk(hand, faults, "claimed")
    hand.write("#ask-text", "Combien de personnes ?")
    hand.press("button[value=ask]")
    window.goto(tracking)
    expect(window.locator("main")).to_contain_text("Combien de personnes ?")
    seen("asked")
    author.write("#text", "Quarante.")
    author.press("button[value=answer]")
    desk.goto(here)
    expect(desk.locator("main")).to_contain_text("Quarante.")
    hand.press("a[href*='edit=1']")
    look_at_desk(hand, faults, "correcting")
    hand.write("form [name=title]", "Jardins partagés de Rosnay")
    hand.press("button[value=correct]")
    row = desk.locator("tr", has_text="Jardins partagés de Rosnay")
    expect(row.locator("td").first).to_have_text("Jardins partagés")  # both are shown
    look_at_desk(hand, faults, "corrected")
    hand.press("button[value=accept]")
    found.refresh_from_db()
    assert found.state == State.ACCEPTED
    window.goto(tracking)
    seen("accepted")

    # The author reads a proof and agrees; an editor approves it in Wagtail's workflow.
    desk.goto(here)
    hand.press("button[value=proof]")
    window.goto(told(mailoutbox, "epreuve"))
    expect(window.locator("h1")).to_have_text("Jardins partagés de Rosnay")
    seen("proof")
    author.press("button[value=agree]")
    seen("proof answered")
    desk.goto(f"/admin/submissions/?page={found.page_id}")
    hand.press(f"main a[href$='{here}']")
    approve(way.editor(hand), found.page_id)

    # Its author is told where; readers and partners find it.
    outbox.tell_what_is_published()
    window.goto(told(mailoutbox, "projets"))
    expect(window.locator("h1")).to_have_text("Jardins partagés de Rosnay")
    window.goto("/recherche/?q=jardins+partages")
    expect(window.locator("ol.list")).to_contain_text("Jardins partagés de Rosnay")
    assert "Jardins partagés de Rosnay" in window.request.get("/api/v1/records").text()
    assert faults == []


def test_an_author_reads_on_a_telephone_why_it_is_refused(
    way: Way, shelf, live_server, mailoutbox, settings
) -> None:
    settings.BASE_URL = live_server.url
    found = make(title="Jardins partagés")
    hand = way.desk()
    hand.window.goto(f"/admin/submissions/{found.pk}/")
    hand.press("button[value=claim]")
    hand.unfold(".desk__decide h2 + form summary")
    reason = ".desk__decide details[open] textarea"
    expect(hand.window.locator(reason)).not_to_have_value("")
    hand.write(reason, "Hors de notre région : voyez l’annuaire.")
    hand.press(".desk__decide details[open] button[value=refuse]")
    address = told(mailoutbox, "suivi")
    assert len(mailoutbox) == 1
    author = way.hand()
    author.window.goto(address)
    expect(author.window.locator("main")).to_contain_text("voyez l’annuaire")
    faults: list[str] = []
    if way.script:
        look(author.window, faults, "refused")
    assert faults == []


def test_spam_is_archived_together(way: Way, shelf) -> None:
    rows = [make(State.SPAM, title=f"Buy {n}", suspicion="4 liens") for n in range(4)]
    faults: list[str] = []
    hand = way.desk()
    desk = hand.window
    desk.goto("/admin/submissions/spam/")
    look_at_desk(hand, faults, "spam")
    hand.tick(f"[name=id][value='{rows[1].pk}']")
    hand.press("button[value=not_spam]")
    expect(desk.locator("main")).not_to_contain_text("Buy 1")
    hand.tick("[name=all]")
    hand.press("button[value=archive]")
    assert Submission.objects.filter(state=State.ARCHIVED).count() == 3
    desk.goto("/admin/submissions/")
    hand.press(f"main a[href$='/admin/submissions/{rows[1].pk}/']")
    assert faults == []
