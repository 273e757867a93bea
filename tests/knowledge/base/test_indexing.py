"""Indexing a batch of pages, through the admin's own views."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page, PageLogEntry

from cms.catalogue import touches
from cms.catalogue.models import Record
from knowledge.guides.models import GuidePage
from knowledge.territories.models import Territory
from tests.admin import edit
from tests.factories import (
    ConceptFactory,
    ConceptSchemeFactory,
    GuidePageFactory,
    SectionPageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def chosen(name, rows):
    data = {f"{name}-count": len(rows)}
    for place, row in enumerate(rows):
        data |= {
            f"{name}-{place}-value": row.pk, f"{name}-{place}-order": place,
            f"{name}-{place}-deleted": "", f"{name}-{place}-type": "one",
            f"{name}-{place}-id": "",
        }  # fmt: skip
    return data


def index(client, *pages, add=(), remove=(), territories=(), follow=True):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "index"])
    query = urlencode({"id": [page.pk for page in pages]}, doseq=True)
    data = chosen("add", add) | chosen("remove", remove) | chosen("territories", territories)
    return client.post(f"{address}?{query}&next=/admin/pages/", data, follow=follow)


def concepts(page):
    return [row.concept.slug for row in page.descriptors.all()]


def drafted(page):
    return concepts(Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object())


def public(page):
    return Record.objects.get(page_id=page.pk, gone_at=None)


@pytest.fixture
def sleep():
    return ConceptFactory(slug="sommeil", label="Sommeil")


@pytest.fixture
def food():
    return ConceptFactory(slug="alimentation", label="Alimentation")


def test_several_pages_receive_descriptors_and_territories_and_their_records_say_so(
    admin_client, sleep, food
):
    parc = Territory.objects.create(kind="free", name="Val-de-Brume")
    guides = [GuidePageFactory(concepts=[food]), GuidePageFactory()]
    response = index(admin_client, *guides, add=[sleep], remove=[food], territories=[parc])
    assert "2 pages" in response.content.decode()
    for guide in guides:
        assert concepts(guide) == ["sommeil"] == drafted(guide)
        found = GuidePage.objects.get(pk=guide.pk)
        assert found.live
        assert not found.has_unpublished_changes
        assert found.live_revision == found.latest_revision
        assert public(guide).terms[:2] == ["themes:sommeil", "territory:libre-val-de-brume"]
        entry = PageLogEntry.objects.get(page=guide.pk, action="knowledge.index")
        assert entry.revision == found.latest_revision
        assert entry.data["added"] == ["Sommeil"]
        history = admin_client.get(reverse("wagtailadmin_pages:history", args=[guide.pk]))
        assert "− Alimentation" in history.content.decode()
    index(admin_client, *guides, add=[sleep])
    assert GuidePage.objects.get(pk=guides[0].pk).revisions.count() == 1


def test_pending_changes_stay_pending_and_keep_the_descriptor_once_published(
    admin_client, sleep, food
):
    guide = GuidePageFactory(title="Titre public", concepts=[food])
    edit(admin_client, guide, None, title="Titre en cours")
    index(admin_client, guide, add=[sleep])
    found = GuidePage.objects.get(pk=guide.pk)
    assert found.title == "Titre public"
    assert found.has_unpublished_changes
    assert concepts(guide) == ["alimentation", "sommeil"] == drafted(guide)
    assert found.get_latest_revision_as_object().title == "Titre en cours"
    assert public(guide).title == "Titre public"
    assert "themes:sommeil" in public(guide).terms
    edit(admin_client, guide, "publish")
    assert concepts(guide) == ["alimentation", "sommeil"]
    assert public(guide).title == "Titre en cours"


def test_a_draft_is_indexed_and_stays_a_draft(admin_client, sleep):
    guide = GuidePageFactory(live=False)
    index(admin_client, guide, add=[sleep])
    found = GuidePage.objects.get(pk=guide.pk)
    assert not found.live
    assert drafted(guide) == ["sommeil"]
    assert not Record.objects.filter(page_id=guide.pk).exists()


def test_what_a_vocabulary_forbids_is_reported_and_the_rest_is_done(admin_client, sleep):
    elsewhere = ConceptSchemeFactory(slug="formats", title="Formats", applies_to=["call"])
    single = ConceptSchemeFactory(slug="niveaux", title="Niveaux", multiple=False, required=True)
    easy, hard = (ConceptFactory(scheme=single, slug=slug) for slug in ("facile", "ardu"))
    other = ConceptFactory(scheme=elsewhere, slug="flash")
    guide = GuidePageFactory(title="Guide indexé", concepts=[easy])
    shown = index(admin_client, guide, add=[sleep, other, hard]).content.decode()
    assert concepts(guide) == ["facile", "sommeil"]
    assert "Formats" in shown
    assert "Niveaux" in shown
    shown = index(admin_client, guide, remove=[easy]).content.decode()
    assert "Niveaux" in shown
    assert "facile" in concepts(guide)  # a published guide must keep one
    index(admin_client, guide, add=[hard], remove=[easy])
    assert set(concepts(guide)) == {"sommeil", "ardu"} == set(drafted(guide))


def test_a_choice_that_contradicts_itself_is_said_and_changes_nothing(admin_client, sleep):
    guide = GuidePageFactory()
    assert index(admin_client, guide, follow=False).status_code == 200
    response = index(admin_client, guide, add=[sleep], remove=[sleep], follow=False)
    assert response.context["form"].errors["add"]
    gone = ConceptFactory(slug="ancien", replaced_by=sleep)
    response = index(admin_client, guide, add=[gone], follow=False)
    assert response.context["form"].errors["add"]
    assert concepts(guide) == []
    assert not PageLogEntry.objects.filter(action="knowledge.index").exists()


def editor(*sections, permissions=("change_page",)):
    group = Group.objects.create(name="Indexation")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for section in sections:
        for codename in permissions:
            GroupPagePermission.objects.create(
                group=group, page=section, permission=Permission.objects.get(codename=codename)
            )
    user = UserFactory(is_superuser=False, is_staff=False)
    user.groups.add(group)
    return user


def test_pages_that_cannot_be_indexed_are_left_out_with_the_reason(client, sleep):
    mine, theirs = SectionPageFactory(title="La mienne"), SectionPageFactory(title="La leur")
    guide = GuidePageFactory(parent=mine)
    other = GuidePageFactory(parent=theirs, title="Guide des autres")
    alias = guide.create_alias(parent=mine, update_slug="alias")
    locked = GuidePageFactory(parent=mine, locked=True, locked_by=UserFactory())
    client.force_login(editor(mine, permissions=("change_page", "publish_page")))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "index"])
    pages = [guide, other, alias, locked, mine]
    query = urlencode({"id": [page.pk for page in pages]}, doseq=True)
    shown = client.get(f"{address}?{query}")
    left = {row["item"].pk: str(row["reason"]) for row in shown.context["left_out"]}
    assert set(left) == {other.pk, alias.pk, locked.pk, mine.pk}
    assert len(set(left.values())) == 4
    index(client, *pages, add=[sleep])
    assert concepts(guide) == ["sommeil"]
    assert concepts(alias) == ["sommeil"]  # it follows the page that it repeats
    assert concepts(other) == concepts(locked) == []


def test_who_may_not_publish_changes_drafts_only(client, sleep):
    section = SectionPageFactory()
    guide = GuidePageFactory(parent=section)
    client.force_login(editor(section))
    index(client, guide, add=[sleep])
    assert concepts(guide) == []
    assert drafted(guide) == ["sommeil"]
    assert GuidePage.objects.get(pk=guide.pk).has_unpublished_changes
    assert "themes:sommeil" not in public(guide).terms


def test_each_page_costs_as_many_queries_as_the_next(admin_client, sleep, food):
    guides = [GuidePageFactory() for _ in range(7)]
    index(admin_client, guides[0], add=[food])

    def queries(pages, concept):
        with CaptureQueriesContext(connection) as captured:
            index(admin_client, *pages, add=[concept], follow=False)
        return len(captured)

    one, two, three = (queries(some, sleep) for some in (guides[1:2], guides[2:4], guides[4:7]))
    assert three - two == two - one
    assert two - one < 90


def test_the_action_stands_in_the_explorer_and_in_the_search(admin_client):
    guide = GuidePageFactory(title="Guide cherché")
    touches.flush()
    for address in (
        reverse("wagtailadmin_explore", args=[guide.get_parent().pk]),
        reverse("wagtailadmin_pages:search") + "?q=cherché",
    ):
        assert "/bulk/wagtailcore/page/index/" in admin_client.get(address).content.decode()
