"""What editors do in the admin, in a browser."""

import re

from playwright.sync_api import Page, expect

from knowledge.demo import accounts


def sign_in(window: Page, name: str) -> None:
    window.goto("/admin/login/")
    window.fill("#id_username", name)
    window.fill("#id_password", accounts.PASSWORD)
    window.click("button[type=submit]")
    expect(window).to_have_url(re.compile("/admin/$"))


def choose(window: Page, *titles: str, several: bool = False) -> None:
    """Pick things in the chooser that is open."""
    dialog = window.locator(".modal-dialog")
    for title in titles:
        if several:
            dialog.get_by_label(title).check()
        else:
            dialog.get_by_role("link", name=title).first.click()
    if several:
        dialog.get_by_role("button", name="Confirmer").click()
    expect(dialog).to_have_count(0)


def publish(window: Page) -> None:
    """Choose "publish" in the menu of the form, and wait for nothing."""
    window.locator("footer .w-dropdown__toggle, footer [data-w-dropdown-target=toggle]").click()
    window.locator("button[name=action-publish]").click(no_wait_after=True)
