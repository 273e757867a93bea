"""Indexing several guides at once, in a browser: ticked in the explorer, described in one form."""

import pytest
from playwright.sync_api import expect

from cms.catalogue.models import Record
from tests import factories as make

from .conftest import OpenPage
from .desk import choose, sign_in

pytestmark = pytest.mark.browser


def test_two_guides_ticked_in_the_explorer_receive_a_descriptor(
    browser_page: OpenPage,
    centre: dict[str, object],
) -> None:
    guides = [make.GuidePageFactory(title=title) for title in ("Sommeil", "Écrans")]
    window = browser_page()
    sign_in(window, "editeur")
    window.goto(f"/admin/pages/{centre['section']}/")
    for guide in guides:
        window.locator(f'input[type=checkbox][data-object-id="{guide.pk}"]').check(force=True)
    window.locator('a[href*="/bulk/wagtailcore/page/index/"]').click()
    window.locator("form button[data-chooser-action-choose]:visible").first.click()
    choose(window, "Contrat local de santé")
    window.locator("form[action*='/bulk/'] button[type=submit]").click()
    expect(window.locator(".messages")).to_contain_text("2 pages")
    for guide in guides:
        assert Record.objects.get(page_id=guide.pk).labels == ["Contrat local de santé"]
