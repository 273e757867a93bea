"""Titles that exist nearly are announced, to those who may see their pages."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, PageViewRestriction

from tests.factories import GuidePageFactory, SectionPageFactory, UserFactory
from tests.training_factories import TrainingPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client):
    def titles(title, user=None, kind="guide", **more):
        client.force_login(user or UserFactory())
        address = reverse("knowledge_base_similar")
        response = client.get(address, {"type": kind, "title": title, "language": "fr"} | more)
        assert response.status_code == 200
        return [page["title"] for page in response.json()["pages"]]

    return titles


@pytest.fixture
def editor():
    """Somebody who may edit the pages of one section; (user, section)."""
    section = SectionPageFactory(title="À elle")
    group = Group.objects.create(name="Rédaction")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group, page=section, permission=Permission.objects.get(codename="change_page")
    )
    user = UserFactory(is_superuser=False)
    user.groups.add(group)
    return user, section


@pytest.mark.parametrize(
    "typed",
    [
        "Évaluer une action de prévention",
        "EVALUER UNE ACTION DE PREVENTION",
        "évaluer les actions de prévention",
        "action de prévention",
        "Évaluer une action",
    ],
)
def test_a_title_that_is_nearly_there_is_found(ask, typed):
    GuidePageFactory(title="Évaluer une action de prévention", live=False)
    assert ask(typed) == ["Évaluer une action de prévention"]


@pytest.mark.parametrize(
    "typed",
    ["Éval", "Animer une réunion", "Financer une action de formation", "", "'; --\x00", "%%%%%%%%"],
)
def test_another_title_finds_nothing(ask, typed):
    GuidePageFactory(title="Évaluer une action de prévention")
    assert ask(typed) == []


def test_the_closest_comes_first_and_five_at_most(ask):
    titles = [f"Bâtir un budget {word}" for word in ("annuel", "local", "simple", "neuf", "vif")]
    for title in [*titles, "Bâtir un budget"]:
        GuidePageFactory(title=title)
    found = ask("batir un budget")
    assert found[0] == "Bâtir un budget"
    assert len(found) == 5


def test_only_pages_of_the_same_type_and_language_and_never_the_page_itself(ask):
    guide = GuidePageFactory(title="Monter un projet culture et santé")
    TrainingPageFactory(title="Monter un projet culture et santé")
    assert ask("Monter un projet culture et santé", kind="training") == [guide.title]
    assert ask("Monter un projet culture et santé", page=str(guide.pk)) == []
    assert ask("Monter un projet culture et santé", language="en") == []
    assert ask("Monter un projet culture et santé", kind="nothing") == []
    assert ask("Monter un projet culture et santé", page="²") == [guide.title]


def test_a_draft_or_a_private_page_of_others_is_not_named(ask, editor):
    user, section = editor
    GuidePageFactory(title="Mobiliser les élus", live=False)
    private = GuidePageFactory(title="Mobiliser les élues")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    GuidePageFactory(title="Mobiliser des élus")
    GuidePageFactory(title="Mobiliser ses élus", live=False, parent=section)
    found = ask("Mobiliser les élus", user)
    assert sorted(found) == ["Mobiliser des élus", "Mobiliser ses élus"]


def test_what_may_be_edited_is_opened_in_its_form_the_rest_where_it_is_read(client, editor):
    user, section = editor
    other = GuidePageFactory(title="Mobiliser les élus")
    own = GuidePageFactory(title="Mobiliser ses élus", parent=section)
    client.force_login(user)
    address = reverse("knowledge_base_similar")
    pages = client.get(address, {"type": "guide", "title": "Mobiliser les élus"}).json()["pages"]
    by_title = {page["title"]: page["url"] for page in pages}
    assert by_title[other.title] == other.url
    assert by_title[own.title] == reverse("wagtailadmin_pages:edit", args=[own.pk])


def test_whoever_may_not_enter_the_admin_learns_nothing(client):
    GuidePageFactory(title="Mobiliser les élus", live=False)
    address = reverse("knowledge_base_similar")
    question = {"type": "guide", "title": "Mobiliser les élus"}
    assert client.get(address, question).status_code == 302
    client.force_login(UserFactory(is_superuser=False))
    response = client.get(address, question)
    assert response.status_code in (302, 403)
    assert "Mobiliser" not in response.content.decode()


def test_the_search_costs_the_same_whatever_it_finds(client, django_assert_max_num_queries):
    for number in range(8):
        GuidePageFactory(title=f"Mobiliser les élus {number}")
    client.force_login(UserFactory())
    with django_assert_max_num_queries(16):
        client.get(
            reverse("knowledge_base_similar"), {"type": "guide", "title": "Mobiliser les élus"}
        )
