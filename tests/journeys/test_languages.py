"""A guide in another language, in a browser: from nothing to the reader, its age, its end."""

import polib
import pytest
from playwright.sync_api import Page, expect
from wagtail.models import Page as WagtailPage
from wagtail_localize.models import Translation

from cms.catalogue.models import Record
from knowledge.demo import accounts
from tests import factories as make

from .conftest import OpenPage
from .desk import publish, sign_in

pytestmark = pytest.mark.browser


def bring_back(window: Page, mark: str) -> None:
    """Take the file of the translation away, fill what is empty, and bring it back."""
    translation = Translation.objects.get()
    address = f"/admin/languages/translation/{translation.pk}/"
    file = window.request.get(f"{address}po/")
    assert file.ok
    po = polib.pofile(f"{file.text()}\n")
    for entry in po:
        if not entry.msgstr or "fuzzy" in entry.flags:
            entry.msgstr, entry.flags = f"{mark} {entry.msgid}", []
    window.goto(address)
    window.set_input_files(
        "#file", {"name": "en.po", "mimeType": "text/plain", "buffer": str(po).encode()}
    )
    window.locator("form[enctype] button[type=submit]").click()
    expect(window.locator(".messages")).to_be_visible()


def publish_translation(window: Page, page: WagtailPage) -> None:
    window.goto(f"/admin/pages/{page.pk}/edit/")
    window.locator("button[value=publish]").first.click()
    expect(window.locator(".messages")).to_be_visible()


def test_a_guide_in_another_language_from_nothing_to_its_end(
    browser_page: OpenPage, centre: dict[str, object]
) -> None:
    english = make.locale("en")
    home = make.HomePageFactory()
    home.copy_for_translation(english).save_revision().publish()
    accounts.create(home)
    guide = make.GuidePageFactory(title="Canari français", slug="canari")
    desk = browser_page(1280)
    sign_in(desk, "documentaliste")

    desk.goto(f"/admin/localize/submit/page/{guide.pk}/")
    desk.locator(f"input[name=locales][value='{english.pk}']").check()
    with desk.expect_navigation():
        desk.locator("input[type=submit]").click()
    page = WagtailPage.objects.get(translation_key=guide.translation_key, locale=english)
    reader = browser_page(360, java_script_enabled=False)
    assert reader.goto("/en/guides/canari/").status == 404
    bring_back(desk, "EN")
    publish_translation(desk, page)
    section = WagtailPage.objects.get(slug="guides", locale=english)
    assert section.alias_of_id
    assert reader.goto("/en/guides/canari/").status == 200
    expect(reader.locator("h1")).to_have_text("EN Canari français")
    expect(reader.locator("[role=note]")).to_have_count(0)

    desk.goto(f"/admin/pages/{guide.pk}/edit/")
    desk.fill("#id_title", "Canari bleu")
    publish(desk)
    expect(desk.locator(".messages")).to_contain_text("publiée")
    reader.reload()
    expect(reader.locator("[role=note]")).to_be_visible()
    desk.goto("/admin/languages/")
    desk.locator("a[href*='state=outdated']").click()
    desk.locator("a[href$='/synchronise/']").click()
    expect(desk.locator("ins").first).to_have_text("Canari bleu")
    with desk.expect_navigation():
        desk.locator("form[method=post] button.button").last.click()
    bring_back(desk, "EN")
    publish_translation(desk, page)
    reader.reload()
    expect(reader.locator("h1")).to_have_text("EN Canari bleu")
    expect(reader.locator("[role=note]")).to_have_count(0)

    desk.goto(f"/admin/languages/{guide.pk}/everywhere/")
    expect(desk.locator("main")).to_contain_text("EN Canari bleu")
    with desk.expect_navigation():
        desk.locator("button[value=unpublish]").click()
    for address in ("/guides/canari/", "/en/guides/canari/"):
        assert reader.goto(address).status == 404
    assert Record.objects.filter(gone_reason="unpublished").count() == 2
