"""The main job, in a browser: from the documentalist's keyboard to the reader and the partner,
and back when the editor withdraws it."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from wagtail.models import Page as WagtailPage

from cms.catalogue.models import Record

from .conftest import OpenPage
from .desk import choose, publish, sign_in

pytestmark = pytest.mark.browser

TITLE = "Évaluer une action de quartier"


def write_the_guide(window: Page, section: object) -> None:
    window.goto(f"/admin/pages/add/knowledge_guides/guidepage/{section}/")
    window.fill("#id_title", TITLE)
    window.fill("#id_summary", "Peu d’indicateurs, relevés au fil de l’eau.")
    window.locator("#id_hero_image-chooser").get_by_role("button").first.click()
    choose(window, "Carte du quartier")
    window.locator("#id_downloads-OPEN_MODAL").click()
    choose(window, "Grille d’entretien", several=True)
    window.locator("#id_chapters-ADD").click()
    window.fill("#id_chapters-0-title", "Choisir les indicateurs")
    add_block(window, "Paragraphe")
    window.keyboard.type("Nous avons évalué ce qui compte pour les habitants.")
    window.get_by_role("tab", name="Indexation").click()
    window.locator("#id_descriptors-OPEN_MODAL").click()
    choose(
        window, "Contrat local de santé", "Évaluation de projet", "Quartier prioritaire",
        several=True,
    )  # fmt: skip


def add_block(window: Page, kind: str) -> None:
    """Add a block to the first chapter and put the cursor into it."""
    window.locator("#id_chapters-FORMS .c-sf-add-button").first.click()
    window.get_by_role("option", name=kind).click()
    window.locator(".public-DraftEditor-content").last.click()


def test_a_guide_from_the_keyboard_to_the_reader_and_the_partner(
    browser_page: OpenPage, centre: dict[str, object]
) -> None:
    desk = browser_page(1280)
    sign_in(desk, "documentaliste")
    write_the_guide(desk, centre["section"])
    with desk.expect_response(lambda response: "/preview/" in response.url and response.ok):
        desk.locator(
            "button[aria-label*='révisualisation'], [data-side-panel=preview]"
        ).first.click()
    publish(desk)
    expect(desk.locator(".messages")).to_contain_text("publiée")
    record = Record.objects.get(gone_at__isnull=True)

    phone = browser_page(360, java_script_enabled=False)
    for words in ("evaluation", "évaluer", "l’évaluation", "CLS", "photolangage"):
        phone.goto(f"/recherche/?q={words}")
        expect(phone.locator("main")).to_contain_text(TITLE)
        expect(phone.locator("mark").first, words).to_be_visible()
    expect(phone.locator("main")).to_contain_text("p. 2")
    phone.get_by_role("link", name=TITLE).click()
    expect(phone.locator("h1")).to_have_text(TITLE)
    expect(phone.locator("main")).to_contain_text("ce qui compte pour les habitants")

    partner = phone.request
    answer = partner.get(f"/api/v1/records/{record.uid}")
    assert answer.json()["title"] == TITLE
    assert len(answer.json()["concepts"]) == 3
    again = partner.get(
        f"/api/v1/records/{record.uid}", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status == 304
    file = urlsplit(answer.json()["downloads"][0]["url"]).path
    assert partner.get(file).ok

    page = WagtailPage.objects.get(pk=record.page_id)
    editor = browser_page(1280)
    sign_in(editor, "editeur")
    editor.goto(f"/admin/pages/{page.pk}/unpublish/")
    editor.locator("main form button[type=submit], main form input[type=submit]").first.click()
    expect(editor.locator(".messages")).to_be_visible()

    phone.goto("/recherche/?q=photolangage")
    expect(phone.locator("main")).not_to_contain_text(TITLE)
    assert partner.get(f"/api/v1/records/{record.uid}").status == 410
    assert partner.get(file).status == 404
    changes = partner.get(f"/api/v1/changes?since={record.version}").json()
    assert [item["uid"] for item in changes["items"]] == [str(record.uid)]
