"""Deleting a page that is used asks what takes its place."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from cms.catalogue import touches
from cms.catalogue.checking import problems
from cms.catalogue.models import Record
from cms.core.replacing import uses
from knowledge.base.models import PageContact, PageOrganisation
from knowledge.directory.models import OrganisationPage, PersonPage
from knowledge.guides.models import GuidePage
from tests import admin
from tests.directory_factories import (
    OrganisationPageFactory,
    PersonPageFactory,
    name_contact,
    name_organisation,
)
from tests.factories import GuidePageFactory, SectionPageFactory, UserFactory, locale

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(UserFactory())
    return client


@pytest.fixture
def old():
    return OrganisationPageFactory(title="Ancienne union")


@pytest.fixture
def new():
    return OrganisationPageFactory(title="Nouvelle union")


def delete(client, page, **data):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), data)


def exists(page) -> bool:
    return Page.objects.filter(pk=page.pk).exists()


def test_a_page_that_nothing_uses_is_deleted_as_before(editor, old):
    response = editor.get(reverse("wagtailadmin_pages:delete", args=[old.pk]))
    assert "knowledge_base/replace_page.html" not in [t.name for t in response.templates]
    assert delete(editor, old).status_code == 302
    assert not exists(old)


def test_it_says_what_uses_the_page_and_does_not_delete_it(editor, old):
    guides = [GuidePageFactory(title=f"Guide n° {n}") for n in range(25)]
    for guide in guides:
        name_organisation(guide, old)
    for response in (
        editor.get(reverse("wagtailadmin_pages:delete", args=[old.pk])),
        delete(editor, old),
    ):
        said = response.content.decode()
        assert response.context["number"] == 25
        assert len(response.context["uses"]) == 20
        assert said.count("Guide n°") == 20
        assert reverse("wagtailadmin_pages:edit", args=[guides[0].pk]) in said
    assert exists(old)


def test_another_organisation_takes_its_place_everywhere(editor, old, new, client):
    guide, both = GuidePageFactory(), GuidePageFactory()
    name_organisation(guide, old, "funder")
    name_organisation(both, old)
    name_organisation(both, new)
    name_contact(guide, old)
    person = PersonPageFactory(organisation=old, mandates=[{"body": old, "role": "Titulaire"}])
    child = OrganisationPageFactory(title="Antenne", parent_organisation=old)
    group = OrganisationPageFactory(title="Groupe", members=[(old, "Membre")])
    replaced = OrganisationPageFactory(title="Plus ancienne encore", supersedes=old.page_ptr)
    touches.flush()
    address = Record.objects.get(page_id=old.pk).url
    response = delete(editor, old, replacing="1", replacement=new.pk)
    assert response.status_code == 302
    assert not exists(old)
    assert list(PageOrganisation.objects.filter(page_id=guide.pk).values_list(
        "organisation", "role")) == [(new.pk, "funder")]  # fmt: skip
    assert PageOrganisation.objects.filter(page_id=both.pk).count() == 1
    assert PageContact.objects.get(page_id=guide.pk).actor_id == new.pk
    person.refresh_from_db()
    assert person.organisation_id == new.pk
    assert person.mandates.get().body_id == new.pk
    assert OrganisationPage.objects.get(pk=child.pk).parent_organisation_id == new.pk
    assert OrganisationPage.objects.get(pk=group.pk).members.get().actor_id == new.pk
    assert OrganisationPage.objects.get(pk=replaced.pk).supersedes_id == new.pk
    assert problems() == []
    editor.logout()
    assert (
        client.get(address, follow=True)
        .redirect_chain[-1][0]
        .endswith(Record.objects.get(page_id=new.pk).url)
    )


def test_drafts_follow_too(editor, old, new):
    guide = GuidePageFactory()
    draft = GuidePage.objects.get(pk=guide.pk)
    draft.organisations.add(PageOrganisation(organisation_id=old.pk, sort_order=0))
    draft.save_revision()
    assert not PageOrganisation.objects.exists()  # the draft alone names it
    assert uses(old) == [guide]
    delete(editor, old, replacing="1", replacement=new.pk)
    version = GuidePage.objects.get(pk=guide.pk).get_latest_revision_as_object()
    assert [row.organisation_id for row in version.organisations.all()] == [new.pk]
    admin.edit(editor, version)
    assert PageOrganisation.objects.get(page_id=guide.pk).organisation_id == new.pk


def test_a_part_that_takes_over_does_not_end_up_under_itself(editor, old):
    middle = OrganisationPageFactory(title="Milieu", parent_organisation=old)
    low = OrganisationPageFactory(title="Bas", parent_organisation=middle)
    delete(editor, old, replacing="1", replacement=low.pk)
    low.refresh_from_db()
    middle.refresh_from_db()
    assert low.parent_organisation_id is None
    assert middle.parent_organisation_id == low.pk


def test_one_may_say_that_nothing_replaces_it(editor, old):
    guide = GuidePageFactory()
    name_organisation(guide, old)
    assert delete(editor, old, replacing="1").status_code == 200
    assert exists(old)
    assert delete(editor, old, replacing="1", without="on").status_code == 302
    assert not exists(old)
    touches.flush()
    assert problems() == []


@pytest.mark.parametrize("wrong", ["itself", "person", "0", "abc"])
def test_a_page_of_another_type_or_itself_cannot_replace_it(editor, old, wrong):
    guide = GuidePageFactory()
    name_organisation(guide, old)
    chosen = {"itself": old.pk, "person": PersonPageFactory().pk}.get(wrong, wrong)
    response = delete(editor, old, replacing="1", replacement=chosen)
    assert "replacement" in response.context["form"].errors
    assert exists(old)


def test_a_person_is_replaced_by_a_person(editor):
    leaving, coming = PersonPageFactory(), PersonPageFactory()
    guide = GuidePageFactory()
    name_contact(guide, leaving)
    delete(editor, leaving, replacing="1", replacement=coming.pk)
    assert PageContact.objects.get(page_id=guide.pk).actor_id == coming.pk
    assert not PersonPage.objects.filter(pk=leaving.pk).exists()


def test_pages_in_use_are_not_deleted_in_bulk(editor, old, new):
    guide = GuidePageFactory()
    name_organisation(guide, old)
    admin.bulk(editor, "delete", old, new)
    assert exists(old)
    assert exists(new)
    admin.bulk(editor, "delete", new)
    assert not exists(new)


def test_what_is_deleted_together_needs_no_replacement(editor, old):
    guide = GuidePageFactory()
    name_organisation(guide, old)
    admin.bulk(editor, "delete", old, guide)
    assert not exists(old)


def test_a_section_is_not_deleted_while_something_else_uses_a_page_below(editor, old, new):
    guide = GuidePageFactory()
    name_organisation(guide, old)
    section = old.get_parent()
    for response in (
        delete(editor, section),
        admin.bulk(editor, "delete", section),
        delete(editor, section, confirm_site_name="Relais"),
    ):
        assert response.status_code == 302
        assert "Ancienne union" in " ".join(map(str, get_messages(response.wsgi_request)))
        assert exists(old)
    delete(editor, guide)
    delete(editor, section)
    assert not exists(old)


def test_what_is_used_only_by_a_draft_counts_for_a_section_too(editor, old):
    draft = GuidePage.objects.get(pk=GuidePageFactory().pk)
    draft.organisations.add(PageOrganisation(organisation_id=old.pk, sort_order=0))
    draft.save_revision()
    delete(editor, old.get_parent())
    assert exists(old)


def test_many_pages_are_deleted_only_once_the_name_of_the_site_is_typed(editor, settings):
    settings.WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 2
    parent, other = SectionPageFactory(title="Ancienne"), SectionPageFactory(title="Nouvelle")
    GuidePageFactory(title="Dessous", parent=parent)
    GuidePageFactory(title="Ailleurs", supersedes=parent.page_ptr)
    answer = {"replacing": "1", "replacement": other.pk}
    for typed in ({}, {"confirm_site_name": "Autre"}):
        response = delete(editor, parent, **answer, **typed)
        assert "confirm_site_name" in response.context["form"].errors
    assert (
        "replacement"
        in delete(editor, parent, replacing="1", confirm_site_name="Relais").context["form"].errors
    )
    assert delete(editor, parent, confirm_site_name="Relais").status_code == 200
    assert exists(parent)
    assert delete(editor, parent, **answer, confirm_site_name="Relais").status_code == 302
    assert not exists(parent)


def test_a_page_in_another_language_cannot_replace_it(editor, old, new):
    english = new.copy_for_translation(locale("en"), copy_parents=True)
    name_organisation(GuidePageFactory(), old)
    response = delete(editor, old, replacing="1", replacement=english.pk)
    assert "replacement" in response.context["form"].errors
    assert "locale=fr" in response.content.decode()


def test_knowing_who_uses_it_reads_the_versions_once(old):
    guide = GuidePageFactory()
    name_organisation(guide, old)
    uses(old)
    with CaptureQueriesContext(connection) as asked:
        assert uses(old) == [guide]
    assert sum('FROM "wagtailcore_revision"' in one["sql"] for one in asked) == 1
