"""The form says what a page lacks, each gap a link to its field."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from tests import admin as desk
from tests.factories import ConceptFactory, GuidePageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(UserFactory())
    return client


def panel(html: str) -> str:
    """The list of gaps, the first panel of the first tab."""
    start = html.index('class="help-block help-info"', html.index('id="tab-'))
    return html[start : html.index("</section>", start)]


def gaps(html: str) -> list[str]:
    return re.findall(r'href="#id_(\w+)"', panel(html))


def edit_form(admin, page) -> str:
    return admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_what_is_missing_is_counted_and_leads_to_its_field(admin):
    page = GuidePageFactory(summary="")
    html = edit_form(admin, page)
    assert gaps(html) == ["summary", "descriptors", "edition_date"]
    assert re.search(r"1 \w+ 4", panel(html))
    assert 'data-w-focus-target-value="#id_summary"' in panel(html)
    assert "#id_descriptors-OPEN_MODAL" in panel(html)
    assert html.index('id="id_title"') > html.index('data-w-focus-target-value="#id_summary"')


def test_what_publishing_requires_is_marked(admin):
    html = panel(edit_form(admin, GuidePageFactory(summary="", edition_date="2019")))
    summary, descriptors = html.split("<li>")[1:]
    assert summary.count("<strong>") == 1
    assert "<strong>" not in descriptors


def test_a_complete_page_says_so(admin):
    page = GuidePageFactory(concepts=[ConceptFactory()], edition_date="2019")
    html = edit_form(admin, page)
    assert gaps(html) == []
    assert re.search(r"4 \w+ 4", panel(html))


def test_a_form_that_comes_back_counts_what_stands_in_it(admin):
    page = GuidePageFactory(summary="", concepts=[ConceptFactory()], edition_date="2019")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = desk.form(admin, address)
    data["title"], data["summary"] = "", "Un résumé."
    data["action-publish"] = "1"
    response = admin.post(address, data)
    assert response.status_code == 200
    assert gaps(response.content.decode()) == []


def test_a_refused_publication_counts_what_it_lacks_and_says_that_it_is_the_form(admin):
    page = GuidePageFactory(concepts=[ConceptFactory()], edition_date="2019")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = desk.form(admin, address)
    assert gettext("as last saved") in panel(admin.get(address).content.decode())
    data |= {"summary": "", "action-publish": "1"}
    data["descriptors-0-DELETE"] = "1"
    html = admin.post(address, data).content.decode()
    assert gaps(html) == ["summary", "descriptors"], "what is asked for is not there"
    assert re.search(r"2 \w+ 4", panel(html))
    assert gettext("as the form below stands, not saved yet") in panel(html)


def test_what_is_refused_is_not_counted_although_an_older_value_is_saved(admin):
    page = GuidePageFactory(concepts=[ConceptFactory()], edition_date="2019")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = desk.form(admin, address) | {"edition_date": "l’an passé", "action-publish": "1"}
    html = admin.post(address, data).content.decode()
    assert gaps(html) == ["edition_date"]


def test_a_new_page_lacks_everything(admin):
    shelf = GuidePageFactory().get_parent()
    address = reverse("wagtailadmin_pages:add", args=["knowledge_guides", "guidepage", shelf.pk])
    assert gaps(admin.get(address).content.decode()) == [
        "summary", "descriptors", "chapters", "edition_date",
    ]  # fmt: skip
